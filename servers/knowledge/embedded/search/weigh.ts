import { indexed } from '#capabilities/common/words.ts';
import { best, bm25, idf, type Statistics, weights } from './bm25.ts';
import { type Found, scored, type Terms } from './found.ts';
import type { Term } from './terms.ts';
import { occurrences, tokensIn } from './tokens.ts';

/** A passage with its words. */
export type Weighed = Omit<Found, 'score'> & {
  readonly title: string;
  readonly heading: string;
  readonly text: string;
};

/** What the passages are measured by: how many there are, how long, and how many have a term. */
export type Measure = Statistics & { readonly having: (term: Term) => number };

/** How rare a term has to be beside the rarest one that there is. */
const leastTelling = 0.3;

/**
 * The terms that tell passages apart: of "how do I mend the teapot", the last. What is everywhere adds little to a score,
 * and most to the work.
 */
export function tellingOf(terms: readonly Term[], measure: Measure): readonly Term[] {
  const rarity = (term: Term): number => idf(measure.having(term), measure);
  const rarest = Math.max(0, ...terms.filter((term) => measure.having(term) > 0).map(rarity));
  return terms.filter((term) => rarity(term) >= rarest * leastTelling);
}

/**
 * Scores passages one by one as an index would, by statistics that are given: for what has no index of its own, because it
 * is seen by few or is a part of something.
 */
export function weigh(passages: readonly Weighed[], terms: Terms, measure: Measure): Found[] {
  const [all, any] = [rated(terms.all, measure), rated(tellingOf(terms.any, measure), measure)];
  return passages.flatMap(({ title, heading, text, ...passage }) => {
    const fields = [title, heading, text].map(wordsIn);
    const ofAll = all.terms.map((term) => frequencyOf(term, fields));
    if (ofAll.length > 0 && ofAll.every((each) => each > 0)) {
      return [{ ...passage, score: scored(true, shareOf(all, ofAll, fields)) }];
    }
    const ofAny = any.terms.map((term) => frequencyOf(term, fields));
    return ofAny.some((each) => each > 0) ? [{ ...passage, score: scored(false, shareOf(any, ofAny, fields)) }] : [];
  });
}

/** Scores passages that an index found, where it would go a long way to put them in order. */
export function weighBy(passages: readonly Weighed[], rating: Rating, hasAll: boolean): Found[] {
  return passages.map(({ title, heading, text, ...passage }) => {
    const fields = [title, heading, text].map(wordsIn);
    const frequencies = rating.terms.map((term) => frequencyOf(term, fields));
    return { ...passage, score: scored(hasAll, shareOf(rating, frequencies, fields)) };
  });
}

function wordsIn(text: string): string[] {
  return tokensIn(indexed(text));
}

function shareOf(rating: Rating, frequencies: readonly number[], fields: readonly string[][]): number {
  const tokens = fields.reduce((sum, field) => sum + field.length, 0);
  return rating.highest === 0 ? 0 : bm25(frequencies, rating.idfs, tokens, rating) / rating.highest;
}

/** Terms, and how rare they are. */
export type Rating = {
  readonly terms: readonly Term[];
  readonly idfs: readonly number[];
  readonly highest: number;
  readonly averageTokens: number;
};

export function rated(terms: readonly Term[], measure: Measure): Rating {
  const idfs = terms.map((term) => idf(measure.having(term), measure));
  return { terms, idfs, highest: best(idfs), averageTokens: measure.averageTokens };
}

function frequencyOf(term: Term, [title = [], heading = [], text = []]: readonly string[][]): number {
  const [inTitle, inHeading, inText] = [title, heading, text].map((field) => occurrences(term, field));
  return (inTitle ?? 0) * weights.title + (inHeading ?? 0) * weights.heading + (inText ?? 0) * weights.body;
}
