import type { DoneBy, Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { named } from '../names.ts';
import { samePlace, shownPlace } from '../places.ts';
import { isWithin } from './look.ts';
import { type DoneMove, type MovePlan, type MoveState, movePlan, moveState } from './plan.ts';

/** Where the page is: before, as the change left it, and now. */
export function compareMove(done: DoneMove, now: MoveState): readonly Part[] {
  const { plan } = done;
  return [
    {
      name: `page ${named(plan.page)}`,
      before: { text: shownPlace(plan.from) },
      left: { text: shownPlace(plan.to) },
      now: { text: shownPlace(now.at.place) },
      ...standingOf(done, now),
      later: [],
    },
  ];
}

/** Where the page stands; the one judgement that the view and the restore share. */
function standingOf({ plan }: DoneMove, { at, from }: MoveState): Pick<Part, 'standing' | 'why'> {
  if (at.trashed) return { standing: 'cannot', why: 'The page is in the trash.' };
  if (samePlace(at.place, plan.from)) return { standing: 'back', why: null };
  if (from === null) return { standing: 'cannot', why: 'The place that it was at is gone.' };
  if (isWithin(from, at.ref.id)) return { standing: 'cannot', why: 'The page that it was under is under it by now.' };
  if (samePlace(at.place, plan.to)) return { standing: 'as_left', why: null };
  return { standing: 'changed', why: 'Somebody else moved it since.' };
}

/** Brings the page back to where it was. */
export function restoreMove(
  done: DoneMove,
  now: MoveState,
  choice: RestoreChoice,
): { readonly plan: MovePlan } | Refusal {
  const { standing, why } = standingOf(done, now);
  if (standing === 'back') return { refused: 'There is nothing left to undo.', conflicts: [] };
  if (standing === 'cannot' || now.from === null) return { refused: why ?? '', conflicts: [] };
  const overwrites = standing === 'changed';
  if (overwrites && choice !== 'overwrite') {
    return { refused: 'The page is no longer where this change left it.', conflicts: [`${now.at.ref.url}: ${why}`] };
  }
  const { at, under, from: to } = now;
  return { plan: { page: at.ref, from: at.place, to, under, overwrites } };
}

/** Two moves of one page as one, where nobody else moved it in between. */
export function combineMove(older: DoneMove, by: DoneBy): DoneMove | null {
  if (by.tool !== 'move_page') return null;
  const newer = { ...by, plan: movePlan.parse(by.plan), after: moveState.parse(by.after) };
  const isNext = newer.plan.page.id === older.plan.page.id && samePlace(newer.plan.from, older.plan.to);
  if (!isNext || newer.between.length > 0) return null;
  return {
    ...older,
    plan: { ...older.plan, to: newer.plan.to },
    after: newer.after,
    receipts: { ...older.receipts, ...newer.receipts },
  };
}
