/** What one line of a search in JQL asks for, from values that are data and nothing else. */

/**
 * A text as a literal of JQL: in quotes, with what could end it or be read as something else escaped.
 * https://support.atlassian.com/jira-software-cloud/docs/use-advanced-search-with-jira-query-language-jql/
 */
export function quoted(text: string): string {
  const escaped = text.replaceAll(/[\\"]/g, '\\$&').replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, unicodeEscape);
  return `"${escaped}"`;
}

const unicodeEscape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Words that must stand side by side. Within the literal is another language, in which quotes make a phrase and signs
 * have no meaning but these two.
 * https://support.atlassian.com/jira-software-cloud/docs/search-for-work-items-using-the-text-field/
 */
export const containsPhrase = (text: string): string => `text ~ ${quoted(`"${text.replaceAll(/[\\"]/g, '\\$&')}"`)}`;

/** Ids need no quotes: they are numbers. Throws RangeError for one that is not. */
export function inIds(field: string, ids: readonly string[]): string {
  if (ids.length === 0 || !ids.every((id) => /^\d{1,19}$/.test(id))) throw new RangeError('no ids');
  return `${field} IN (${ids.join(', ')})`;
}

export const inTexts = (field: string, texts: readonly string[]): string =>
  `${field} IN (${texts.map(quoted).join(', ')})`;

/** A point in time as JQL reads it, to the minute: in the time zone of the account that asks. */
export function minuteIn(timeZone: string, ms: number): string {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...{
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    },
  });
  const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`;
}
