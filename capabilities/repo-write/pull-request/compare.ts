import type { RepoState } from '#capabilities/repo/types.ts';
import type { Done, DoneBy, Part, Receipts, Restoring, Side } from '#shared/tools/index.ts';
import { asCommit } from '../combine.ts';
import { viewOfDone } from '../push/views.ts';
import { committed, withoutCommits } from '../receipts.ts';
import { type PullRequestPlan, pullRequestPlan } from './plan.ts';

export type DonePullRequest = Done<RepoState, PullRequestPlan>;

export const pullRequestRestoring: Restoring = {
  kept: [
    'The commit that the branch starts from, and the commit that the change leaves it at.',
    'The files that the commit writes, as they were at the head of the base branch.',
    'The number of the pull request.',
  ],
  back: [
    'The branch is deleted, at exactly the commit that the change left it at.',
    'The pull request is closed.',
    'A restore of that restore makes the branch again at the same commit, and reopens the pull request.',
  ],
  cannot: [
    'The pull request cannot be made to never have been: it stays visible as a closed one.',
    'CI runs and notifications that it sets off cannot be called back.',
    'Notifications cannot be called back, and the backend may not let the pull request be reopened.',
    'A pull request that was merged cannot be taken back: closing it would undo nothing.',
  ],
};

/** The commit at which a plan left the branch; `ours` is the newest commit of ours on it, if it came that far. */
export function leftAt(plan: PullRequestPlan, before: RepoState, ours: string | null): string {
  if (ours !== null) return ours;
  if (plan.kind === 'open') return plan.base.oid;
  const kept = plan.kind === 'withdraw' ? plan.deleteAt : plan.createAt;
  return kept ?? before.branch.oid ?? plan.base.oid;
}

/** Where the branch was moved by others since we left it, or between several changes of ours. */
export function isMoved(done: DonePullRequest, now: RepoState): boolean {
  const left = leftAt(done.plan, done.before, committed(done.receipts));
  return now.branch.oid !== null && (now.branch.oid !== left || done.between.includes(branchName(done.plan)));
}

function branchName({ branch }: PullRequestPlan): string {
  return `branch ${branch}`;
}

/** The pull request and the branch: before, as the change left them, and now. */
export function comparePullRequest(done: DonePullRequest, now: RepoState): readonly Part[] {
  const merged =
    now.pullRequest?.state === 'merged' ? `Pull request ${now.pullRequest.number} was merged since.` : null;
  return [...pullRequestPart(done, now, merged), ...branchPart(done, now, merged)];
}

function pullRequestPart({ plan }: DonePullRequest, now: RepoState, merged: string | null): readonly Part[] {
  const number = now.pullRequest?.number ?? null;
  if (number === null) return [];
  const [before, left] = plan.kind === 'withdraw' ? (['open', 'closed'] as const) : ([null, 'open'] as const);
  const state = now.pullRequest?.state ?? null;
  // A pull request that was opened goes no further back than to be closed.
  const standing = state === (before ?? 'closed') ? 'back' : 'as_left';
  return [
    {
      name: `pull request ${number}`,
      before: textOf(before),
      left: textOf(left),
      now: textOf(state),
      standing: merged === null ? standing : 'cannot',
      later: [],
      why: merged,
    },
  ];
}

function branchPart(done: DonePullRequest, now: RepoState, merged: string | null): readonly Part[] {
  const { plan } = done;
  const isWithdrawn = plan.kind === 'withdraw';
  if (isWithdrawn && plan.deleteAt === null) return [];
  const left = isWithdrawn ? null : leftAt(plan, done.before, committed(done.receipts));
  const before = isWithdrawn ? plan.deleteAt : null;
  const head = now.branch.oid;
  const part = { name: branchName(plan), before: textOf(before), left: textOf(left), now: textOf(head) };
  if (merged !== null) return [{ ...part, standing: 'cannot', later: [], why: merged }];
  if (head === before) return [{ ...part, standing: 'back', later: [], why: null }];
  if (isWithdrawn && head !== null) {
    return [{ ...part, standing: 'cannot', later: [], why: `Another branch ${plan.branch} was made since.` }];
  }
  if (!isMoved(done, now)) return [{ ...part, standing: 'as_left', later: [], why: null }];
  const later = othersOn(now).map(({ oid, author }) => ({ id: oid, author }));
  return [{ ...part, standing: 'changed', later, why: 'Others have committed to it.' }];
}

/** A branch that was set to another commit without any after ours still holds what is not ours. */
export function othersOn(now: RepoState): RepoState['later'] {
  if (now.later.length > 0 || now.branch.oid === null) return now.later;
  return [{ oid: now.branch.oid, author: null }];
}

function textOf(text: string | null): Side {
  return text === null ? null : { text };
}

/**
 * What was done to a branch that a pull request was opened from, as one with the opening: the branch goes at the newest
 * commit of ours. Commits of others in between make it theirs too.
 */
export function combinePullRequest(older: DonePullRequest, newer: DoneBy): DonePullRequest | null {
  const commit = asCommit(newer);
  if (commit !== null) {
    const { plan } = commit;
    if (older.plan.kind === 'withdraw' || !sameBranch(older.plan, plan)) return null;
    const left = leftAt(older.plan, older.before, committed(older.receipts));
    const foreign = plan.expectedHead === left ? [] : [branchName(older.plan)];
    const receipts: Receipts = { ...withoutCommits(older.receipts), ...commit.receipts };
    return { ...older, receipts, between: [...older.between, ...foreign] };
  }
  const seen = viewOfDone(newer) ?? newer;
  const plan = pullRequestPlan.safeParse(seen.plan);
  if (seen.tool !== 'propose_pull_request' || !plan.success || !sameBranch(older.plan, plan.data)) return null;
  // Its own undo, and the undo of that: nothing of the pull request is left to undo but what the first one did.
  return plan.data.kind === 'open' ? null : older;
}

function sameBranch(
  one: { readonly repository: { readonly id: number }; readonly branch: string },
  other: { readonly repository: { readonly id: number }; readonly branch: string },
): boolean {
  return one.repository.id === other.repository.id && one.branch === other.branch;
}
