import { headingsOf } from '#capabilities/knowledge/sections.ts';
import type { KeptRevision } from './store.ts';

/** What is searched: pages of one namespace as a viewer sees them. */
export type Entry = { readonly id: string; readonly title: string; readonly text: string };
export type Found = { readonly id: string; readonly score: number; readonly all: boolean };

/** Characters that stand without blanks between words. */
const run = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]+/gu;

/** The words of a text; of runs of characters without blanks, every two that follow one another, and the last one. */
function wordsOf(text: string): readonly string[] {
  const folded = text.normalize('NFKC').toLowerCase();
  const pairs = [...folded.matchAll(run)].flatMap(([found]) => {
    const signs = Array.from(found);
    return signs.map((sign, index) => sign + (signs[index + 1] ?? ''));
  });
  return [...(folded.replaceAll(run, ' ').match(/[\p{L}\p{N}]+/gu) ?? []), ...pairs];
}

/** The words that are sought: of a run of more than one character, its pairs alone. */
function soughtOf(query: string): readonly string[] {
  const folded = query.normalize('NFKC').toLowerCase();
  const pairs = [...folded.matchAll(run)].flatMap(([found]) => {
    const signs = Array.from(found);
    return signs.length === 1 ? signs : signs.slice(0, -1).map((sign, index) => sign + (signs[index + 1] ?? ''));
  });
  return [...new Set([...(folded.replaceAll(run, ' ').match(/[\p{L}\p{N}]+/gu) ?? []), ...pairs])];
}

/** Entries with any of the words, by BM25 over these entries alone, so that nothing else has a part in it. */
export function scored(entries: readonly Entry[], query: string): readonly Found[] {
  const sought = soughtOf(query);
  const documents = entries.map(({ id, title, text }) => ({ id, words: wordsOf(`${title}\n${text}`) }));
  const average = documents.reduce((sum, { words }) => sum + words.length, 0) / (documents.length || 1);
  const has = ({ words }: { readonly words: readonly string[] }, term: string) => {
    return words.filter((word) => word === term || (term.length === 1 && word.startsWith(term) && run.test(term)))
      .length;
  };
  const weights = new Map(
    sought.map((term) => {
      const having = documents.filter((each) => has(each, term) > 0).length;
      return [term, Math.log(1 + (documents.length - having + 0.5) / (having + 0.5))];
    }),
  );
  const found = documents.map((each) => {
    const counts = sought.map((term) => ({ term, count: has(each, term) }));
    const score = counts.reduce((sum, { term, count }) => {
      const length = 0.25 + (0.75 * each.words.length) / (average || 1);
      return sum + ((weights.get(term) ?? 0) * count * 2.2) / (count + 1.2 * length);
    }, 0);
    return {
      id: each.id,
      score,
      all: counts.every(({ count }) => count > 0),
      any: counts.some(({ count }) => count > 0),
    };
  });
  return found.filter(({ any }) => any);
}

/** Those with all words first, each by their scores. */
export function best(found: readonly Found[]): readonly Found[] {
  return found.toSorted((one, other) => Number(other.all) - Number(one.all) || other.score - one.score);
}

/** Where in a page what was sought is: its nearest heading, the line, and that with those around it. */
export function snippetOf({ title, body }: KeptRevision, query: string) {
  const sought = new Set(soughtOf(query));
  const lines = body.text.split('\n');
  const at = Math.max(
    0,
    lines.findIndex((line) => wordsOf(line).some((word) => sought.has(word))),
  );
  const heading = headingsOf(body.text)
    .filter(({ line }) => line <= at + 1)
    .at(-1);
  const start = Math.max(0, at - 1);
  return { heading: heading?.text ?? title, line: start + 1, snippet: lines.slice(start, at + 3).join('\n') };
}
