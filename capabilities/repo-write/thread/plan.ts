import * as z from 'zod';
import { repositoryRef, threadName } from '#capabilities/repo/types.ts';
import type { Done } from '#shared/tools/index.ts';
import type { DoneComment } from '../comment/compare.ts';
import { type CommentPlan, conversationState, deletePlan } from '../comment/plan.ts';
import { pullRequestName } from '../pull-request/existing.ts';

/** The same as of a comment: a thread, and the one comment in it that a change is about. */
export const settleState = conversationState;
export type SettleState = z.infer<typeof settleState>;

/** Settles a conversation at a line, with an answer before that; or the undo. */
export const settlePlan = z.strictObject({
  repository: repositoryRef,
  pullRequest: pullRequestName,
  thread: threadName,
  /** Whether it will be settled; it is not so when the plan is made. Null when that stays as it is. */
  resolved: z.boolean().nullable(),
  reply: z.string().nullable(),
  /** The answer that the undo takes back. */
  removes: deletePlan.pick({ comment: true, overwrites: true }).nullable(),
});
export type SettlePlan = z.infer<typeof settlePlan>;
export type DoneSettle = Done<SettleState, SettlePlan>;

/** The part of a plan that is about a comment; null when none is. */
export function commentIn({ repository, pullRequest, thread, reply, removes }: SettlePlan): CommentPlan | null {
  const common = { repository, pullRequest, thread };
  if (reply !== null) return { kind: 'add', ...common, body: reply };
  return removes && { kind: 'delete', ...common, ...removes };
}

/** The same of what a change did. */
export function doneComment(done: DoneSettle): DoneComment | null {
  const plan = commentIn(done.plan);
  return plan && { ...done, plan };
}
