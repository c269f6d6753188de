/**
 * Scripts without blanks between words. Each run of them becomes its pairs of neighbours, because no tokenizer of SQLite
 * finds their words: see https://sqlite.org/fts5.html#unicode61_tokenizer.
 */
const run = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}々ー]+/gu;

/** Marks that stand for a thing of their own, such as emoji. */
const sign = /\p{So}/gu;

const invisible = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu;

/** What FTS5 takes for one word, told the categories of letters, numbers, signs and private use. */
const token = /[\p{L}\p{N}\p{Mn}\p{Mc}\p{Co}\p{So}]+/gu;

/** Stands where a word of an index was left out, so that its neighbours do not become a phrase. In no text, in no search. */
const gap = '\u{10FFFD}';

/** A word is in the index so often for one text: more of it tells nothing more, and costs each search for it. */
export const mostOccurrences = 64;

/** So many words make a phrase that is searched for: SQLite goes through the places of each of them. */
const mostInPhrase = 64;

/** The words of a text, as an index has them. */
export function indexed(text: string): string {
  return prepared(text).replace(run, (found) => ` ${pairs(found).join(' ')} ${lastOf(found)} `);
}

/**
 * The same, as it is put into an index: a text that says one word a million times would hold up whoever searches for it,
 * because SQLite cannot be stopped on the way.
 */
export function forIndex(text: string): string {
  const words = indexed(text);
  if (words.length < mostOccurrences * 2) return words;
  const times = new Map<string, number>();
  return words.replace(token, (found) => {
    const word = found.toLowerCase();
    const count = (times.get(word) ?? 0) + 1;
    times.set(word, count);
    return count > mostOccurrences ? gap : found;
  });
}

/**
 * A word or phrase of a search as one quoted phrase of FTS5, so that nothing in it is syntax; null without a word in it.
 * What is longer than phrases are is looked for by its beginning.
 */
export function phrase(text: string): string | null {
  const clean = prepared(text).trimEnd();
  if (!/[\p{L}\p{N}\p{Co}\p{So}]/u.test(clean)) return null;
  let open = false;
  const words = clean.replace(run, (found: string, at: number) => {
    const last = at + found.length === clean.length;
    if (last && lastOf(found) === found) open = true;
    // Where the text goes on after the last of them is not known.
    return ` ${[...pairs(found), ...(last && !open ? [] : [lastOf(found)])].join(' ')} `;
  });
  const end = [...words.matchAll(token)][mostInPhrase]?.index;
  return `"${words.slice(0, end).replaceAll('"', ' ')}"${open && end === undefined ? ' *' : ''}`;
}

function prepared(text: string): string {
  return text.normalize('NFKC').replace(invisible, '').replaceAll('\0', ' ').replaceAll(gap, ' ').replace(sign, ' $& ');
}

function pairs(found: string): string[] {
  const characters = [...found];
  return characters.slice(1).map((second, at) => `${characters[at]}${second}`);
}

function lastOf(found: string): string {
  return [...found].at(-1) ?? '';
}
