import * as z from 'zod';
import { oid, pullRequest, repoState, repositoryRef } from '#capabilities/repo/types.ts';
import type { Done, Receipts } from '#shared/tools/index.ts';
import { pullRequestName } from '../pull-request/existing.ts';

/** A pull request's branch, and what its base has that it has not. */
export const behindState = z.strictObject({
  repository: repositoryRef,
  pullRequest: pullRequest.omit({ body: true }),
  /** `oid` is null where the branch is gone. */
  branch: z.strictObject({ name: z.string(), oid: oid.nullable() }),
  base: z.strictObject({ name: z.string(), oid: oid.nullable() }),
  /** Where the two parted, and what the base changed since; null when they have no common past, or one is gone. */
  incoming: z.strictObject({ from: oid, paths: z.array(z.string()), cut: z.boolean() }).nullable(),
  mergeable: z.boolean().nullable(),
  sinceBase: repoState.shape.sinceBase,
});
export type BehindState = z.infer<typeof behindState>;

const common = { repository: repositoryRef, pullRequest: pullRequestName, branch: z.string() };

const mergePlan = z.strictObject({
  kind: z.literal('merge'),
  ...common,
  head: oid,
  base: z.strictObject({ name: z.string(), oid }),
});
export type MergeBasePlan = z.infer<typeof mergePlan>;

/** The undo of `merge`, which goes back, and the undo of that. */
const movePlan = z.strictObject({ kind: z.literal('move'), ...common, from: oid, to: oid, back: z.boolean() });
export type MovePlan = z.infer<typeof movePlan>;

export const updateBranchPlan = z.discriminatedUnion('kind', [mergePlan, movePlan]);
export type UpdateBranchPlan = z.infer<typeof updateBranchPlan>;
export type DoneUpdateBranch = Done<BehindState, UpdateBranchPlan>;

const receipt = z.object({ oid, url: z.string(), verified: z.boolean(), parents: z.array(oid) });

/** The commit that the merge made; undefined while that step has no receipt. */
export function mergeMade(receipts: Receipts): z.infer<typeof receipt> | undefined {
  return receipt.safeParse(receipts['update_branch']).data;
}

/** Where the change left the branch; null while it has not moved it. */
export function leftAt(plan: UpdateBranchPlan, receipts: Receipts): string | null {
  if (plan.kind === 'merge') return mergeMade(receipts)?.oid ?? null;
  return receipts['move_branch'] === undefined ? null : plan.to;
}
