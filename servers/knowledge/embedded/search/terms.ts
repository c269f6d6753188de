import { phrase } from '#capabilities/common/words.ts';
import { type Phrase, tokensIn } from './tokens.ts';

/** Something that is searched for: as FTS5 takes it, and as text is compared with it. */
export type Term = Phrase & { readonly match: string; readonly word: string };

/** So many words of a search count, so much of each, and so many tokens of all: what is longer is no search. */
const [mostTerms, mostCharacters, mostTokens] = [32, 200, 256];

/** Runs of one script in text that has no blanks between its words, and whatever is between them. */
const pieces =
  /[\p{Script=Han}々]+|[\p{Script=Katakana}ー]+|\p{Script=Hangul}+|\p{Script=Hiragana}+|[^\p{Script=Han}\p{Script=Katakana}\p{Script=Hiragana}\p{Script=Hangul}々ー]+/gu;

/**
 * The terms of a search. All of `all` is looked for first, each as it was written; then any of `any`, in which a run of
 * Japanese is taken apart where its script changes, because nobody puts blanks there. What is no word is left out.
 */
export function termsOf(text: string): { readonly all: readonly Term[]; readonly any: readonly Term[] } {
  const words = text
    .trim()
    .split(/[\s\p{Cc}]+/u)
    .slice(0, mostTerms * 4);
  const short = words.map((word) =>
    Array.from(word.slice(0, mostCharacters * 2))
      .slice(0, mostCharacters)
      .join(''),
  );
  const parts = short.flatMap((word) => word.normalize('NFKC').match(pieces) ?? []);
  const meaning = parts.filter((part) => !/^\p{Script=Hiragana}+$/u.test(part) && termOf(part) !== null);
  return { all: distinct(short), any: distinct(meaning.length > 0 ? meaning : parts) };
}

function distinct(words: readonly string[]): Term[] {
  const terms = new Map<string, Term>();
  let tokens = 0;
  for (const word of words) {
    const term = termOf(word);
    if (term === null || terms.has(term.match)) continue;
    tokens += term.tokens.length;
    if (terms.size === mostTerms || tokens > mostTokens) break;
    terms.set(term.match, term);
  }
  return [...terms.values()];
}

function termOf(word: string): Term | null {
  const match = phrase(word);
  if (match === null) return null;
  const tokens = tokensIn(match);
  return tokens.length === 0 ? null : { match, word, tokens, open: match.endsWith('*') };
}
