import * as z from 'zod';
import { documentFormat, pageComment, pageDocument, pageRef } from '#capabilities/knowledge/types.ts';
import type { Done } from '#shared/tools/index.ts';
import { backendFacts, pageAt } from '../tool.ts';

/** What a plan goes by of the backend. */
const facts = backendFacts.pick({ documents: true, maxComment: true, quarantine: true, once: true }).extend({
  rewordsComments: z.boolean(),
});

/** A page, and the one comment on it that a change is about. */
export const commentState = z.strictObject({
  at: pageAt,
  /** Null while it is not there. */
  comment: pageComment.nullable(),
  /** The comment that it answers; null where it begins a conversation, or that is gone. */
  answered: pageComment.nullable(),
  backend: facts,
});
export type CommentState = z.infer<typeof commentState>;

const addPlan = z.strictObject({
  kind: z.literal('add'),
  page: pageRef,
  /** In the form that the backend keeps; in Markdown, which is brought into that form when it is written, once references in it are filled in. */
  body: pageDocument,
  replyTo: z.string().nullable(),
  documents: documentFormat,
  /** Whether the backend lets it take effect once at most. */
  once: z.boolean(),
});
export type AddPlan = z.infer<typeof addPlan>;

/** Another text in the place of the one that a comment has. */
const rewordPlan = z.strictObject({
  kind: z.literal('reword'),
  page: pageRef,
  comment: pageComment.pick({ id: true, url: true, replyTo: true }),
  from: pageDocument,
  body: pageDocument,
  /** Whether it takes back what somebody else did since. */
  overwrites: z.boolean(),
});
export type RewordPlan = z.infer<typeof rewordPlan>;

/** What comment_on_page does, or its undo, and the undo of that. */
export const commentPlan = z.discriminatedUnion('kind', [addPlan, rewordPlan]);
export type CommentPlan = z.infer<typeof commentPlan>;
export type DoneComment = Done<CommentState, CommentPlan>;
