import type { Beforehand, Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { sameText } from '../kept.ts';
import { named } from '../names.ts';
import { samePlace } from '../places.ts';
import { thingOf, writtenBy } from '../tool.ts';
import { countedPages } from '../under.ts';
import { type CreatePlan, type CreateState, createStep, type DoneCreate, type Made } from './plan.ts';

const nothing: Beforehand = new Set();

/** The name of what the change made among the parts of it. */
export function partName({ plan }: Pick<DoneCreate, 'plan'>): string {
  return plan.kind === 'create' ? `page ${named(plan)}` : `page ${named(plan.page)}`;
}

/** The page: not there, as the change left it, and now; or whether it is in the trash. */
export function compareCreate(
  done: DoneCreate,
  now: CreateState,
  _contents?: unknown,
  beforehand: Beforehand = nothing,
): readonly Part[] {
  const { first, after } = done;
  return [
    {
      name: partName(done),
      before: side(first.made),
      left: side(after.made),
      now: side(now.made),
      later: [],
      ...standingOf(done, now, beforehand),
    },
  ];
}

function side(made: Made | null): Part['now'] {
  return made && { text: made.at.trashed ? `${named(made.at.ref)} (in the trash)` : named(made.at.ref) };
}

const unknownPage = 'Which page it is was never answered; only a person said that it was made.';

/** Where the page stands; the one judgement that the view and the restore share. */
function standingOf(done: DoneCreate, { made }: CreateState, beforehand: Beforehand): Pick<Part, 'standing' | 'why'> {
  const { plan, receipts, first } = done;
  if (plan.kind === 'create' && writtenBy(receipts, createStep) === undefined) {
    return { standing: 'cannot', why: unknownPage };
  }
  const wasThere = first.made !== null && !first.made.at.trashed;
  if (made === null) return wasThere ? { standing: 'cannot', why: 'It is gone.' } : { standing: 'back', why: null };
  if (made.at.trashed !== wasThere) return { standing: 'back', why: null };
  if (!wasThere && made.parent === true) {
    const left = (made.under ?? []).filter((id) => !beforehand.has(thingOf({ page: id })));
    if (made.under === undefined) return { standing: 'cannot', why: 'There are pages under it.' };
    if (left.length > 0) {
      const which =
        left.length === made.under.length ? '' : `, of others (${countedPages({ pages: left.length, more: false })})`;
      return { standing: 'cannot', why: `There are pages under it${which}.` };
    }
  }
  return isTouched(done, made, beforehand)
    ? { standing: 'changed', why: 'Somebody else has worked on it since.' }
    : { standing: 'as_left', why: null };
}

/** What is in the trash nobody works on. Changes that were put back leave the words as they were, not the revision. */
function isTouched({ plan, after: { made: left }, between }: DoneCreate, made: Made, beforehand: Beforehand): boolean {
  if (made.at.trashed || left === null) return false;
  const isSame = made.at.ref.title === left.at.ref.title && sameText(made.body, left.body);
  // Of what the set itself did to it, only where it is now is left: that is put back first.
  const isThere = samePlace(made.at.place, left.at.place) || beforehand.has(thingOf({ page: made.at.ref.id }));
  const isOurs = made.said.every((agent) => agent === left.agent);
  return !isSame || !isThere || !isOurs || (plan.kind === 'create' && between.length > 0);
}

/** Puts into the trash what was made, and brings that back; what others worked on only where that is wanted. */
export function restoreCreate(
  done: DoneCreate,
  { made }: CreateState,
  choice: RestoreChoice,
  beforehand: Beforehand = nothing,
): { readonly plan: CreatePlan } | Refusal {
  const { standing, why } = standingOf(done, { ...done.after, made }, beforehand);
  if (standing === 'cannot') return { refused: why ?? '', conflicts: [] };
  if (standing === 'back' || made === null) return { refused: 'There is nothing left to undo.', conflicts: [] };
  const { ref, revision, trashed } = made.at;
  if (standing === 'changed' && choice !== 'overwrite') {
    return { refused: 'The page is no longer as this change left it.', conflicts: [`page ${ref.id}: ${why}`] };
  }
  const overwrites = standing === 'changed';
  if (trashed) return { plan: { kind: 'untrash', page: ref, place: placeBefore(done, made), revision, overwrites } };
  const place = placeByThen(done, made, beforehand);
  const { under } = made;
  return { plan: { kind: 'trash', page: ref, place, revision, ...(under && { under }), overwrites } };
}

/** Where a page was that an undo put into the trash: as that undo expected it, whatever was there when it was planned. */
function placeBefore({ plan, first }: DoneCreate, made: Made): Made['at']['place'] {
  return plan.kind === 'trash' ? plan.place : (first.made?.at.place ?? made.at.place);
}

/** Where the page is once what goes before is put back. */
function placeByThen({ after }: DoneCreate, made: Made, beforehand: Beforehand): Made['at']['place'] {
  const isMovedBack = beforehand.has(thingOf({ page: made.at.ref.id }));
  return (isMovedBack && after.made?.at.place) || made.at.place;
}
