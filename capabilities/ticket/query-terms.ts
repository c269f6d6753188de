import { AppError } from '#shared/errors.ts';

/** One part of a search: a word or phrase, or, with a key, a value of it. */
export type QueryTerm = { readonly key: string | null; readonly value: string; readonly quoted: boolean };

/** A key with its colon, and a value in double quotes, in which \" and \\ stand for themselves, or one without blanks. */
const term = /(?:(-?[A-Za-z_-]+):)?(?:"((?:[^"\\]|\\["\\])*)"|([^\s"]*))(?=\s|$)/suy;

/** Takes the parts of a search apart. Throws AppError `invalid_arguments` at a quotation mark without its other. */
export function termsOf(text: string): readonly QueryTerm[] {
  const terms: QueryTerm[] = [];
  const matcher = new RegExp(term);
  for (let at = afterBlanks(text, 0); at < text.length; at = afterBlanks(text, matcher.lastIndex)) {
    matcher.lastIndex = at;
    const found = matcher.exec(text);
    if (found === null) throw unclosed();
    const [, key, phrase, word = ''] = found;
    const value = phrase === undefined ? word : phrase.replace(/\\(["\\])/g, '$1');
    const isNothing = key === undefined && value.trim() === '';
    if (!isNothing) terms.push({ key: key?.toLowerCase() ?? null, value, quoted: phrase !== undefined });
  }
  return terms;
}

function afterBlanks(text: string, from: number): number {
  const blanks = /\s*/y;
  blanks.lastIndex = from;
  return from + (blanks.exec(text)?.[0].length ?? 0);
}

function unclosed(): AppError {
  return new AppError('invalid_arguments', 'The query has a quotation mark where none can be, or without its other.', {
    next: 'A value with blanks is written status:"In review"; a quotation mark within quotes is \\", a backslash \\\\.',
  });
}
