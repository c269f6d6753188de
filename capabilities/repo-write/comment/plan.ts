import * as z from 'zod';
import { withoutMarkComment } from '#capabilities/common/mark-comment.ts';
import { pullRequest, pullRequestComment, repositoryRef, threadName, threadState } from '#capabilities/repo/types.ts';
import type { Receipts } from '#shared/tools/index.ts';
import { pullRequestName } from '../pull-request/existing.ts';

/** A pull request, and the one comment in its conversation, or at one of its lines, that a change is about. */
export const conversationState = z.strictObject({
  repository: repositoryRef,
  pullRequest: pullRequest.omit({ body: true }),
  /** Null while it is not there. */
  comment: pullRequestComment.nullable(),
  /** The conversation at a line that the comment is in; absent for the one of the pull request, null when it is gone. */
  thread: threadState.nullable().exactOptional(),
});
export type ConversationState = z.infer<typeof conversationState>;

const common = {
  repository: repositoryRef,
  pullRequest: pullRequestName,
  /** The conversation at a line that it is in; absent for the one of the pull request. */
  thread: threadName.exactOptional(),
};

const addPlan = z.strictObject({ kind: z.literal('add'), ...common, body: z.string() });
export type AddPlan = z.infer<typeof addPlan>;

/** The undo of `add`. */
export const deletePlan = z.strictObject({
  kind: z.literal('delete'),
  ...common,
  /** As it is when the plan is made, with our mark. */
  comment: pullRequestComment.pick({ nodeId: true, url: true, body: true }),
  /** Whoever changed the comment since, and whose words go with it. */
  overwrites: z.strictObject({ editor: z.string().nullable() }).nullable(),
});
export type DeletePlan = z.infer<typeof deletePlan>;

export const commentPlan = z.discriminatedUnion('kind', [addPlan, deletePlan]);
export type CommentPlan = z.infer<typeof commentPlan>;

/** The text of a comment as its author gave it. */
export function wordsOf({ body }: { readonly body: string }): string {
  return withoutMarkComment(body);
}

/** A backend may turn line ends about and drop blanks at the end. */
export function sameText(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

/** A text as it is planned: with line feeds, and nothing blank at its end. */
export function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').trimEnd();
}

const receipt = z.object({ nodeId: z.string(), url: z.string() });

/** The comment that a change wrote; undefined while that step has no receipt, or only a person's word. */
export function written(receipts: Receipts): z.infer<typeof receipt> | undefined {
  return receipt.safeParse(receipts['comment']).data;
}
