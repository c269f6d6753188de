import * as z from 'zod';
import { oid, pullRequest, repositoryRef } from '#capabilities/repo/types.ts';
import { pullRequestName } from '../pull-request/existing.ts';

/** A branch, and what goes with it when it is deleted. */
export const branchState = z.strictObject({
  repository: repositoryRef,
  /** `oid` is null while there is none. */
  branch: z.strictObject({ name: z.string(), oid: oid.nullable() }),
  /** Its newest commit; null while there is no branch. */
  newest: z.strictObject({ headline: z.string(), author: z.string().nullable() }).nullable(),
  /** How many files it changed since it left the default branch; null where they have no common past. */
  ahead: z.strictObject({ files: z.number().int().nonnegative(), cut: z.boolean() }).nullable(),
  /** The open pull requests from it, which close with it. */
  open: z.array(pullRequest.pick({ number: true, nodeId: true, base: true })),
  /** The numbers of the open pull requests into it. */
  into: z.array(z.number().int().positive()),
  /** The commits that others put on it after it was made again, newest first; the newest few. */
  later: z.array(z.strictObject({ oid, author: z.string().nullable() })),
});
export type BranchState = z.infer<typeof branchState>;

const common = { repository: repositoryRef, branch: z.string(), oid };

const deletePlan = z.strictObject({
  kind: z.literal('delete'),
  ...common,
  /** The pull requests that the backend closes with it. */
  closes: z.array(pullRequestName),
  /** Commits of others that came after it was made again, and that this restore takes away. */
  overwrites: z.array(z.strictObject({ oid, author: z.string().nullable() })),
});
export type DeletePlan = z.infer<typeof deletePlan>;

/** The undo of `delete`. */
const createPlan = z.strictObject({ kind: z.literal('create'), ...common });
export type CreatePlan = z.infer<typeof createPlan>;

export const branchPlan = z.discriminatedUnion('kind', [deletePlan, createPlan]);
export type BranchPlan = z.infer<typeof branchPlan>;

/** The pull requests that go with a branch, in an order of their own. */
export function closing({ open }: BranchState): DeletePlan['closes'] {
  return open.map(({ number, nodeId }) => ({ number, nodeId })).sort((one, other) => one.number - other.number);
}

/** Why a branch is not deleted whoever wants it; null when it may be. */
export function keptBecause({ repository, branch, into }: BranchState): string | null {
  if (branch.name === repository.defaultBranch) return `${branch.name} is the default branch, which is never deleted.`;
  if (into.length === 0) return null;
  return `Open pull requests go into ${branch.name}: ${into.map((number) => `#${number}`).join(', ')}.`;
}
