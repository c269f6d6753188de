import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { existingPullRequest, pullRequestStill } from '#capabilities/repo-write/pull-request/existing.ts';
import { sinceBaseOf } from '#capabilities/repo-write/since-base.ts';
import { refOf } from '#capabilities/repo-write/state.ts';
import type { Contents, StillHolds } from '#shared/tools/index.ts';
import { type MergeState, type MergingPlan, revertBranch } from './plan.ts';

type Wanted = { readonly repository: string; readonly number: number };

/** A pull request with all that its merge brings. Throws AppError `not_found`. */
export async function lookAtMerge(reader: RepoReader, wanted: Wanted, contents: Contents): Promise<MergeState> {
  const state = await lookAtPull(reader, wanted);
  const { repository, pullRequest, baseOid } = state;
  if (baseOid === null || isFork(pullRequest.head)) return state;
  const { head: branch, headOid: head, base } = pullRequest;
  const { name } = repository;
  const [changed, sinceBase] = await Promise.all([
    reader.changed(name, baseOid, head),
    sinceBaseOf({ reader, contents, repository: name, base, baseHead: baseOid, branch, head, paths: [] }),
  ]);
  const paths = changed === null || changed.cut ? null : [...changed.paths];
  return { ...state, paths, ...(sinceBase && { sinceBase }) };
}

/** A pull request, and whether it can be merged, was, or was taken back. */
export async function lookAtPull(reader: RepoReader, wanted: Wanted): Promise<MergeState> {
  const repository = refOf(await reader.repository(wanted.repository));
  const { name } = repository;
  const pullRequest = await existingPullRequest(reader, { repository: name, number: wanted.number });
  const { number, head, base } = pullRequest;
  const [merging, baseOid, reverts] = await Promise.all([
    reader.merging(name, number),
    reader.head(name, base),
    reader.pullRequests(name, { limit: 1, state: 'all', head: revertBranch(number, head) }),
  ]);
  const [found] = reverts.items;
  return {
    repository,
    pullRequest,
    baseOid,
    mergeable: merging?.mergeable ?? null,
    merged: merging?.merged ?? null,
    paths: null,
    revert: found ? { number: found.number, nodeId: found.nodeId, url: found.url, state: found.state } : null,
  };
}

/** The head of a pull request from a fork is no branch here: `owner:branch`. */
export function isFork(head: string): boolean {
  return head.includes(':');
}

/** What was approved is this head on this base: another of either is another merge. */
export async function mergeStill(plan: MergingPlan, before: MergeState, reader: RepoReader): Promise<StillHolds> {
  const same = await pullRequestStill(before, reader);
  if ('stale' in same) return same;
  const { number } = plan.pullRequest;
  const now = await lookAtPull(reader, { repository: plan.repository.name, number });
  if (plan.kind === 'revert') {
    const taken = now.revert?.state === 'open' || now.revert?.state === 'merged';
    return taken ? { stale: `Pull request ${now.revert?.number} takes it back by now.` } : 'holds';
  }
  if (same.found.headOid !== plan.head.oid) return { stale: `Pull request ${number} has other commits by now.` };
  if (same.found.draft) return { stale: `Pull request ${number} is a draft by now.` };
  if (now.baseOid !== plan.base.oid) return { stale: `The branch ${plan.base.name} is elsewhere by now.` };
  return now.mergeable === false ? { stale: `Pull request ${number} has conflicts by now.` } : 'holds';
}
