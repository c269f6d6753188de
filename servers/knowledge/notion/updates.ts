import { diffArrays } from 'diff';
import type { Update } from './api.ts';

/** How a text becomes another: by parts of it, by what is put into an empty one, or not at all. */
export type TextChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'append'; readonly text: string }
  | { readonly kind: 'update'; readonly updates: readonly Update[] };

/** Lines of the text from one to another become others. */
type Hunk = { readonly from: number; readonly to: number; readonly lines: readonly string[] };

/** As many parts are changed in one request as Notion takes. */
const mostUpdates = 100;

/**
 * The change of a text in the least parts: Notion finds each by its exact words, takes the first place that has them, and
 * leaves all other blocks as they are. So each part is given with as much around it as makes it the only one.
 */
export function textChange(before: string, after: string): TextChange {
  if (before === after) return { kind: 'none' };
  if (before.trim() === '') return { kind: 'append', text: after };
  const lines = before.split('\n');
  const hunks = hunksOf(lines, after.split('\n'));
  for (const some of [hunks, hunks.length === 0 ? [] : [hunks.reduce((one, other) => joined(lines, one, other))]]) {
    const updates = apart(before, lines, some).map((hunk) => updateOf(lines, hunk));
    if (updates.length <= mostUpdates && applied(before, updates) === after) return { kind: 'update', updates };
  }
  return { kind: 'update', updates: [{ old_str: before, new_str: after }] };
}

function hunksOf(before: readonly string[], after: readonly string[]): readonly Hunk[] {
  const hunks: Hunk[] = [];
  let at = 0;
  for (const { value, added, removed } of diffArrays([...before], [...after])) {
    const to = added ? at : at + value.length;
    const last = hunks.at(-1);
    if (added || removed) {
      const begun = last?.to === at ? last : { from: at, lines: [] };
      if (begun === last) hunks.pop();
      hunks.push({ from: begun.from, to, lines: added ? [...begun.lines, ...value] : begun.lines });
    }
    at = to;
  }
  return hunks;
}

/** A part with lines around it, until its words stand at one place alone. A line that only comes or goes needs one beside it. */
function unmistakable(before: string, lines: readonly string[], hunk: Hunk): Hunk {
  let wide = hunk;
  const isWhole = (): boolean => wide.from === 0 && wide.to === lines.length;
  const needsMore = (): boolean =>
    wide.from === wide.to || wide.lines.length === 0 || !isOnce(before, lines.slice(wide.from, wide.to).join('\n'));
  while (!isWhole() && needsMore()) wide = widened(lines, wide);
  return wide;
}

const isOnce = (text: string, words: string): boolean =>
  words !== '' && text.indexOf(words) === text.lastIndexOf(words);

/** What is no words is left alone where there is a choice. */
const isWords = (line: string | undefined): boolean => line !== undefined && !/^\s*(?:<|!\[|:::|\$\$|$)/u.test(line);

function widened(lines: readonly string[], { from, to, lines: given }: Hunk): Hunk {
  const [before, after] = [lines[from - 1], lines[to]];
  const isBack = from > 0 && (isWords(before) || !isWords(after));
  if (isBack && before !== undefined) return { from: from - 1, to, lines: [before, ...given] };
  return after === undefined ? { from, to, lines: given } : { from, to: to + 1, lines: [...given, after] };
}

/** Parts with what is around them; those that would share some of it are one. */
function apart(before: string, lines: readonly string[], hunks: readonly Hunk[]): readonly Hunk[] {
  const all: { readonly hunk: Hunk; readonly wide: Hunk }[] = [];
  for (const hunk of hunks) {
    let next = { hunk, wide: unmistakable(before, lines, hunk) };
    for (let last = all.at(-1); last !== undefined && next.wide.from < last.wide.to; last = all.at(-1)) {
      const one = joined(lines, last.hunk, next.hunk);
      next = { hunk: one, wide: unmistakable(before, lines, one) };
      all.pop();
    }
    all.push(next);
  }
  return all.map(({ wide }) => wide);
}

/** Two parts, the first before the other, with what is between them. */
const joined = (lines: readonly string[], one: Hunk, other: Hunk): Hunk => ({
  from: one.from,
  to: other.to,
  lines: [...one.lines, ...lines.slice(one.to, other.from), ...other.lines],
});

const updateOf = (lines: readonly string[], { from, to, lines: given }: Hunk): Update => ({
  old_str: lines.slice(from, to).join('\n'),
  new_str: given.join('\n'),
});

/** The text after the updates, as Notion makes them: in order, each at the first place that has its words. */
function applied(text: string, updates: readonly Update[]): string | null {
  let now = text;
  for (const { old_str, new_str } of updates) {
    const at = now.indexOf(old_str);
    if (at === -1) return null;
    now = now.slice(0, at) + new_str + now.slice(at + old_str.length);
  }
  return now;
}
