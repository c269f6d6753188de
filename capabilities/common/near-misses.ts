import { foldSpaced } from '#shared/tools/fold.ts';
import { shorten } from './text.ts';

/** So much is searched, for so much (UTF-16 code units), and so many places, lines of each and characters are shown. */
const most = { searched: 500_000, sought: 20_000, places: 3, lines: 6, characters: 240 };

/** So many lines are compared: of many that are alike, sought among more of them, it would be their product. */
const mostCompared = 1_000_000;

/** Lines are looked at no further than this. */
const longestLine = 500;

/** How alike two lines must be, from 0 to 1, for the one to be shown for the other. */
const alike = 0.6;

type Place = { readonly line: number; readonly how: string };

/** The places of a text that are like another one which is not in it: each with its line, why it differs, and what stands there. */
export function nearMisses(text: string, find: string): readonly string[] {
  if (text.length > most.searched || find.length > most.sought) return [];
  const lines = text.split(/\r?\n/u);
  const wanted = withoutBlankEnds(find.split(/\r?\n/u));
  if (wanted.length === 0) return [];
  const folded = lines.map(fold);
  const same = sameButForm(lines, folded, wanted);
  const places = same.length > 0 ? same : mostAlike(folded, wanted);
  return places.slice(0, most.places).map(({ line, how }) => {
    const shown = lines.slice(line, line + Math.min(wanted.length, most.lines)).join('\n');
    return `line ${line + 1} (${how}): ${JSON.stringify(shorten(shown, most.characters))}`;
  });
}

const fold = (line: string): string => foldSpaced(line.slice(0, longestLine));

function withoutBlankEnds(lines: readonly string[]): readonly string[] {
  const isText = (line: string) => fold(line) !== '';
  const first = lines.findIndex(isText);
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex(isText) + 1);
}

/** Where the same stands in other white space, letter case or characters that look alike. */
function sameButForm(lines: readonly string[], folded: readonly string[], wanted: readonly string[]): readonly Place[] {
  const sought = wanted.map(fold);
  const spaceless = (some: readonly string[]) =>
    some.map((line) => line.slice(0, longestLine).replaceAll(/\s/gu, '')).join('');
  const found: Place[] = [];
  let compared = 0;
  for (let line = 0; line + sought.length <= lines.length && found.length < most.places; line += 1) {
    const same = sameFrom(folded, line, sought);
    compared += same + 1;
    if (compared > mostCompared) break;
    if (same < sought.length) continue;
    const isSpace = spaceless(lines.slice(line, line + wanted.length)).includes(spaceless(wanted));
    found.push({ line, how: isSpace ? 'other white space' : 'other letter case or characters that look alike' });
  }
  return found;
}

/** How many of the lines that are sought stand there. What is sought may begin and end within a line. */
function sameFrom(folded: readonly string[], line: number, sought: readonly string[]): number {
  const last = sought.length - 1;
  const differs = sought.findIndex((each, index) => {
    const there = folded[line + index] ?? '';
    if (last === 0) return !there.includes(each);
    if (index === 0) return !there.endsWith(each);
    return index === last ? !there.startsWith(each) : there !== each;
  });
  return differs === -1 ? sought.length : differs;
}

/** The lines that are most like the longest of those that are sought, best first. */
function mostAlike(folded: readonly string[], wanted: readonly string[]): readonly Place[] {
  const sought = wanted.map(fold);
  const longest = sought.reduce((best, each, index) => (each.length > (sought[best]?.length ?? 0) ? index : best), 0);
  const pairs = pairsOf(sought[longest] ?? '');
  return folded
    .map((each, line) => ({ line, likeness: likenessOf(pairs, pairsOf(each)) }))
    .filter(({ likeness }) => likeness >= alike)
    .sort((one, other) => other.likeness - one.likeness)
    .map(({ line }) => ({ line: Math.max(0, line - longest), how: 'similar' }));
}

/** Every two characters that follow one another. */
function pairsOf(line: string): ReadonlySet<string> {
  const pairs = new Set<string>();
  for (let at = 0; at < line.length - 1; at += 1) pairs.add(line.slice(at, at + 2));
  return pairs;
}

/** Dice's coefficient. */
function likenessOf(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const sum = one.size + other.size;
  if (sum === 0 || Math.min(one.size, other.size) * 2 < alike * sum) return 0;
  let shared = 0;
  for (const pair of one) if (other.has(pair)) shared += 1;
  return (2 * shared) / sum;
}
