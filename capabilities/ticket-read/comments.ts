import * as z from 'zod';
import { fittedPage } from '#capabilities/common/fit.ts';
import { sliceLines } from '#capabilities/common/slice.ts';
import { telling } from '#capabilities/common/telling.ts';
import { commentAudience, type TicketComment } from '#capabilities/ticket/types.ts';
import { authorOf, standingOutput } from './people.ts';
import type { Ticket, TicketReader } from './ports.ts';
import { toldOfComment } from './told.ts';

/** Room for the text of one comment in a list, in bytes of JSON. */
const bodyBytes = 1_200;

export const commentView = z.strictObject({
  comment: z.string(),
  by: z.string().nullable(),
  standing: standingOutput,
  visible_to: commentAudience.exactOptional().describe('Who sees it, where customers may.'),
  at: z.string(),
  edited_at: z.string().exactOptional(),
  body: z.string(),
  cut: z.literal(true).exactOptional().describe('It is longer: the argument comment shows it whole.'),
  next: z.string().exactOptional().describe('How to read on.'),
});
export type CommentView = z.infer<typeof commentView>;

/** One page of a ticket's comments, newest first, that fits into so many bytes of JSON. */
export function commentsOf(
  reader: TicketReader,
  ticket: Ticket,
  request: { readonly limit: number; readonly cursor?: string | undefined; readonly bytes: number },
  show: (text: string) => string,
): Promise<{ readonly items: CommentView[]; readonly next_cursor: string | null }> {
  return fittedPage(
    request,
    (page) => reader.comments(ticket, page),
    (found) => {
      const range = { startLine: 1, startColumn: 1, endLine: Number.MAX_SAFE_INTEGER, maxBytes: bodyBytes };
      const { content, next } = sliceLines(show(found.body.text), range);
      const view = { ...headOf(found, ticket, show), body: content, ...(next !== null && { cut: true as const }) };
      return telling(view, toldOfComment(ticket.key, found));
    },
  );
}

/** What is said of a comment beside its text. */
export function headOf(found: TicketComment, { project }: Ticket, show: (text: string) => string) {
  return {
    comment: found.id,
    ...authorOf(found.author, show),
    ...(project.customers && { visible_to: found.visibleTo }),
    at: found.createdAt,
    ...(found.updatedAt !== found.createdAt && { edited_at: found.updatedAt }),
  };
}
