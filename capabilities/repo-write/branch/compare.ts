import type { Done, DoneBy, Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { type BranchPlan, type BranchState, branchPlan, closing, keptBecause } from './plan.ts';

export type DoneBranch = Done<BranchState, BranchPlan>;

/** The branch: before, as the change left it, and now. */
export function compareBranch({ plan }: DoneBranch, now: BranchState): readonly Part[] {
  const deleted = plan.kind === 'delete';
  const head = now.branch.oid;
  const text = (oid: string | null) => (oid === null ? null : { text: oid });
  const part = {
    name: `branch ${plan.branch}`,
    before: text(deleted ? plan.oid : null),
    left: text(deleted ? null : plan.oid),
    now: text(head),
    later: [],
  };
  if (head === (deleted ? plan.oid : null)) return [{ ...part, standing: 'back', why: null }];
  if (deleted) {
    const why = head === null ? null : `Another branch ${plan.branch} was made since.`;
    return [{ ...part, standing: why === null ? 'as_left' : 'cannot', why }];
  }
  const kept = keptBecause(now);
  if (kept !== null) return [{ ...part, standing: 'cannot', why: kept }];
  if (head === plan.oid) return [{ ...part, standing: 'as_left', why: null }];
  const later = othersOn(now).map(({ oid, author }) => ({ id: oid, author }));
  return [{ ...part, standing: 'changed', later, why: 'Others have committed to it.' }];
}

/** A branch that was set to another commit without any after ours still holds what is not ours. */
function othersOn({ later, branch }: BranchState): BranchState['later'] {
  return later.length > 0 || branch.oid === null ? later : [{ oid: branch.oid, author: null }];
}

/** Makes again what was deleted, and deletes what was made again. */
export function restoreBranch(
  done: DoneBranch,
  now: BranchState,
  choice: RestoreChoice,
): { readonly plan: BranchPlan } | Refusal {
  const { branch } = done.plan;
  const { repository } = now;
  const [part] = compareBranch(done, now);
  if (part?.standing === 'back') return { refused: 'There is nothing left to undo.', conflicts: [] };
  if (part?.standing === 'cannot') return { refused: part.why ?? '', conflicts: [`${branch} is at ${now.branch.oid}`] };
  if (done.plan.kind === 'delete') return { plan: { kind: 'create', repository, branch, oid: done.plan.oid } };
  const moved = part?.standing === 'changed';
  if (moved && choice !== 'overwrite') {
    const conflicts = othersOn(now).map(({ oid, author }) => `commit ${oid} by ${author ?? 'unknown'} on ${branch}`);
    return { refused: `Others have changed ${branch} since.`, conflicts };
  }
  const oid = now.branch.oid ?? done.plan.oid;
  const overwrites = moved ? othersOn(now) : [];
  return { plan: { kind: 'delete', repository, branch, oid, closes: closing(now), overwrites } };
}

/** A deletion and its own undo leave nothing more to undo than the deletion; anything else is one of its own. */
export function combineBranch(older: DoneBranch, newer: DoneBy): DoneBranch | null {
  const plan = branchPlan.safeParse(newer.plan).data;
  if (newer.tool !== 'delete_branch' || plan?.kind !== 'create' || older.plan.kind !== 'delete') return null;
  const { repository, branch, oid } = older.plan;
  return plan.repository.id === repository.id && plan.branch === branch && plan.oid === oid ? older : null;
}
