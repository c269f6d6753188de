import { type Heading, headingsOf } from '#capabilities/knowledge/sections.ts';

/**
 * The headings that a passage stands under, from the top, and then those in it: each with the line that it begins on, and
 * as pages show it.
 */
type Under = readonly (readonly [line: number, heading: string])[];

/** More of them, in characters of JSON, is not kept with a passage: a heading can be as long as a page. */
const mostKept = 1_000;

/** What is kept of the headings of each passage of a page, so that the one of a line is known without the page; null where it is too much. */
export function keptHeadings(text: string, passages: readonly { first: number; last: number }[]): (string | null)[] {
  const headings = headingsOf(text);
  const open: Heading[] = [];
  let at = 0;
  return passages.map(({ first, last }) => {
    for (; isUpTo(headings[at], first); at += 1) opened(open, headings[at]);
    const under = open.map(lineOf);
    for (let next = at; isUpTo(headings[next], last); next += 1)
      under.push(...headings.slice(next, next + 1).map(lineOf));
    const kept = JSON.stringify(under);
    return kept.length > mostKept ? null : kept;
  });
}

function isUpTo(heading: Heading | undefined, line: number): boolean {
  return heading !== undefined && heading.line <= line;
}

function opened(open: Heading[], heading: Heading | undefined): void {
  if (heading === undefined) return;
  while ((open.at(-1)?.level ?? 0) >= heading.level) open.pop();
  open.push(heading);
}

const lineOf = ({ line, text }: Heading): Under[number] => [line, text];

/** The headings that a passage begins under, in one line. @param kept see {@link keptHeadings} */
export function headingsBefore(kept: string, first: number): string {
  const before = (JSON.parse(kept) as Under).filter(([line]) => line <= first);
  return before.map(([, heading]) => heading).join(' / ');
}

/** The heading that a line of a passage is under. */
export function headingIn(kept: string, line: number): string | null {
  return (JSON.parse(kept) as Under).findLast(([at]) => at <= line)?.[1] ?? null;
}

/** The heading that a line of a page is under. */
export function headingAt(text: string, line: number): string | null {
  return headingsOf(text).findLast((heading) => heading.line <= line)?.text ?? null;
}
