import type { DoneBy, Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { named } from '../names.ts';
import { samePlace } from '../places.ts';
import { countedPages } from '../under.ts';
import { type DoneTrash, type TrashPlan, type TrashState, trashPlan } from './plan.ts';

/** Whether the page is in the trash: before, as the change left it, and now. */
export function compareTrash(done: DoneTrash, now: TrashState): readonly Part[] {
  const { plan } = done;
  const text = (isTrashed: boolean) => ({ text: isTrashed ? 'in the trash' : 'in its place' });
  const left = plan.kind === 'trash';
  return [
    {
      name: `page ${named(plan.page)}`,
      before: text(!left),
      left: text(left),
      now: text(now.at.trashed),
      ...standingOf(done, now),
      later: [],
    },
  ];
}

/** Where the page stands; the one judgement that the view and the restore share. */
function standingOf({ plan, after }: DoneTrash, now: TrashState): Pick<Part, 'standing' | 'why'> {
  const { at, under, place } = now;
  if (at.trashed !== (plan.kind === 'trash')) return { standing: 'back', why: null };
  if (place === null) return { standing: 'cannot', why: 'The namespace that it was in takes nothing any more.' };
  if (at.trashed) {
    const isThere = samePlace(place, plan.was);
    return { standing: 'as_left', why: isThere ? null : 'The page that it was under is gone: it comes elsewhere.' };
  }
  if (under.pages > 0) return { standing: 'cannot', why: `It has ${countedPages(under)} under it by now.` };
  if (at.revision === after.at.revision) return { standing: 'as_left', why: null };
  return { standing: 'changed', why: 'Somebody else changed it since.' };
}

/** Brings a page back that was put away, and puts away one that was brought back. */
export function restoreTrash(
  done: DoneTrash,
  now: TrashState,
  choice: RestoreChoice,
): { readonly plan: TrashPlan } | Refusal {
  const { standing, why } = standingOf(done, now);
  if (standing === 'back') return { refused: 'There is nothing left to undo.', conflicts: [] };
  if (standing === 'cannot' || now.place === null) return { refused: why ?? '', conflicts: [] };
  const overwrites = standing === 'changed';
  if (overwrites && choice !== 'overwrite') {
    return { refused: 'The page is no longer as this change left it.', conflicts: [`${now.at.ref.url}: ${why}`] };
  }
  const { at, body, others, place } = now;
  const kind = at.trashed ? 'untrash' : 'trash';
  const was = at.trashed ? done.plan.was : place;
  return {
    plan: {
      ...{ kind, page: at.ref, was, place, revision: at.revision, body, overwrites },
      ...(others !== undefined && { others }),
    },
  };
}

/** Its own undo leaves nothing to undo. */
export function combineTrash(older: DoneTrash, by: DoneBy): DoneTrash | null {
  const plan = trashPlan.safeParse(by.plan).data;
  const isUndo = by.tool === 'trash_page' && plan !== undefined && plan.kind !== older.plan.kind;
  return isUndo && plan.page.id === older.plan.page.id ? older : null;
}
