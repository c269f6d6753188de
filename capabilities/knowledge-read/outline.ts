import * as z from 'zod';
import { fitting } from '#capabilities/common/fit.ts';
import { shorten } from '#capabilities/common/text.ts';
import { headingsOf } from '#capabilities/knowledge/sections.ts';

/** Room for an outline, in bytes of JSON, and for one heading, in characters. */
const most = { bytes: 1_500, heading: 100 };
const levels = [6, 5, 4, 3, 2, 1] as const;

export const outlineView = z
  .array(z.strictObject({ line: z.number().int(), level: z.number().int(), heading: z.string() }))
  .describe('Its headings, and where they are: start_line shows the text from there.');

/** The headings of a text: all, or those of the higher levels, or the first of these, as fit. */
export function outlineOf(text: string): {
  readonly outline?: z.infer<typeof outlineView>;
  readonly more_headings?: true;
} {
  const all = headingsOf(text).map(({ line, level, text: heading }) => {
    return { line, level, heading: shorten(heading, most.heading) };
  });
  if (all.length === 0) return {};
  let shown: typeof all = [];
  for (const deepest of levels) {
    const of = all.filter(({ level }) => level <= deepest);
    if (of.length === 0) break;
    shown = [...fitting(of, most.bytes)];
    if (shown.length === of.length) break;
  }
  return { outline: shown, ...(shown.length < all.length && { more_headings: true }) };
}
