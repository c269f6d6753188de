import type { DoneBy, Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { sameText } from '../kept.ts';
import { named } from '../names.ts';
import { samePlace } from '../places.ts';
import { writtenBy } from '../tool.ts';
import { type CreatePlan, type CreateState, createPlan, createStep, type DoneCreate, type Made } from './plan.ts';

/** The page: not there, as the change left it, and now; or whether it is in the trash. */
export function compareCreate(done: DoneCreate, now: CreateState): readonly Part[] {
  const { plan, first, after } = done;
  return [
    {
      name: plan.kind === 'create' ? `page ${named(plan)}` : `page ${named(plan.page)}`,
      before: side(first.made),
      left: side(after.made),
      now: side(now.made),
      later: [],
      ...standingOf(done, now),
    },
  ];
}

function side(made: Made | null): Part['now'] {
  return made && { text: made.at.trashed ? `${named(made.at.ref)} (in the trash)` : named(made.at.ref) };
}

const unknownPage = 'Which page it is was never answered; only a person said that it was made.';

/** Where the page stands; the one judgement that the view and the restore share. */
function standingOf(done: DoneCreate, { made }: CreateState): Pick<Part, 'standing' | 'why'> {
  const { plan, receipts, first } = done;
  if (plan.kind === 'create' && writtenBy(receipts, createStep) === undefined) {
    return { standing: 'cannot', why: unknownPage };
  }
  const wasThere = first.made !== null && !first.made.at.trashed;
  if (made === null) return wasThere ? { standing: 'cannot', why: 'It is gone.' } : { standing: 'back', why: null };
  if (made.at.trashed !== wasThere) return { standing: 'back', why: null };
  if (!wasThere && made.parent === true) return { standing: 'cannot', why: 'There are pages under it.' };
  return isTouched(done, made)
    ? { standing: 'changed', why: 'Somebody else has worked on it since.' }
    : { standing: 'as_left', why: null };
}

/** What is in the trash nobody works on. Changes that were put back leave the words as they were, not the revision. */
function isTouched({ after: { made: left } }: DoneCreate, made: Made): boolean {
  if (made.at.trashed || left === null) return false;
  const isSame = made.at.ref.title === left.at.ref.title && sameText(made.body, left.body);
  return !isSame || !samePlace(made.at.place, left.at.place) || made.said.some((agent) => agent !== left.agent);
}

/** Puts into the trash what was made, and brings that back; what others worked on only where that is wanted. */
export function restoreCreate(
  done: DoneCreate,
  { made }: CreateState,
  choice: RestoreChoice,
): { readonly plan: CreatePlan } | Refusal {
  const { standing, why } = standingOf(done, { ...done.after, made });
  if (standing === 'cannot') return { refused: why ?? '', conflicts: [] };
  if (standing === 'back' || made === null) return { refused: 'There is nothing left to undo.', conflicts: [] };
  const { ref, place, revision, trashed } = made.at;
  if (standing === 'changed' && choice !== 'overwrite') {
    return { refused: 'The page is no longer as this change left it.', conflicts: [`page ${ref.id}: ${why}`] };
  }
  const overwrites = standing === 'changed';
  if (!trashed) return { plan: { kind: 'trash', page: ref, place, revision, overwrites } };
  const was = done.first.made?.at.place ?? place;
  return { plan: { kind: 'untrash', page: ref, place: was, revision, overwrites } };
}

/** Its own undo leaves nothing to undo. */
export function combineCreate(older: DoneCreate, by: DoneBy): DoneCreate | null {
  const plan = createPlan.safeParse(by.plan).data;
  if (by.tool !== createStep || plan === undefined || plan.kind === 'create') return null;
  const id = older.plan.kind === 'create' ? writtenBy(older.receipts, createStep)?.id : older.plan.page.id;
  return plan.page.id === id ? older : null;
}
