import type { Description, Restoring } from '#shared/tools/index.ts';
import { fieldEffects } from '../effects.ts';
import { audienceOf, leavesOrganisation } from '../reaches.ts';
import { sumOf } from '../since-base.ts';
import { branchKey, pullRequestKey } from '../tool.ts';
import type { BehindState, MergeBasePlan, MovePlan, UpdateBranchPlan } from './plan.ts';

export const updateBranchRestoring: Restoring = {
  kept: ['The commits that the branch and its base are at.'],
  back: [
    'The branch is moved back to exactly the commit that it was at, as long as the merge is its newest commit.',
    'A restore of that restore moves it to the same merge commit again.',
  ],
  cannot: [
    'Whoever fetched the branch since still has the merge; going back rewrites what they see.',
    'Where a ruleset forbids force pushes on the branch, it cannot go back.',
    'CI runs and notifications that it sets off cannot be called back, nor approving reviews that it dismisses.',
  ],
};

export function describeUpdateBranch(plan: UpdateBranchPlan, before: BehindState): Description {
  return plan.kind === 'merge' ? describeMerge(plan, before) : describeMove(plan);
}

const runsCi = {
  code: 'runs_ci',
  message: 'CI may run for the branch and its pull request, with the secrets of the repository.',
} as const;

function describeMerge(plan: MergeBasePlan, before: BehindState): Description {
  const { repository, pullRequest, branch, head, base } = plan;
  const { paths = [], cut = false } = before.incoming ?? {};
  const count = `${paths.length}${cut ? ' or more' : ''} ${paths.length === 1 ? 'file' : 'files'}`;
  const listed = [...paths, ...(cut ? ['and more, which GitHub does not list'] : [])].join('\n');
  return {
    summary: `Merge ${base.name} into ${branch}, of pull request ${pullRequest.number} of ${repository.name}: ${count}`,
    effects: [
      ...fieldEffects(`branch ${branch}`, { head: [head, `one signed merge commit of it and ${base.oid}`] }),
      ...fieldEffects(`changed on ${base.name} since they parted`, { files: [null, listed] }),
    ],
    ...sumOf([], before),
    touches: [branchKey(plan), pullRequestKey(plan)],
    // What comes in is on the base already, where others answered for it.
    flags: [],
    reaches: [runsCi, { code: 'notifies', message: 'Who watches the pull request may be notified.' }],
    reversible: { kind: 'partial', lost: [...updateBranchRestoring.cannot] },
    ...audienceOf(repository),
  };
}

function describeMove(plan: MovePlan): Description {
  const { repository, branch, from, to, back } = plan;
  const what = back ? 'Move the branch back' : 'Move the branch to the merge again';
  return {
    summary: `${what}: ${branch} of ${repository.name}`,
    effects: fieldEffects(`branch ${branch}`, { head: [from, to] }),
    touches: [branchKey(plan), pullRequestKey(plan)],
    flags: [],
    reaches: [runsCi, ...leavesOrganisation(repository)],
    reversible: { kind: 'partial', lost: [...updateBranchRestoring.cannot] },
    ...audienceOf(repository),
  };
}
