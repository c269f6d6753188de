import { characterName, lookAlikes, signAlikes } from './characters.ts';

const plain = /^[\t\n\x20-\x7e]*$/;

/**
 * Text from outside as people can trust their eyes with it: whatever is invisible, reorders what stands around it, or
 * is drawn like something else is spelt out as `⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩`. Such a mark never stands for itself:
 * a text that contains one gets its bracket spelt out. Tabs and line feeds stay.
 */
export function reveal(text: string): string {
  if (plain.test(text)) return text;
  const mark = marker();
  return text
    .split('\n')
    .map((line) => revealLine(line, mark))
    .join('\n');
}

/**
 * Controls, formatting, tags, fillers, odd spaces, private and unassigned characters, lone surrogates. An emoji keeps
 * its selector and its joiner, since without them it falls apart and with them nothing is hidden. Combining marks are
 * spelt out from the fourth on: piled up, they cover other lines.
 */
const hidden = new RegExp(
  [
    '(?<=\\p{Extended_Pictographic})\\ufe0f',
    '(?<=\\p{Extended_Pictographic}\\ufe0f?)\\u200d(?=\\p{Extended_Pictographic})',
    '(?<=\\p{M}{3})\\p{M}',
    '(?![\\t ])[\\p{C}\\p{Z}\\p{Default_Ignorable_Code_Point}\\u2800]',
    '\\u27e8(?=U\\+)',
  ].join('|'),
  'gu',
);
const kept = /^(\ufe0f|\u200d)$/;
const eastAsian = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const word = /[\p{L}\p{M}\p{N}_]+/gu;

type Mark = (character: string, name: string) => string;

function revealLine(line: string, mark: Mark): string {
  if (plain.test(line)) return line;
  const isEastAsian = eastAsian.test(line);
  const { parts, marks } = cutAtHidden(line, isEastAsian, mark);
  const how = { foreign: hasForeignWords(parts.join(' ')), isEastAsian, mark };
  return parts.map((part, at) => revealPart(part, how) + (marks[at] ?? '')).join('');
}

/** A line without its hidden characters: what is between them, and the mark that comes after each part but the last. */
function cutAtHidden(line: string, isEastAsian: boolean, mark: Mark) {
  const [parts, marks]: [string[], string[]] = [[], []];
  let at = 0;
  for (const { 0: character, index } of line.matchAll(hidden)) {
    const isShown = kept.test(character) && isPartOfEmoji(line, index);
    if (isShown || (character === '\u3000' && isEastAsian)) continue;
    parts.push(line.slice(at, index));
    marks.push(mark(character, characterName(character)));
    at = index + character.length;
  }
  return { parts: [...parts, line.slice(at)], marks };
}

type How = { readonly foreign: boolean; readonly isEastAsian: boolean; readonly mark: Mark };

function revealPart(part: string, how: How): string {
  if (plain.test(part)) return part;
  return part
    .replace(word, (found) => revealWord(found, how))
    .replace(/[^\p{L}\p{N}\p{ASCII}]/gu, (sign) => {
      const like = signAlikes.get(sign);
      return like === undefined ? sign : how.mark(sign, `LOOKS LIKE ${like}`);
    });
}

function isPartOfEmoji(line: string, index: number): boolean {
  const before = /\p{Extended_Pictographic}\ufe0f?$/u.test(line.slice(Math.max(0, index - 3), index));
  return before && (line[index] === '\ufe0f' || /^\p{Extended_Pictographic}/u.test(line.slice(index + 1, index + 3)));
}

/** Whether the line has words of Cyrillic, Greek or the like that no Latin word could be meant by. */
function hasForeignWords(line: string): boolean {
  return (line.match(word) ?? []).some(
    (found) => /[\p{L}]/u.test(found) && !/\p{Script=Latin}/u.test(found) && !isAllAlike(found),
  );
}

function isAllAlike(found: string): boolean {
  return Array.from(found).every((character) => !/\p{L}/u.test(character) || lookAlikes.has(character));
}

function revealWord(found: string, { foreign, isEastAsian, mark }: How): string {
  if (plain.test(found)) return found;
  const isMixed = /\p{Script=Latin}/u.test(found);
  const suspicious = isMixed || (isAllAlike(found) && !foreign);
  return found.replace(/\P{ASCII}/gu, (character) => {
    const like = suspicious ? lookAlikes.get(character) : undefined;
    const same = like ?? signAlikes.get(character) ?? compatible(character, isEastAsian);
    return same === undefined ? character : mark(character, `LOOKS LIKE ${same}`);
  });
}

/** The ASCII letter or digit that a character is another form of. Wide forms are at home beside Chinese or Japanese. */
function compatible(character: string, isEastAsian: boolean): string | undefined {
  const form = character.normalize('NFKC');
  const isWide = /[\uff10-\uff5a]/.test(character);
  return /^[A-Za-z0-9]$/.test(form) &&
    /[\p{L}\p{Nd}]/u.test(character) &&
    !/[ªº]/.test(character) &&
    !(isWide && isEastAsian)
    ? form
    : undefined;
}

/** So many marks of a text have a name. Of more than that, nobody reads each; all of them are there. */
const mostNamed = 2_000;

function marker(): Mark {
  let count = 0;
  return (character, name) => {
    count += 1;
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `⟨U+${code} ${count > mostNamed ? '…' : name}⟩`;
  };
}
