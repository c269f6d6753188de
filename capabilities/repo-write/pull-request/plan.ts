import * as z from 'zod';
import { oid, type RepoState, repositoryRef } from '#capabilities/repo/types.ts';
import { filePlan } from '../file-plan.ts';
import { messagePlan } from '../message.ts';
import type { PlannedCommit } from '../planned-commits.ts';

const common = {
  repository: repositoryRef,
  base: z.strictObject({ name: z.string(), oid }),
  branch: z.string(),
};

/** A new branch at the sealed base commit, commits on it, and a pull request. */
export const openPlan = z.strictObject({
  kind: z.literal('open'),
  ...common,
  ...messagePlan.shape,
  ...filePlan.shape,
  /** Further commits, each on the one before it; absent where there is one. */
  more: z
    .array(z.strictObject({ ...messagePlan.shape, ...filePlan.shape }))
    .min(1)
    .exactOptional(),
  pullRequest: z.strictObject({ title: z.string(), body: z.string(), draft: z.boolean() }),
});
export type OpenPlan = z.infer<typeof openPlan>;

const existing = z.strictObject({ number: z.number().int().positive(), nodeId: z.string() });

/** The undo of `open`: closes the pull request and deletes the branch. */
export const withdrawPlan = z.strictObject({
  kind: z.literal('withdraw'),
  ...common,
  /** Null when there is none to close. */
  pullRequest: existing.nullable(),
  /** The head at which the branch is deleted; null when it stays, or is gone. */
  deleteAt: oid.nullable(),
  /** Commits of others that the branch alone leads to, and that go with it. */
  overwrites: z.array(z.strictObject({ oid, author: z.string().nullable() })),
});
export type WithdrawPlan = z.infer<typeof withdrawPlan>;

/** The undo of `withdraw`: makes the branch again where it was and reopens the pull request. */
export const reopenPlan = z.strictObject({
  kind: z.literal('reopen'),
  ...common,
  pullRequest: existing.nullable(),
  /** Where the branch is made again; null when it is there. */
  createAt: oid.nullable(),
});
export type ReopenPlan = z.infer<typeof reopenPlan>;

export const pullRequestPlan = z.discriminatedUnion('kind', [openPlan, withdrawPlan, reopenPlan]);
export type PullRequestPlan = z.infer<typeof pullRequestPlan>;

/** All commits of it, in their order. */
export function commitsOf({ more = [], ...first }: OpenPlan): readonly PlannedCommit[] {
  return [first, ...more];
}

/** The pull request of a state by what names it. */
export function existingOf(state: RepoState): z.infer<typeof existing> | null {
  if (state.pullRequest === null) return null;
  const { number, nodeId } = state.pullRequest;
  return { number, nodeId };
}
