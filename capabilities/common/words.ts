/**
 * Scripts without blanks between words. Each run of them becomes its pairs of neighbours, because no tokenizer of SQLite
 * finds their words: see https://sqlite.org/fts5.html#unicode61_tokenizer.
 */
const run = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}々ー]+/gu;

/** Marks that stand for a thing of their own, such as emoji. */
const sign = /\p{So}/gu;

const invisible = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu;

/** A text as the index of words has it. */
export function indexed(text: string): string {
  return prepared(text).replace(run, (found) => ` ${pairs(found).join(' ')} ${lastOf(found)} `);
}

/** A word or phrase of a search as one quoted phrase of FTS5, so that nothing in it is syntax; null without a word in it. */
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
  return `"${words.replaceAll('"', ' ')}"${open ? ' *' : ''}`;
}

function prepared(text: string): string {
  return text.normalize('NFKC').replace(invisible, '').replaceAll('\0', ' ').replace(sign, ' $& ');
}

function pairs(found: string): string[] {
  const characters = [...found];
  return characters.slice(1).map((second, at) => `${characters[at]}${second}`);
}

function lastOf(found: string): string {
  return [...found].at(-1) ?? '';
}
