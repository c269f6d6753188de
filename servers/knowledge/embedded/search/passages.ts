import { headingLines } from '#capabilities/knowledge/heading-lines.ts';

/** A part of a page that is found by itself. */
export type Passage = {
  /** Its first and last line, from 1. */
  readonly first: number;
  readonly last: number;
  /** The headings that it stands under, in one line. */
  readonly heading: string;
  readonly text: string;
};

/** From so many bytes on, a passage ends at the next blank line, and in any case at the other: some hundred words. */
const [enough, most] = [1_200, 2_400];

/** A page has about so many passages at most, however many headings it has. */
const mostPassages = 1_000;

/** So much of a heading is in each passage under it: a page that is one heading would be as many times itself. */
const mostOfHeading = 200;

/** The passages of a page: its sections, long ones cut at blank lines. One for a page without any text. */
export function passagesOf(text: string): Passage[] {
  const lines = text.split('\n');
  const least = Math.floor(text.length / mostPassages);
  const passages: Passage[] = [];
  for (const section of sectionsIn(text, lines.length, least)) {
    for (const [first, last] of cutLong(lines, section.first, section.last)) {
      const content = lines.slice(first - 1, last).join('\n');
      if (content.trim() !== '') passages.push({ first, last, heading: section.heading, text: content });
    }
  }
  return passages.length > 0 ? passages : [{ first: 1, last: lines.length, heading: '', text: '' }];
}

type Range = { readonly first: number; readonly last: number; readonly heading: string };

/** The lines from each heading to the next; what is very short goes with what is before it. */
function sectionsIn(text: string, count: number, least: number): Range[] {
  const starts = [{ line: 1, heading: '' }];
  const open: { readonly level: number; readonly text: string }[] = [];
  let last = 0;
  for (const { level, text: heading, line, start } of headingLines(text)) {
    while ((open.at(-1)?.level ?? 0) >= level) open.pop();
    open.push({ level, text: heading.slice(0, mostOfHeading).toWellFormed() });
    if (start > 0 && start - last < least) continue;
    last = start;
    if (starts.at(-1)?.line === line) starts.pop();
    starts.push({ line, heading: open.map((each) => each.text).join(' / ') });
  }
  return starts.map(({ line, heading }, at) => ({
    first: line,
    last: (starts[at + 1]?.line ?? count + 1) - 1,
    heading,
  }));
}

function cutLong(lines: readonly string[], first: number, last: number): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  let [start, bytes] = [first, 0];
  for (let line = first; line <= last; line += 1) {
    const content = lines[line - 1] ?? '';
    bytes += Buffer.byteLength(content) + 1;
    const isEnd = bytes >= most || (bytes >= enough && content.trim() === '');
    if (!isEnd || line === last) continue;
    ranges.push([start, line]);
    [start, bytes] = [line + 1, 0];
  }
  if (start <= last) ranges.push([start, last]);
  return ranges;
}
