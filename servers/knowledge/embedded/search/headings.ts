import { headingsOf } from '#capabilities/knowledge/sections.ts';

/** Headings that lines of a passage are under, each with the line that it begins on; the first may be before the passage. */
type Under = readonly (readonly [line: number, heading: string])[];

/** More of them, in characters of JSON, is not kept with a passage: a heading can be as long as a page. */
const mostKept = 1_000;

/** What is kept of the headings of each passage of a page, so that the one of a line is known without the page; null where it is too much. */
export function keptHeadings(text: string, passages: readonly { first: number; last: number }[]): (string | null)[] {
  const headings = headingsOf(text);
  let [from, to] = [0, 0];
  return passages.map(({ first, last }) => {
    while ((headings[from + 1]?.line ?? Number.POSITIVE_INFINITY) <= first) from += 1;
    for (to = Math.max(from, to); (headings[to]?.line ?? Number.POSITIVE_INFINITY) <= last; ) to += 1;
    const under: Under = headings.slice(from, to).map((heading) => [heading.line, heading.text]);
    const kept = JSON.stringify(under);
    return kept.length > mostKept ? null : kept;
  });
}

/** The heading that a line of a passage is under, as pages show it. @param kept see {@link keptHeadings} */
export function headingIn(kept: string, line: number): string | null {
  return (JSON.parse(kept) as Under).findLast(([at]) => at <= line)?.[1] ?? null;
}

/** The heading that a line of a page is under. */
export function headingAt(text: string, line: number): string | null {
  return headingsOf(text).findLast((heading) => heading.line <= line)?.text ?? null;
}
