import { shorten } from '#capabilities/common/text.ts';
import type { Done, DoneBy, Part, Refusal } from '#shared/tools/index.ts';
import { type MergeState, type MergingPlan, mergingPlan } from './plan.ts';

export type DoneMerge = Done<MergeState, MergingPlan>;

/** The pull request: before, as the change left it, and now. It is taken back once another one is merged that does so. */
export function compareMerge({ plan }: DoneMerge, now: MergeState): readonly Part[] {
  const { number } = plan.pullRequest;
  const { revert } = now;
  const later = revert === null ? [] : [{ id: revert.url, author: null }];
  if (plan.kind === 'revert') {
    const part = { name: `revert of pull request ${number}`, before: null, left: { text: 'open' }, later: [] };
    const there = revert === null ? null : { text: revert.state };
    if (revert === null || revert.state === 'closed') return [{ ...part, now: there, standing: 'back', why: null }];
    const why =
      revert.state === 'merged'
        ? `Pull request ${revert.number} was merged.`
        : `A restore does not close pull request ${revert.number}: update_pull_request does.`;
    return [{ ...part, now: there, standing: 'cannot', why }];
  }
  const part = {
    name: `pull request ${number}`,
    before: { text: 'open' },
    left: { text: 'merged' },
    now: { text: revert?.state === 'merged' ? `merged, and taken back by #${revert.number}` : now.pullRequest.state },
    later,
  };
  if (revert?.state === 'merged') return [{ ...part, standing: 'back', why: null }];
  if (revert?.state === 'open') {
    return [{ ...part, standing: 'cannot', why: `Pull request ${revert.number} takes it back once it is merged.` }];
  }
  return [{ ...part, later: [], standing: 'as_left', why: null }];
}

/** A merge is taken back by a new pull request; what others did since stays, or the backend refuses to make it. */
export function restoreMerge(done: DoneMerge, now: MergeState): { readonly plan: MergingPlan } | Refusal {
  const [part] = compareMerge(done, now);
  if (part?.standing === 'back') return { refused: 'There is nothing left to undo.', conflicts: [] };
  if (part?.standing === 'cannot') return { refused: part.why ?? '', conflicts: [] };
  const { repository, pullRequest } = now;
  const { number, nodeId, head, base, title } = pullRequest;
  return {
    plan: {
      kind: 'revert',
      repository,
      pullRequest: { number, nodeId },
      head,
      base,
      title: `Revert ${JSON.stringify(shorten(title, 200))}`,
      body: `Takes back #${number}.`,
    },
  };
}

/** What takes a merge back belongs to it; there is nothing else that one undo could cover. */
export function combineMerge(older: DoneMerge, newer: DoneBy): DoneMerge | null {
  const plan = mergingPlan.safeParse(newer.plan).data;
  if (newer.tool !== 'merge_pull_request' || plan?.kind !== 'revert' || older.plan.kind !== 'merge') return null;
  return plan.pullRequest.nodeId === older.plan.pullRequest.nodeId ? older : null;
}
