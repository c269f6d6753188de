import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { branchName } from '#capabilities/repo/branch.ts';
import { thingOf } from '#capabilities/repo/things.ts';
import { oid } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Receipts } from '#shared/tools/index.ts';
import { combineBranch, compareBranch, restoreBranch } from './branch/compare.ts';
import { branchRestoring, describeBranch } from './branch/describe.ts';
import { branchStill, lookAtBranch } from './branch/look.ts';
import { type BranchPlan, type BranchState, branchPlan, branchState, closing, keptBecause } from './branch/plan.ts';
import { deleteBranchStep, recreateBranchStep } from './branch/steps.ts';
import { repositoryInput, targetOf, writeTool } from './tool.ts';

const input = z.strictObject({
  repository: repositoryInput,
  branch: branchName.describe('The branch to delete; not the default branch, nor one that pull requests go into.'),
  expected_head: oid
    .optional()
    .describe('The commit that the branch must be at; leave out to take the branch as it is.'),
  reason: reasonInput,
  after: afterInput,
  supersedes: supersedesInput,
  idempotency_key: idempotencyKeyInput,
});
type Input = z.infer<typeof input>;

/** No task grant and no rule covers it: what goes with a branch is somebody’s work, and closes pull requests. */
export const deleteBranch = writeTool({
  name: 'delete_branch',
  title: 'Delete a branch',
  description:
    'Proposes to delete a branch at exactly the commit that it is at now; open pull requests from it close. Nothing is written until a person approves; wait_for_change tells how it goes. If the branch moves before that, propose again.',
  input,
  state: branchState,
  plan: branchPlan,
  // What it is at, by whom, is told to whoever may read.
  asks: ({ repository, branch }) => [
    { want: 'write', repository, branch },
    { want: 'read', repository },
  ],
  snapshot: (wanted: Input, reader: RepoReader) => lookAtBranch(reader, wanted),
  resolved: ({ branch }, { repository: { name: repository, defaultBranch } }) => [
    { want: 'write', repository, branch, defaultBranch },
    { want: 'read', repository },
  ],
  prepare,
  target: targetOf,
  describe: (plan: BranchPlan, before) => describeBranch(plan, before),
  standsOn: (plan: BranchPlan) => (plan.kind === 'create' ? [] : [{ thing: thingOf(plan), version: plan.oid }]),
  leaves: (plan: BranchPlan, _before, receipts: Receipts) =>
    Object.keys(receipts).length === 0
      ? []
      : [{ thing: thingOf(plan), version: plan.kind === 'create' ? plan.oid : null, made: false }],
  still: branchStill,
  steps: (plan: BranchPlan) => [
    plan.kind === 'delete' ? deleteBranchStep(plan, plan.oid) : recreateBranchStep(plan, plan.oid),
  ],
  observe: ({ repository, branch, kind, oid: at }: BranchPlan, _before, _receipts, reader: RepoReader) =>
    lookAtBranch(reader, { repository: repository.name, branch }, kind === 'create' ? at : null),
  restoring: branchRestoring,
  compare: compareBranch,
  restore: restoreBranch,
  combine: combineBranch,
});

function prepare({ branch, expected_head: expected }: Input, before: BranchState): BranchPlan {
  const { repository } = before;
  const head = before.branch.oid;
  if (head === null) {
    throw new AppError('not_found', `There is no branch ${JSON.stringify(branch)} in ${repository.name}.`, {
      next: 'list_branches shows the branches.',
    });
  }
  if (expected !== undefined && expected !== head) {
    throw new AppError('conflict', `The branch ${branch} is at ${head}, not at ${expected}.`, {
      next: 'Look at what came since; then propose again.',
    });
  }
  const kept = keptBecause(before);
  if (kept !== null) throw new AppError('conflict', kept);
  return { kind: 'delete', repository, branch, oid: head, closes: closing(before), overwrites: [] };
}
