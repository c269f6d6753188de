import * as z from 'zod';
import { startOf } from './slice.ts';

/** What of a comment's text an answer has. */
export const commentText = z.strictObject({
  body: z.string(),
  cut: z.literal(true).exactOptional().describe('It is longer: the argument comment shows it whole.'),
  next: z.string().exactOptional().describe('How to read on.'),
});
export type CommentText = z.infer<typeof commentText>;

/** As much of a comment as fits into so many bytes of JSON: for a list. */
export function briefly(text: string, maxBytes: number): CommentText {
  const { content, cut } = startOf(text, maxBytes);
  return { body: content, ...(cut && { cut }) };
}
