import type { DoneBy, Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { type ArchivePlan, type ArchiveState, archivePlan, type DoneArchive } from './plan.ts';

/** Whether the ticket is archived: before, as the change left it, and now. */
export function compareArchive({ plan }: DoneArchive, now: ArchiveState): readonly Part[] {
  const text = (isArchived: boolean) => ({ text: isArchived ? 'archived' : 'not archived' });
  const left = plan.kind === 'archive';
  return [
    {
      name: `ticket ${plan.ticket.key}`,
      before: text(!left),
      left: text(left),
      now: text(now.at.archived),
      standing: now.at.archived === left ? 'as_left' : 'back',
      later: [],
      why: null,
    },
  ];
}

/** Nobody's work is overwritten by it. */
export function restoreArchive(
  done: DoneArchive,
  now: ArchiveState,
  _choice: RestoreChoice,
): { readonly plan: ArchivePlan } | Refusal {
  if (compareArchive(done, now).some(({ standing }) => standing === 'back')) {
    return { refused: 'There is nothing left to undo.', conflicts: [] };
  }
  return { plan: { kind: now.at.archived ? 'unarchive' : 'archive', ticket: now.at.ref } };
}

/** Its own undo leaves nothing to undo. */
export function combineArchive(older: DoneArchive, by: DoneBy): DoneArchive | null {
  const plan = archivePlan.safeParse(by.plan).data;
  const isUndo = by.tool === 'archive_ticket' && plan !== undefined && plan.kind !== older.plan.kind;
  return isUndo && plan.ticket.id === older.plan.ticket.id ? older : null;
}
