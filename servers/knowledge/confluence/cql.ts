/** What one line of a search in CQL asks for, from values that are data and nothing else. */

/**
 * A text as a literal of CQL: in quotes, with what could end it escaped.
 * https://developer.atlassian.com/cloud/confluence/advanced-searching-using-cql/
 */
export function quoted(text: string): string {
  return `"${text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ').replaceAll(/[\\"]/g, '\\$&')}"`;
}

/** The words of a question: no sign of the language inside a literal is left in them. So many at most. */
const mostWords = 20;

export function wordsOf(text: string): readonly string[] {
  return [...new Set(text.match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [])].slice(0, mostWords);
}

/** A word, or a run of characters without blanks between words, as a phrase: within the literal, quotes make one. */
export const containsWord = (word: string): string => `text ~ ${quoted(`"${word}"`)}`;

/** Ids need no quotes: they are numbers. Throws RangeError for one that is not. */
export function inIds(field: string, ids: readonly string[]): string {
  if (ids.length === 0 || !ids.every((id) => /^\d{1,19}$/.test(id))) throw new RangeError('no ids');
  return `${field} IN (${ids.join(', ')})`;
}
