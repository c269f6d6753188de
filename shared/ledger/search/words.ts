/** Characters of writing without spaces between words: there, a word is any two characters in a row. */
const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー`;
const runs = new RegExp(String.raw`[${unspaced}]+|(?:(?![${unspaced}])[\p{L}\p{N}\p{M}])+`, 'gu');
const isUnspaced = new RegExp(`^[${unspaced}]`, 'u');

/** Words are cut at so many characters, alike where they are kept and where they are searched for. */
const longest = 64;

/** A word that is searched for; `open` when it may go on. */
export type Term = { readonly word: string; readonly open: boolean };

/** The words of a text, of letters and digits alone: without case, accents, or forms of the same character. */
export function wordsOf(text: string): string[] {
  return runsOf(text).flatMap((run) => {
    if (!isUnspaced.test(run)) return [cut(run)];
    return [...pairsOf(run), Array.from(run).at(-1) ?? ''];
  });
}

/** What all has to be there for what a person typed; the end of it may be the beginning of a word. */
export function termsOf(typed: string): Term[] {
  const found = runsOf(typed);
  return found.flatMap((run, at) => {
    if (!isUnspaced.test(run)) return [{ word: cut(run), open: at === found.length - 1 }];
    const pairs = pairsOf(run);
    return pairs.length === 0 ? [{ word: run, open: true }] : pairs.map((word) => ({ word, open: false }));
  });
}

function runsOf(text: string): string[] {
  const folded = text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '');
  return folded.normalize('NFC').match(runs) ?? [];
}

function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  return characters.slice(1).map((character, at) => `${characters[at]}${character}`);
}

const cut = (run: string): string => Array.from(run).slice(0, longest).join('');
