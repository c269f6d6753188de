/** How much more a word counts in a title, or in the headings above it, than in the text. */
export const weights = { title: 5, heading: 3, body: 1 } as const;

/** As SQLite has them: https://sqlite.org/fts5.html#the_bm25_function */
const [k1, b] = [1.2, 0.75];

/** What a table of words tells of how rare words are in it. */
export type Statistics = { readonly passages: number; readonly averageTokens: number };

/** How much it says that a passage has a term that so many of them have. */
export function idf(having: number, { passages }: Pick<Statistics, 'passages'>): number {
  const value = Math.log((passages - having + 0.5) / (having + 0.5));
  return value <= 0 ? 1e-6 : value;
}

/** The best that a passage could come to, by the rarity of each term. */
export function best(idfs: readonly number[]): number {
  return idfs.reduce((sum, each) => sum + each * (k1 + 1), 0);
}

/** What a passage comes to, as SQLite reckons it. @param frequencies of each term, weighted */
export function bm25(
  frequencies: readonly number[],
  idfs: readonly number[],
  tokens: number,
  { averageTokens }: Pick<Statistics, 'averageTokens'>,
): number {
  const length = k1 * (1 - b + (b * tokens) / Math.max(averageTokens, 1));
  return frequencies.reduce((sum, each, at) => sum + ((idfs[at] ?? 0) * each * (k1 + 1)) / (each + length), 0);
}
