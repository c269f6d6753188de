import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Contents, StillHolds } from '#shared/tools/index.ts';
import { existingPullRequest, pullRequestStill } from '../pull-request/existing.ts';
import { sinceBaseOf } from '../since-base.ts';
import { refOf } from '../state.ts';
import type { BehindState, UpdateBranchPlan } from './plan.ts';

type Wanted = { readonly repository: string; readonly number: number };

/** A pull request's branch, and what its base has beyond it. Throws AppError `not_found`. */
export async function lookBehind(reader: RepoReader, wanted: Wanted, contents: Contents): Promise<BehindState> {
  const state = await lookAtEnds(reader, wanted);
  const { repository, branch, base } = state;
  if (branch.oid === null || base.oid === null) return state;
  const { name } = repository;
  const ends = { base: base.name, baseHead: base.oid, branch: branch.name, head: branch.oid };
  const [incoming, merging, sinceBase] = await Promise.all([
    reader.changed(name, branch.oid, base.oid),
    reader.merging(name, wanted.number),
    sinceBaseOf({ reader, contents, repository: name, ...ends, paths: [] }),
  ]);
  return {
    ...state,
    incoming: incoming && { from: incoming.from, paths: [...incoming.paths], cut: incoming.cut },
    mergeable: merging?.mergeable ?? null,
    ...(sinceBase && { sinceBase }),
  };
}

/** The same without what it has beyond it. */
export async function lookAtEnds(reader: RepoReader, wanted: Wanted): Promise<BehindState> {
  const repository = refOf(await reader.repository(wanted.repository));
  const { name } = repository;
  const { body: _body, ...pullRequest } = await existingPullRequest(reader, {
    repository: name,
    number: wanted.number,
  });
  // The head of a pull request from a fork is no branch here: `owner:branch`.
  const { head, base } = pullRequest;
  const [headOid, baseOid] = await Promise.all([head, base].map((branch) => reader.head(name, branch)));
  return {
    ...{ repository, pullRequest, branch: { name: head, oid: headOid ?? null } },
    ...{ base: { name: base, oid: baseOid ?? null }, incoming: null, mergeable: null },
  };
}

/** What was approved is this base merged into this head: another of either is another merge. */
export async function behindStill(
  plan: UpdateBranchPlan,
  before: BehindState,
  reader: RepoReader,
): Promise<StillHolds> {
  const same = await pullRequestStill(before, reader);
  if ('stale' in same) return same;
  const { number } = plan.pullRequest;
  const now = await lookAtEnds(reader, { repository: plan.repository.name, number });
  const expected = plan.kind === 'merge' ? plan.head : plan.from;
  if (now.branch.oid !== expected) return { stale: `The branch ${plan.branch} is elsewhere by now.` };
  if (plan.kind === 'move') return 'holds';
  return now.base.oid === plan.base.oid ? 'holds' : { stale: `The branch ${plan.base.name} is elsewhere by now.` };
}
