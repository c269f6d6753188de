import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { thingOf } from '#capabilities/repo/things.ts';
import { mergeMethod, oid, type RepoAsk } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { type Message, splitMessage, writtenMessage } from '#capabilities/repo-write/message.ts';
import { ownershipAt } from '#capabilities/repo-write/owners.ts';
import { numberInput, standsOnPullRequest } from '#capabilities/repo-write/pull-request/existing.ts';
import { repositoryInput, targetOf, writeTool } from '#capabilities/repo-write/tool.ts';
import { AppError } from '#shared/errors.ts';
import type { Contents, Left, Receipts } from '#shared/tools/index.ts';
import { combineMerge, compareMerge, restoreMerge } from './compare.ts';
import { describeMerging, mergeRestoring } from './describe.ts';
import { isFork, lookAtMerge, lookAtPull, mergeStill } from './look.ts';
import { type MergeState, type MergingPlan, mergedBy, mergeState, mergingPlan, revertedBy } from './plan.ts';
import { mergeSteps } from './steps.ts';

const input = z
  .strictObject({
    repository: repositoryInput,
    number: numberInput,
    method: mergeMethod.describe(
      'merge makes a merge commit, squash one new commit, rebase the commits anew, unsigned.',
    ),
    expected_head: oid.describe('The commit that the pull request must be at: the one that you looked at.'),
    message: writtenMessage
      .optional()
      .describe('The message of the commit, in place of the usual one. Not for rebase.'),
    reason: reasonInput,
    after: afterInput,
    supersedes: supersedesInput,
    idempotency_key: idempotencyKeyInput,
  })
  .refine(({ method, message }) => method !== 'rebase' || message === undefined, {
    error: 'rebase keeps the messages of the commits: leave message out',
  });
type Input = z.infer<typeof input>;

/** No rule decides it without a person, and no task grant covers it: what follows a branch has it at once. */
export const mergePullRequest = writeTool({
  name: 'merge_pull_request',
  title: 'Merge a pull request',
  description:
    'Proposes to merge an open pull request, at exactly the commit that you name, into its base as it is now. Nothing is merged until a person approves; wait_for_change tells how it goes. If either branch moves before that, propose again.',
  input,
  state: mergeState,
  plan: mergingPlan,
  asks: ({ repository, method }) => [
    { want: 'write', repository, method },
    { want: 'read', repository },
  ],
  snapshot: (wanted: Input, reader: RepoReader, contents) => lookAtMerge(reader, wanted, contents),
  resolved: ({ method }, { repository: { name: repository, defaultBranch }, pullRequest: { base }, paths }) => [
    { want: 'write', repository, method, base, defaultBranch },
    { want: 'read', repository },
    ...(paths ?? []).map((path): RepoAsk => ({ want: 'write', repository, path })),
  ],
  prepare,
  target: targetOf,
  describe: (plan: MergingPlan, before, contents) => describeMerging(plan, before, contents),
  standsOn: (_plan, before) => {
    const { repository, pullRequest, baseOid } = before;
    return [
      ...standsOnPullRequest(before),
      { thing: thingOf({ repository, branch: pullRequest.base }), version: baseOid },
    ];
  },
  leaves,
  owners: async (plan: MergingPlan, { paths, baseOid }, reader) =>
    plan.kind === 'revert' || baseOid === null
      ? { file: null, unread: [], paths: [] }
      : ownershipAt(reader, { repository: plan.repository.name, commit: baseOid, paths: paths ?? [] }),
  reviews: {
    of: (plan: MergingPlan, { pullRequest }) =>
      plan.kind === 'revert'
        ? null
        : {
            thing: thingOf({ pullRequest: plan.pullRequest }),
            name: `pull request ${plan.pullRequest.number} of ${plan.repository.name}`,
            url: pullRequest.url,
            head: plan.head.oid,
          },
    read: ({ repository, pullRequest }: MergingPlan, reader) => reader.reviews(repository.name, pullRequest.number),
  },
  still: mergeStill,
  steps: mergeSteps,
  receipt: {
    fields: { commit: 'oid' },
    of: (_plan, receipts) => ({ commit: mergedBy(receipts) }),
  },
  observe: ({ repository, pullRequest }: MergingPlan, _before, _receipts, reader: RepoReader) =>
    lookAtPull(reader, { repository: repository.name, number: pullRequest.number }),
  restoring: mergeRestoring,
  compare: compareMerge,
  restore: restoreMerge,
  combine: combineMerge,
});

function prepare(wanted: Input, before: MergeState, _contents: Contents): MergingPlan {
  const { repository, pullRequest, baseOid } = before;
  const { number, nodeId, head, headOid, base } = pullRequest;
  const obstacle = obstacleTo(wanted, before);
  if (obstacle !== null || baseOid === null) throw new AppError('conflict', obstacle ?? `${base} is gone.`);
  if (before.mergeable === null) {
    throw new AppError('conflict', `Whether pull request ${number} can be merged is still being worked out.`, {
      next: 'Propose it again in some seconds.',
    });
  }
  return {
    kind: 'merge',
    repository,
    pullRequest: { number, nodeId },
    head: { name: head, oid: headOid },
    base: { name: base, oid: baseOid },
    method: wanted.method,
    message: wanted.method === 'rebase' ? null : messageOf(wanted, before),
  };
}

function obstacleTo(wanted: Input, { pullRequest, baseOid, mergeable, paths }: MergeState): string | null {
  const { number, state, draft, head, headOid, base } = pullRequest;
  if (state !== 'open') return `Pull request ${number} is ${state}.`;
  if (draft) return `Pull request ${number} is a draft: somebody has to mark it ready for review first.`;
  if (isFork(head)) return `Pull request ${number} comes from a fork: a person has to merge it.`;
  if (headOid !== wanted.expected_head) return `Pull request ${number} is at ${headOid}, not at the expected head.`;
  if (baseOid === null) return `The branch ${base}, which pull request ${number} goes into, is gone.`;
  if (mergeable === false) return `Pull request ${number} has conflicts with ${base}.`;
  return paths === null
    ? `What pull request ${number} changes is too much to be shown: a person has to merge it.`
    : null;
}

/** As the backend would say it itself. */
function messageOf({ message, method }: Input, { repository, pullRequest }: MergeState): Message {
  if (message !== undefined) return splitMessage(message);
  const { number, title, head } = pullRequest;
  if (method === 'squash') return { headline: `${title} (#${number})`, body: '' };
  return { headline: `Merge pull request #${number} from ${repository.name.split('/')[0]}/${head}`, body: title };
}

function leaves(plan: MergingPlan, _before: MergeState, receipts: Receipts): readonly Left[] {
  const { repository, pullRequest } = plan;
  if (plan.kind === 'revert') {
    const made = revertedBy(receipts);
    return made === undefined ? [] : [{ thing: thingOf({ pullRequest: made }), version: null, made: true }];
  }
  const version = mergedBy(receipts);
  if (version === null) return [];
  return [
    { thing: thingOf({ repository, branch: plan.base.name }), version, made: false },
    { thing: thingOf({ pullRequest }), version: null, made: false },
  ];
}
