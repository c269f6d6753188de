import type { Description, Flag, Restoring } from '#shared/tools/index.ts';
import { fieldEffects } from '../effects.ts';
import { audienceOf, leavesOrganisation } from '../reaches.ts';
import { branchKey, pullRequestKey } from '../tool.ts';
import type { BranchPlan, BranchState, CreatePlan, DeletePlan } from './plan.ts';

const lost = {
  runs: 'Workflows and notifications that it sets off cannot be called back.',
  commits: 'Where the backend has thrown away commits that nothing led to any more, the branch cannot be made again.',
  pulls: 'Open pull requests from the branch close with it. A restore leaves them closed; update_pull_request reopens.',
} as const;

export const branchRestoring: Restoring = {
  kept: ['The commit that the branch is at, and the open pull requests from it.'],
  back: [
    'The branch is made again at exactly that commit, unless there is another of its name by then.',
    'A restore of that restore deletes it again.',
  ],
  cannot: [lost.runs, lost.commits, lost.pulls],
};

export function describeBranch(plan: BranchPlan, before: BranchState): Description {
  return plan.kind === 'delete' ? describeDelete(plan, before) : describeCreate(plan);
}

function describeDelete(plan: DeletePlan, before: BranchState): Description {
  const { repository, branch, oid, closes } = plan;
  const closed = closes.map(({ number }) => `#${number}`).join(', ');
  const pulls = closes.length === 0 ? '' : `, which closes ${closed}`;
  return {
    summary: `Delete the branch ${branch} of ${repository.name}${pulls}`,
    effects: [
      ...fieldEffects(`branch ${branch}`, { head: [oid, null], ...workOn(before) }),
      ...closes.flatMap(({ number }) => fieldEffects(`pull request ${number}`, { state: ['open', 'closed'] })),
    ],
    touches: [branchKey(plan), ...closes.map((pullRequest) => pullRequestKey({ repository, pullRequest }))],
    flags: deletionFlags(plan, closed),
    reaches: [
      {
        code: 'runs_ci',
        message: 'Workflows that wait for deleted branches run, with the secrets of the repository.',
      },
      ...(closes.length === 0
        ? []
        : [{ code: 'notifies' as const, message: `Who takes part in ${closed} is notified.` }]),
    ],
    reversible: {
      kind: 'partial',
      lost: [lost.runs, lost.commits, ...(closes.length === 0 ? [] : [lost.pulls])],
    },
    ...audienceOf(repository),
  };
}

/** What the branch holds: whether its work is elsewhere too is the one thing that an approver has to know. */
function workOn({ repository, newest, ahead }: BranchState): Record<string, readonly [string, null]> {
  const files = ahead === null ? 'no common past' : `${ahead.files}${ahead.cut ? ' or more' : ''}`;
  return {
    ...(newest === null
      ? {}
      : { 'newest commit': [`${newest.headline} (by ${newest.author ?? 'unknown'})`, null] as const }),
    [`files changed since it left ${repository.defaultBranch}`]: [files, null],
  };
}

function deletionFlags({ branch, closes, overwrites }: DeletePlan, closed: string): readonly Flag[] {
  const commits = overwrites.map(({ oid, author }) => `${oid} by ${author ?? 'unknown'}`).join(', ');
  return [
    { code: 'deletion', message: `Deletes the branch ${branch}.` },
    ...(closes.length === 0 ? [] : [{ code: 'closes' as const, message: `Closes the pull requests ${closed}.` }]),
    ...(overwrites.length === 0
      ? []
      : [
          {
            code: 'overwrites_others' as const,
            message: `The branch goes with what others put on it: ${commits}.`,
          },
        ]),
  ];
}

function describeCreate(plan: CreatePlan): Description {
  const { repository, branch, oid } = plan;
  return {
    summary: `Make the branch ${branch} of ${repository.name} again`,
    effects: fieldEffects(`branch ${branch}`, { head: [null, oid] }),
    touches: [branchKey(plan)],
    flags: [],
    reaches: [
      { code: 'runs_ci', message: 'The branch may start CI, which has the secrets of the repository.' },
      ...leavesOrganisation(repository),
    ],
    reversible: { kind: 'partial', lost: [lost.runs] },
    ...audienceOf(repository),
  };
}
