import { thingOf } from '#capabilities/repo/things.ts';
import { type RepoState, repoState } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { ContentReader, Done, Left, Ownership, Receipts } from '#shared/tools/index.ts';
import { withCoAuthor } from './attribution.ts';
import { commitFiles } from './commit_files.ts';
import { describeCommit } from './commit-description.ts';
import { ownershipAt } from './owners.ts';
import { proposePullRequest } from './propose_pull_request.ts';
import { describeReopen, describeWithdraw } from './pull-request/undo.ts';
import { describePush, pushRestoring } from './push/describe.ts';
import { asksOfPush, pushedPaths, pushInput } from './push/input.ts';
import { lookBeforePush, pushStillHolds } from './push/look.ts';
import { type PushCommitsPlan, type PushPlan, pushCommitsPlan } from './push/plan.ts';
import { preparePush } from './push/prepare.ts';
import { pushSteps } from './push/steps.ts';
import { combinePush, restorePush } from './push/undo.ts';
import { asView, receiptsOf, type View, viewOf } from './push/views.ts';
import { openedBy, opening } from './receipts.ts';
import { headOf } from './state.ts';
import { targetOf, writeTool } from './tool.ts';

/** The tools that the undo of a push is like. */
const alike = { commit_files: commitFiles, propose_pull_request: proposePullRequest } as const;

/** Its input is made by the git door from what `git push` sends. */
export const pushCommits = writeTool({
  name: 'push_commits',
  title: 'Push commits',
  description:
    'What a git push of a branch becomes: its commits, made anew and signed, and the branch moved to the last of them; with push options also a pull request. A person approves it first.',
  input: pushInput,
  state: repoState,
  plan: pushCommitsPlan,
  door: 'git',
  asks: asksOfPush,
  snapshot: lookBeforePush,
  resolved: ({ branch, pull_request: pull }, { repository: { name: repository, defaultBranch }, base }) => [
    { want: 'write', repository, branch, defaultBranch, ...(pull && base ? { base: base.name } : {}) },
    { want: 'read', repository, whole: true },
  ],
  prepare: preparePush,
  credited: (plan: PushCommitsPlan, credit) => {
    if (plan.kind !== 'push') return plan;
    const commits = plan.commits.map((commit) => ({ ...commit, body: withCoAuthor(commit.body, credit) }));
    return { ...plan, commits, credit };
  },
  target: targetOf,
  describe: (plan: PushCommitsPlan, before: RepoState, contents: ContentReader) => {
    if (plan.kind === 'push') return describePush(plan, before, contents);
    if (plan.kind === 'put_back') return describeCommit(plan, before, contents);
    return plan.kind === 'withdraw' ? describeWithdraw(plan) : describeReopen(plan);
  },
  standsOn: (plan: PushCommitsPlan, before) => {
    const view = viewOf(plan, before);
    return alike[view.as].standsOn?.(view.plan, before) ?? [];
  },
  leaves: pushLeaves,
  follows: true,
  owners: (plan: PushCommitsPlan, before, reader) =>
    plan.kind === 'push' ? pushOwners(plan, reader) : ownersOfUndo(viewOf(plan, before), before, reader),
  still: (plan: PushCommitsPlan, before, reader) => {
    if (plan.kind === 'push') return pushStillHolds(plan, reader);
    const view = viewOf(plan, before);
    return alike[view.as].still(view.plan, before, reader);
  },
  steps: (plan: PushCommitsPlan) => {
    if (plan.kind === 'push') return pushSteps(plan);
    return plan.kind === 'put_back' ? commitFiles.steps(plan) : proposePullRequest.steps(plan);
  },
  receipt: {
    fields: { pull_request_url: 'url', pull_request_number: 'number', branch: 'branch', commit: 'oid' },
    of: (plan: PushCommitsPlan, receipts) => (plan.kind === 'push' ? opening(plan, receipts) : {}),
  },
  observe: async (plan: PushCommitsPlan, before, receipts, reader, contents) => {
    const view = viewOf(plan, before);
    const known = receiptsOf(plan, receipts);
    return repoState.parse(await alike[view.as].observe(view.plan, before, known, reader, contents));
  },
  restoring: pushRestoring,
  compare: (done: Done<RepoState, PushCommitsPlan>, now, contents) => {
    const view = asView(done);
    return alike[view.tool].compare(view, now, contents);
  },
  restore: (done: Done<RepoState, PushCommitsPlan>, now, choice) =>
    restorePush(alike[asView(done).tool], asView(done), now, choice),
  combine: (older: Done<RepoState, PushCommitsPlan>, newer) => combinePush(alike[asView(older).tool], older, newer),
});

function pushLeaves(plan: PushCommitsPlan, before: RepoState, receipts: Receipts, after: RepoState): readonly Left[] {
  const view = viewOf(plan, before);
  const left = alike[view.as].leaves?.(view.plan, before, receiptsOf(plan, receipts), after) ?? [];
  const pullRequest = view.as === 'commit_files' ? openedBy(receipts) : undefined;
  return [...left, ...(pullRequest ? [{ thing: thingOf({ pullRequest }), version: null, made: true }] : [])];
}

/** By what stands where the work goes to now: where it begins, the pusher chose. */
async function pushOwners(plan: PushPlan, reader: RepoReader): Promise<Ownership> {
  const { name: repository, defaultBranch } = plan.repository;
  const to = plan.from === null ? plan.base.name : defaultBranch;
  // Where a branch is to go, it does not say; what the default branch says itself, whoever writes to it could have written.
  const commit = await headOf(reader, repository, to);
  return ownershipAt(reader, { repository, commit, paths: pushedPaths(plan.commits) });
}

function ownersOfUndo(view: View, before: RepoState, reader: RepoReader): Promise<Ownership> {
  const { owners } = alike[view.as];
  if (owners === undefined) throw new TypeError(`${view.as} has no owners`);
  return owners(view.plan, before, reader);
}
