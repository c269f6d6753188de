import * as z from 'zod';
import { briefly, type CommentText, commentText } from '#capabilities/common/comment-text.ts';
import { fittedPage } from '#capabilities/common/fit.ts';
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
  ...commentText.shape,
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
    (found) => commentShown(found, ticket, show, briefly(show(found.body.text), bodyBytes)),
  );
}

/** A comment as it is shown, with so much of its text. */
export function commentShown(
  found: TicketComment,
  { key, project }: Ticket,
  show: (text: string) => string,
  text: CommentText,
): CommentView {
  const shown = {
    comment: found.id,
    ...authorOf(found.author, show),
    ...(project.customers && { visible_to: found.visibleTo }),
    at: found.createdAt,
    ...(found.updatedAt !== found.createdAt && { edited_at: found.updatedAt }),
    ...text,
  };
  return telling(shown, toldOfComment(key, found));
}
