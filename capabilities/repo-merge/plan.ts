import * as z from 'zod';
import { mergeMethod, oid, pullRequest, repoState, repositoryRef } from '#capabilities/repo/types.ts';
import { messagePlan } from '#capabilities/repo-write/message.ts';
import { pullRequestName } from '#capabilities/repo-write/pull-request/existing.ts';
import type { Receipts } from '#shared/tools/index.ts';

/** A pull request and what merging it does to its base. */
export const mergeState = z.strictObject({
  repository: repositoryRef,
  pullRequest,
  /** Where its base branch is; null when it is gone. */
  baseOid: oid.nullable(),
  mergeable: z.boolean().nullable(),
  /** The commit that merging it made, and who did; null while it is not merged. */
  merged: z.strictObject({ oid, by: z.string().nullable() }).nullable(),
  /** What it changes since it left its base; null when that cannot be told in full. */
  paths: z.array(z.string()).nullable(),
  sinceBase: repoState.shape.sinceBase,
  /** The newest pull request that takes it back. */
  revert: pullRequest.pick({ number: true, nodeId: true, url: true, state: true }).nullable(),
});
export type MergeState = z.infer<typeof mergeState>;

const common = { repository: repositoryRef, pullRequest: pullRequestName };

const merge = z.strictObject({
  kind: z.literal('merge'),
  ...common,
  head: z.strictObject({ name: z.string(), oid }),
  base: z.strictObject({ name: z.string(), oid }),
  method: mergeMethod,
  /** Null for `rebase`, which keeps the messages of the commits. */
  message: messagePlan.nullable(),
});
export type MergePlan = z.infer<typeof merge>;

/** The undo of `merge`: a new pull request that takes it back, once somebody merges that. */
const revert = z.strictObject({
  kind: z.literal('revert'),
  ...common,
  head: z.string(),
  base: z.string(),
  title: z.string(),
  body: z.string(),
});
export type RevertPlan = z.infer<typeof revert>;

export const mergingPlan = z.discriminatedUnion('kind', [merge, revert]);
export type MergingPlan = z.infer<typeof mergingPlan>;

/** The branch that the backend makes for a pull request that reverts another. */
export function revertBranch(number: number, head: string): string {
  return `revert-${number}-${head}`;
}

const mergedReceipt = z.object({ oid, url: z.string(), verified: z.boolean() });

/** The commit that the change made; null while that step has no receipt. */
export function mergedBy(receipts: Receipts): string | null {
  return mergedReceipt.safeParse(receipts['merge_pull_request']).data?.oid ?? null;
}

const revertReceipt = z.object({ number: z.number().int(), nodeId: z.string(), url: z.string() });

/** The pull request that the change opened; undefined while that step has no receipt. */
export function revertedBy(receipts: Receipts): z.infer<typeof revertReceipt> | undefined {
  return revertReceipt.safeParse(receipts['revert_pull_request']).data;
}
