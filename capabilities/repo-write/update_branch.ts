import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { thingOf } from '#capabilities/repo/things.ts';
import { oid } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Left, Receipts } from '#shared/tools/index.ts';
import { noPullRequest, numberInput, placeOf, standsOnPullRequest } from './pull-request/existing.ts';
import { repositoryInput, targetOf, writeTool } from './tool.ts';
import { combineUpdateBranch, compareUpdateBranch, restoreUpdateBranch } from './update-branch/compare.ts';
import { describeUpdateBranch, updateBranchRestoring } from './update-branch/describe.ts';
import { behindStill, lookAtEnds, lookBehind } from './update-branch/look.ts';
import {
  type BehindState,
  behindState,
  leftAt,
  mergeMade,
  type UpdateBranchPlan,
  updateBranchPlan,
} from './update-branch/plan.ts';
import { updateBranchSteps } from './update-branch/steps.ts';

const input = z.strictObject({
  repository: repositoryInput,
  number: numberInput,
  expected_head: oid
    .optional()
    .describe('The commit that its branch must be at; leave out to take the branch as it is.'),
  reason: reasonInput,
  after: afterInput,
  supersedes: supersedesInput,
  idempotency_key: idempotencyKeyInput,
});
type Input = z.infer<typeof input>;

/** What comes in others have put on the base: it is shown, and no path of it is asked of the scope. */
export const updateBranch = writeTool({
  name: 'update_branch',
  title: 'Bring a branch up to date',
  description:
    'Proposes to merge the base of an open pull request into its branch, as both are now, in one signed merge commit. Not where they conflict. Nothing is written until a person approves; wait_for_change tells how it goes. If either moves before that, propose again.',
  input,
  state: behindState,
  plan: updateBranchPlan,
  asks: ({ repository }) => [
    { want: 'write', repository },
    { want: 'read', repository },
  ],
  snapshot: (wanted: Input, reader: RepoReader, contents) => lookBehind(reader, wanted, contents),
  resolved: (_wanted, before) => [placeOf(before), { want: 'read', repository: before.repository.name }],
  absent: noPullRequest,
  prepare,
  target: targetOf,
  describe: (plan: UpdateBranchPlan, before) => describeUpdateBranch(plan, before),
  standsOn: (_plan, before) => standsOnPullRequest(before),
  leaves: (plan: UpdateBranchPlan, _before, receipts: Receipts): readonly Left[] => {
    const version = leftAt(plan, receipts);
    return version === null ? [] : [{ thing: thingOf(plan), version, made: false }];
  },
  follows: true,
  still: behindStill,
  steps: updateBranchSteps,
  receipt: {
    fields: { branch: 'branch', commit: 'oid' },
    of: ({ branch }, receipts) => ({ branch, commit: mergeMade(receipts)?.oid ?? null }),
  },
  observe: ({ repository, pullRequest }: UpdateBranchPlan, _before, _receipts, reader: RepoReader) =>
    lookAtEnds(reader, { repository: repository.name, number: pullRequest.number }),
  restoring: updateBranchRestoring,
  compare: compareUpdateBranch,
  restore: restoreUpdateBranch,
  combine: combineUpdateBranch,
});

function prepare({ expected_head: expected }: Input, before: BehindState): UpdateBranchPlan {
  const { repository, pullRequest, branch, base, mergeable } = before;
  const { number, nodeId } = pullRequest;
  const obstacle = obstacleTo(before, expected);
  if (obstacle !== null) throw new AppError('conflict', obstacle);
  if (branch.oid === null || base.oid === null) throw new AppError('conflict', 'One of the branches is gone.');
  if (mergeable === null) {
    throw new AppError('conflict', `Whether ${base.name} goes into ${branch.name} is still being worked out.`, {
      next: 'Propose it again in some seconds.',
    });
  }
  return {
    kind: 'merge',
    ...{ repository, pullRequest: { number, nodeId }, branch: branch.name, head: branch.oid },
    base: { name: base.name, oid: base.oid },
  };
}

function obstacleTo({ pullRequest, branch, base, incoming, mergeable }: BehindState, expected?: string): string | null {
  const { number, state, headOid } = pullRequest;
  if (state !== 'open') return `Pull request ${number} is ${state}.`;
  if (branch.oid !== headOid) return `The branch ${branch.name} is not at the head of pull request ${number}.`;
  if (expected !== undefined && expected !== headOid) {
    return `The branch ${branch.name} is at ${headOid}, not at the expected head.`;
  }
  if (base.oid === null) return `The branch ${base.name} is gone.`;
  if (incoming === null) return `The branches ${branch.name} and ${base.name} have no common past.`;
  if (incoming.from === base.oid) return `There is nothing on ${base.name} that ${branch.name} has not.`;
  return mergeable === false
    ? `${base.name} conflicts with ${branch.name}: settle it with commit_files, or let a person merge.`
    : null;
}
