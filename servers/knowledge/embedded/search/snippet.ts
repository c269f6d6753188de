import { headingsOf } from '#capabilities/knowledge/sections.ts';
import type { Term } from './terms.ts';
import { folded } from './tokens.ts';

/** Scripts that have no blanks between their words, and signs that are words of their own. */
const withoutBlanks = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー\p{So}]/u;

/** How many lines a snippet has, and how many characters, at most. */
const [mostLines, mostCharacters] = [6, 400];

export type Snippet = { readonly line: number; readonly text: string; readonly heading: string | null };

/** The lines of a passage where most of what was searched for is, as they are in the text. */
export function snippetOf(
  text: string,
  { first, last }: { first: number; last: number },
  terms: readonly Term[],
): Snippet {
  const lines = text.split('\n').slice(first - 1, last);
  const needles = terms.map(needleOf);
  const sizes = lines.map((line) => line.length + 1);
  const marks = lines.map((line) => new Set(needles.flatMap((needle, at) => (needle.test(folds(line)) ? [at] : []))));
  let best = { from: firstNonBlank(lines), count: 0 };
  marks.forEach((mark, from) => {
    if (mark.size === 0) return;
    const within = marks.slice(from, windowEnd(sizes, from));
    const { size } = new Set(within.flatMap((each) => [...each]));
    if (size > best.count) best = { from, count: size };
  });
  const kept = lines.slice(best.from, windowEnd(sizes, best.from)).join('\n').trimEnd();
  const line = first + best.from;
  return { line, text: cut(kept, needles), heading: headingAt(text, line) };
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
function cut(text: string, needles: readonly RegExp[]): string {
  const characters = Array.from(text);
  if (characters.length <= mostCharacters) return text;
  const at = needles.map((needle) => folds(text).search(needle)).filter((place) => place >= 0);
  // Folding may make a text a little longer or shorter: near is near enough.
  const start = Math.max(0, Math.min(...at, characters.length) - mostCharacters / 4);
  const from = at.length === 0 ? 0 : Math.min(start, characters.length - mostCharacters);
  const kept = characters.slice(from, from + mostCharacters).join('');
  return `${from > 0 ? '…' : ''}${kept}${from + mostCharacters < characters.length ? '…' : ''}`;
}

const folds = (text: string): string => folded(text.normalize('NFKC'));

/** The pieces of a word in a row, whatever is between them; where words have blanks around them, no part of another. */
function needleOf({ word }: Term): RegExp {
  const pieces = folds(word).match(/[\p{L}\p{N}\p{M}\p{Co}\p{So}]+/gu) ?? [];
  const inner = pieces.join('[^\\p{L}\\p{N}]*');
  return pieces.some((piece) => withoutBlanks.test(piece))
    ? new RegExp(inner, 'u')
    : new RegExp(`(?<![\\p{L}\\p{N}])${inner}(?![\\p{L}\\p{N}])`, 'u');
}

function headingAt(text: string, line: number): string | null {
  return headingsOf(text).findLast((heading) => heading.line <= line)?.text ?? null;
}
