import type { ProjectRef, TicketRef } from '#capabilities/ticket/types.ts';
import { NotDone } from '#shared/tools/index.ts';
import { accessOf, type ProjectRow, visibleProject } from '../read/access.ts';
import { type TicketRow, type View, visibleTicket } from '../read/refs.ts';
import type { Actor } from '../tracker/history.ts';
import { numberOf } from '../tracker/ids.ts';
import type { Tracker } from '../tracker/tracker.ts';

/** What a write happens with: the tracker, in a transaction; who writes; and when. */
export type Writing = { readonly tracker: Tracker; readonly actor: Actor; readonly at: number };

export type Open = { readonly row: TicketRow; readonly project: ProjectRow };

export const refused = (message: string): NotDone => new NotDone('refused', message);
export const stale = (message: string): NotDone => new NotDone('stale', message);

/** What the one who writes sees. */
export function viewOf({ tracker, actor }: Writing): View {
  return { sql: tracker, origin: tracker.origin, self: actor.person };
}

/** A project that the one who writes may write to. Throws `NotDone` refused. */
export function openProject({ tracker, actor }: Writing, ref: Pick<ProjectRef, 'id'>): ProjectRow {
  const project = visibleProject(tracker, numberOf(ref.id), actor.person);
  if (project === null) throw refused('There is no such project, or this account may not see it.');
  if (project.archived === 1) throw refused('The project is archived, so that nothing can be written to it.');
  if (accessOf(tracker, project.id, actor.person) !== 'write') throw refused('This account may only read the project.');
  return project;
}

/** A ticket as {@link openTicket} gives it, which may be archived. */
export function openEvenArchived(writing: Writing, ref: Pick<TicketRef, 'id' | 'project'>): Open {
  const found = visibleTicket(viewOf(writing), numberOf(ref.id));
  if (found === null) throw refused('There is no such ticket, or this account may not see it.');
  if (String(found.project.id) !== ref.project.id) throw stale('The ticket was moved to another project.');
  return { row: found.row, project: openProject(writing, ref.project) };
}

/**
 * A ticket that can be written to. Throws `NotDone` refused where it is not there, archived or not to be written by this
 * account, `NotDone` stale where it is in another project by now.
 */
export function openTicket(writing: Writing, ref: Pick<TicketRef, 'id' | 'project'>): Open {
  const open = openEvenArchived(writing, ref);
  if (open.row.archived === 1) throw refused('The ticket is archived, so that nothing can be written to it.');
  return open;
}
