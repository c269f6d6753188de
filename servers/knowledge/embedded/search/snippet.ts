import type { Term } from './terms.ts';
import { folded } from './tokens.ts';

/** Scripts that have no blanks between their words, and signs that are words of their own. */
const withoutBlanks = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー\p{So}]/u;

/** How many lines a snippet has, and how many characters, at most. */
const [mostLines, mostCharacters] = [6, 400];

export type Snippet = { readonly line: number; readonly text: string };

/**
 * The lines of a passage where most of what was searched for is, as they are in the text.
 * @param first the number of the first of them
 */
export function snippetOf(lines: readonly string[], first: number, needles: readonly Needle[]): Snippet {
  const sizes = lines.map((line) => line.length + 1);
  const marks = lines.map((line) => new Set(needlesIn(folds(line), needles)));
  let best = { from: firstNonBlank(lines), count: 0 };
  marks.forEach((mark, from) => {
    if (mark.size === 0) return;
    const within = marks.slice(from, windowEnd(sizes, from));
    const { size } = new Set(within.flatMap((each) => [...each]));
    if (size > best.count) best = { from, count: size };
  });
  const kept = lines.slice(best.from, windowEnd(sizes, best.from)).join('\n').trimEnd();
  return { line: first + best.from, text: cut(kept, needles) };
}

function firstNonBlank(lines: readonly string[]): number {
  return Math.max(
    lines.findIndex((line) => line.trim() !== ''),
    0,
  );
}

/** Where a snippet that begins with a line ends: before what would be too much; one line at least. */
function windowEnd(sizes: readonly number[], from: number): number {
  let [end, size] = [from + 1, sizes[from] ?? 0];
  while (end < sizes.length && end - from < mostLines && size + (sizes[end] ?? 0) <= mostCharacters) {
    size += sizes[end] ?? 0;
    end += 1;
  }
  return end;
}

/** A long line is cut around the first thing that was searched for. */
function cut(text: string, needles: readonly Needle[]): string {
  if (text.length <= mostCharacters) return text;
  const folded = folds(text);
  const found = needles.map((needle) => placeOf(folded, needle)).filter((place) => place >= 0);
  const at = found.length === 0 ? 0 : placeIn(text, Math.min(...found));
  const from = Math.max(0, Math.min(at - mostCharacters / 4, text.length - mostCharacters));
  const kept = text.slice(from, from + mostCharacters).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/u, '');
  return `${from > 0 ? '…' : ''}${kept}${from + mostCharacters < text.length ? '…' : ''}`;
}

/** Where in a text a place of the folded one is: a sign can be several there. */
function placeIn(text: string, wanted: number): number {
  let [at, place] = [0, 0];
  for (const sign of text) {
    if (place >= wanted) break;
    at += sign.length;
    place += sign < '\u0080' ? 1 : folds(sign).length;
  }
  return at;
}

const folds = (text: string): string => folded(text.normalize('NFKC'));

/** What a term looks like in a text: pieces in a row, whatever is between them. */
export type Needle = {
  readonly pieces: readonly string[];
  /** Whether it may begin and end within a run of letters, as where words have no blanks around them. */
  readonly isBare: boolean;
};

export function needleOf({ word }: Pick<Term, 'word'>): Needle {
  const pieces = folds(word).match(/[\p{L}\p{N}\p{M}\p{Co}\p{So}]+/gu) ?? [];
  return { pieces, isBare: pieces.some((piece) => withoutBlanks.test(piece)) };
}

function needlesIn(line: string, needles: readonly Needle[]): Needle[] {
  return needles.filter((needle) => placeOf(line, needle) >= 0);
}

/** Where a folded text has a needle first; -1 where it has not. */
function placeOf(folded: string, needle: Needle): number {
  const [first = ''] = needle.pieces;
  if (first === '') return -1;
  let at = folded.indexOf(first);
  while (at >= 0 && !isAt(folded, at, needle)) at = folded.indexOf(first, at + 1);
  return at;
}

function isAt(folded: string, at: number, { pieces, isBare }: Needle): boolean {
  if (!isBare && isLetter(folded, at - 1)) return false;
  let end = at;
  for (const [index, piece] of pieces.entries()) {
    while (index > 0 && end < folded.length && !isLetter(folded, end)) end += 1;
    if (!folded.startsWith(piece, end)) return false;
    end += piece.length;
  }
  return isBare || !isLetter(folded, end);
}

const letter = /[\p{L}\p{N}]/u;

function isLetter(text: string, at: number): boolean {
  return letter.test(text.charAt(at));
}
