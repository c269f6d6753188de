import * as z from 'zod';
import { commentAudience, ticketComment, ticketDocument, ticketRef } from '#capabilities/ticket/types.ts';
import type { Done } from '#shared/tools/index.ts';
import { ticketAt } from '../tool.ts';

/** A ticket, and the one comment on it that a change is about. */
export const commentState = z.strictObject({
  at: ticketAt,
  /** Null while it is not there. */
  comment: ticketComment.nullable(),
  /** The account that acts here, by its id. */
  self: z.string(),
  /** What the backend says of itself. */
  backend: z.strictObject({ documents: z.enum(['markdown', 'adf']), maxText: z.number(), once: z.boolean() }),
});
export type CommentState = z.infer<typeof commentState>;

/** In the form that the backend keeps; in Markdown, which is brought into that form when it is written, once references in it are filled in. */
const body = ticketDocument;

const addPlan = z.strictObject({
  kind: z.literal('add'),
  ticket: ticketRef,
  body,
  visibleTo: commentAudience,
  documents: z.enum(['markdown', 'adf']),
  /** Whether the backend lets it take effect once at most. */
  once: z.boolean(),
});
export type AddPlan = z.infer<typeof addPlan>;

/** Another text in the place of the one that a comment has. */
const rewordPlan = z.strictObject({
  kind: z.literal('reword'),
  ticket: ticketRef,
  comment: ticketComment.pick({ id: true, url: true, visibleTo: true }),
  from: ticketDocument,
  body,
  /** Whether it takes back what somebody else did since. */
  overwrites: z.boolean(),
});
export type RewordPlan = z.infer<typeof rewordPlan>;

/** What add_comment does, or its undo, and the undo of that. */
export const commentPlan = z.discriminatedUnion('kind', [addPlan, rewordPlan]);
export type CommentPlan = z.infer<typeof commentPlan>;

/** What update_comment does, which is its own undo. */
export const updateCommentPlan = rewordPlan;

export type DoneComment = Done<CommentState, CommentPlan>;
export type DoneReword = Done<CommentState, RewordPlan>;
