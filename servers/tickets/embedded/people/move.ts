import type { TicketRef } from '#capabilities/ticket/types.ts';
import type { Project } from '#capabilities/ticket-read/ports.ts';
import { customOf } from '../read/fields.ts';
import { namedIn, statusOf } from '../read/refs.ts';
import { record } from '../tracker/history.ts';
import { numberOf } from '../tracker/ids.ts';
import { openProject, openTicket, refused, type Writing } from '../write/open-ticket.ts';
import { nextKey } from '../write/tickets.ts';

/**
 * Moves a ticket to another project, where it gets a key of that project. Its type is the one of the same name there,
 * and so is its status, or else the one that the type begins with. Fields that only the old project has are lost.
 */
export function moveTicket(writing: Writing, ticket: TicketRef, to: Project): string {
  const { tracker, actor, at } = writing;
  const { row, project } = openTicket(writing, ticket);
  const target = openProject(writing, to);
  const type = to.types.find(({ name }) => name === namedIn(tracker, 'type', row.type).name);
  if (type === undefined) throw refused('The project has no tickets of that type.');
  const before = statusOf(tracker, row.status);
  const status = to.statuses.find(({ name }) => name === before.name)?.id ?? startOf(writing, type.id);
  const lost = customOf(tracker, row).filter(({ value }) => value !== null);
  const key = nextKey(writing, target.id);
  tracker.run(
    'update ticket set project = ?, key = ?, type = ?, status = ? where id = ?',
    ...[target.id, key, numberOf(type.id), numberOf(status), row.id],
  );
  tracker.run('insert into ticket_key values (?, ?)', key, row.id);
  tracker.run('delete from ticket_value where ticket = ?', row.id);
  const after = statusOf(tracker, numberOf(status));
  const changes = [
    { field: 'project', before: project.key, after: target.key },
    { field: 'key', before: row.key, after: key },
    { field: 'status', before: before.name, after: after.name },
    ...lost.map(({ name, value }) => ({ field: `field ${name}`, before: value, after: null })),
  ];
  record(tracker, { ticket: row.id, at, actor, changes: changes.filter((change) => change.before !== change.after) });
  return key;
}

function startOf({ tracker }: Writing, type: string): string {
  return String(tracker.one<{ start: number }>('select start from type where id = ?', numberOf(type))?.start);
}
