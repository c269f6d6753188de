import { commandReaches } from '#capabilities/common/commands.ts';
import { shorten } from '#capabilities/common/text.ts';
import { fieldEffects } from '#capabilities/repo-write/effects.ts';
import { kindFlags } from '#capabilities/repo-write/file-kinds.ts';
import { flagsOf } from '#capabilities/repo-write/flags.ts';
import { joinMessage } from '#capabilities/repo-write/message.ts';
import { audienceOf, leavesOrganisation } from '#capabilities/repo-write/reaches.ts';
import { sumOf } from '#capabilities/repo-write/since-base.ts';
import { branchKey, pullRequestKey } from '#capabilities/repo-write/tool.ts';
import type { ContentReader, Description, Restoring } from '#shared/tools/index.ts';
import { type MergePlan, type MergeState, type MergingPlan, type RevertPlan, revertBranch } from './plan.ts';

export const mergeRestoring: Restoring = {
  kept: ['The head of the pull request, and the commit that its base branch was at.'],
  back: ['A new draft pull request takes back what the merge brought; somebody has to merge that.'],
  cannot: [
    'The commits stay in the history of the base branch, and in every copy that was made of it.',
    'Where later commits changed the same lines, the backend makes no such pull request.',
    'Deployments, workflows and notifications that a merge sets off, and issues that it closes, cannot be called back.',
    'A pull request that takes a merge back is not undone by a restore: update_pull_request closes it.',
  ],
};

export function describeMerging(plan: MergingPlan, before: MergeState, contents: ContentReader): Description {
  return plan.kind === 'merge' ? describeMerge(plan, before, contents) : describeRevert(plan);
}

const ways = {
  merge: 'one merge commit',
  squash: 'one new commit with all of it',
  rebase: 'its commits made anew, which nobody signs',
} as const;

function describeMerge(plan: MergePlan, before: MergeState, contents: ContentReader): Description {
  const { repository, pullRequest, head, base, method, message } = plan;
  const { title, body } = before.pullRequest;
  const { number } = pullRequest;
  const sum = sumOf([], before);
  const files = sum.since_base?.effects.filter((effect) => effect.kind === 'file') ?? [];
  const hidden = (before.paths ?? []).filter((path) => files.every((file) => file.path !== path));
  const texts = [
    { name: 'the title', text: title },
    { name: 'the pull request’s text', text: body },
    ...(message === null ? [] : [{ name: 'the commit message', text: joinMessage(message) }]),
  ];
  return {
    summary: `Merge pull request ${number} of ${repository.name} into ${base.name}: ${shorten(title, 120)}`,
    effects: [
      ...fieldEffects(`pull request ${number}`, { state: ['open', 'merged'] }),
      ...fieldEffects(`branch ${base.name}`, { head: [base.oid, `${ways[method]}, of ${head.oid}`] }),
      ...(message === null ? [] : fieldEffects('commit', { message: [null, joinMessage(message)] })),
    ],
    ...sum,
    touches: [branchKey({ repository, branch: base.name }), pullRequestKey({ repository, pullRequest })],
    flags: [
      { code: 'publishes', message: `What follows ${base.name} gets pull request ${number}.` },
      ...flagsOf({ effects: files, texts, contents }),
      ...kindFlags(hidden),
    ],
    reaches: [
      {
        code: 'runs_ci',
        message: `Workflows of ${base.name} run, with the secrets of the repository; they may deploy.`,
      },
      { code: 'notifies', message: 'Who takes part in the pull request is notified.' },
      ...commandReaches(texts),
      ...leavesOrganisation(repository),
    ],
    reversible: { kind: 'partial', lost: mergeRestoring.cannot.slice(0, 3) },
    ...audienceOf(repository),
  };
}

function describeRevert(plan: RevertPlan): Description {
  const { repository, pullRequest, head, base, title, body } = plan;
  const branch = revertBranch(pullRequest.number, head);
  return {
    summary: `Open a draft pull request that takes back pull request ${pullRequest.number} of ${repository.name}`,
    effects: [
      ...fieldEffects(`branch ${branch}`, { head: [null, `one new commit on ${base} that takes it back`] }),
      ...fieldEffects('pull request', {
        title: [null, title],
        text: [null, body],
        draft: [null, 'yes'],
        from: [null, branch],
        to: [null, base],
      }),
    ],
    touches: [branchKey({ repository, branch }), pullRequestKey({ repository, pullRequest })],
    flags: [],
    reaches: [
      {
        code: 'runs_ci',
        message: 'The new branch and the pull request may start CI, which has the secrets of the repository.',
      },
      { code: 'notifies', message: 'Watchers, code owners and whoever took part are notified.' },
      ...leavesOrganisation(repository),
    ],
    reversible: { kind: 'partial', lost: mergeRestoring.cannot.slice(3) },
    ...audienceOf(repository),
  };
}
