import type { DoneBy, Part, Refusal } from '#shared/tools/index.ts';
import { type BehindState, type DoneUpdateBranch, leftAt, type UpdateBranchPlan, updateBranchPlan } from './plan.ts';

/** The branch: before, as the change left it, and now. */
export function compareUpdateBranch({ plan, receipts }: DoneUpdateBranch, now: BehindState): readonly Part[] {
  const before = startOf(plan);
  const left = leftAt(plan, receipts);
  const head = now.branch.oid;
  const text = (oid: string | null) => (oid === null ? null : { text: oid });
  const part = {
    ...{ name: `branch ${plan.branch}`, before: text(before), left: text(left), now: text(head), later: [] },
  };
  if (head === before) return [{ ...part, standing: 'back', why: null }];
  if (left !== null && head === left) return [{ ...part, standing: 'as_left', why: null }];
  return [{ ...part, standing: 'cannot', why: whyNot(plan, head, left) }];
}

function startOf(plan: UpdateBranchPlan): string {
  return plan.kind === 'merge' ? plan.head : plan.from;
}

function whyNot({ branch }: UpdateBranchPlan, head: string | null, left: string | null): string {
  if (head === null) return `The branch ${branch} is gone.`;
  if (left === null) return 'Which commit was made was never answered; only a person said that it was.';
  return `Commits came to ${branch} since, which going back would drop.`;
}

/** Moves the branch back to where it was, and to the merge again; only while nothing came after. */
export function restoreUpdateBranch(
  done: DoneUpdateBranch,
  now: BehindState,
): { readonly plan: UpdateBranchPlan } | Refusal {
  const [part] = compareUpdateBranch(done, now);
  if (part?.standing === 'back') return { refused: 'There is nothing left to undo.', conflicts: [] };
  const from = now.branch.oid;
  if (part?.standing !== 'as_left' || from === null) return { refused: part?.why ?? '', conflicts: [] };
  const { repository, pullRequest } = now;
  const { number, nodeId } = pullRequest;
  const { plan } = done;
  const common = { repository, pullRequest: { number, nodeId }, branch: plan.branch };
  return {
    plan: { kind: 'move', ...common, from, to: startOf(plan), back: plan.kind === 'merge' || !plan.back },
  };
}

/** Its own undo leaves nothing to undo; what follows on top is a change of its own. */
export function combineUpdateBranch(older: DoneUpdateBranch, newer: DoneBy): DoneUpdateBranch | null {
  const plan = updateBranchPlan.safeParse(newer.plan).data;
  if (newer.tool !== 'update_branch' || plan?.kind !== 'move') return null;
  const same = plan.repository.id === older.plan.repository.id && plan.branch === older.plan.branch;
  return same && plan.from === leftAt(older.plan, older.receipts) && plan.to === startOf(older.plan) ? older : null;
}
