import * as z from 'zod';
import { type Slice, sliceLines } from './slice.ts';

/** Where to begin and end in a long text. */
export const rangeInput = {
  start_line: z.number().int().min(1).default(1).describe('The first line wanted of the text, from 1.'),
  start_column: z.number().int().min(1).default(1).describe('Where in that line to begin, from 1.'),
  end_line: z.number().int().min(1).optional().describe('The last line wanted; the last there is unless given.'),
};
type Range = { readonly start_line: number; readonly start_column: number; readonly end_line?: number | undefined };

/** A text, or the lines of it that fit. */
export const textPart = z.strictObject({
  text: z.string(),
  total_lines: z.number().int(),
  next: z.string().nullable().describe('How to read on; null at the end.'),
});

/** As many lines of a text as fit into so many bytes of JSON. `also` is what reading on takes beside the range. */
export function partOf(text: string, range: Range, maxBytes: number, also = ''): z.infer<typeof textPart> {
  const { content, totalLines, next } = sliceLines(text, {
    startLine: range.start_line,
    startColumn: range.start_column,
    endLine: range.end_line ?? Number.MAX_SAFE_INTEGER,
    maxBytes,
  });
  return { text: content, total_lines: totalLines, next: next && readOn(next, also) };
}

function readOn({ line, column }: NonNullable<Slice['next']>, also: string): string {
  const at = column === 1 ? `start_line ${line}` : `start_line ${line} and start_column ${column}`;
  return `Call again with ${also}${at}.`;
}
