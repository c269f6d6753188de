import type { TicketRef } from '#capabilities/ticket/types.ts';
import type { FieldsOfTicket, Move, NewTicket, Written } from '#capabilities/ticket-write/ports.ts';
import { fieldsOf } from '../read/fields.ts';
import { fieldsOfType } from '../read/projects.ts';
import { statusOf, type TicketRow } from '../read/refs.ts';
import { transitionsFrom } from '../read/transitions.ts';
import { record } from '../tracker/history.ts';
import { numberOf } from '../tracker/ids.ts';
import { assertFields, assertRequired } from './check-fields.ts';
import { openEvenArchived, openProject, openTicket, refused, stale, viewOf, type Writing } from './open-ticket.ts';
import { changesBetween, putFields } from './put-fields.ts';
import { differing } from './same.ts';
import { writtenTicket } from './written.ts';

/** The fields of a ticket that has none yet. */
const nothing: ReturnType<typeof fieldsOf> = {
  ...{ title: '', description: null, labels: [], assignees: [], priority: null, parent: null, due: null, custom: [] },
};

type TypeRow = { id: number; name: string; start: number };

/** Makes a ticket in the status that its type begins with. */
export function createTicket(writing: Writing, { project: where, type: wanted, fields }: NewTicket): Written {
  const { tracker, actor, at } = writing;
  const project = openProject(writing, where);
  const found = 'select id, name, start from type where id = ? and project = ?';
  const type = tracker.one<TypeRow>(found, numberOf(wanted.id), project.id);
  if (type === undefined) throw refused('The project has no tickets of that type.');
  const custom = fieldsOfType(tracker, type.id);
  assertRequired(custom, fields.custom ?? []);
  assertFields(writing, { project: project.id, ticket: null, custom }, fields);
  const key = nextKey(writing, project.id);
  const { id } = tracker.run(
    `insert into ticket (project, key, type, title, status, reporter, created_at, updated_at) values (?, ?, ?, '', ?, ?, ?, ?)`,
    ...[project.id, key, type.id, type.start, actor.person, at, at],
  );
  tracker.run('insert into ticket_key values (?, ?)', key, id);
  putFields(tracker, id, fields);
  const made = [
    { field: 'type', before: null, after: type.name },
    { field: 'status', before: null, after: statusOf(tracker, type.start).name },
  ];
  record(tracker, { ticket: id, at, actor, changes: [...made, ...changesBetween(nothing, fieldsNow(writing, id))] });
  return writtenTicket(tracker.origin, { id, key });
}

/** Takes the next number of a project. */
export function nextKey({ tracker }: Writing, project: number): string {
  const row = tracker.one<{ key: string; number: number }>(
    'update project set last_number = last_number + 1 where id = ? returning key, last_number as number',
    project,
  );
  return `${row?.key}-${row?.number}`;
}

function fieldsNow(writing: Writing, id: number): ReturnType<typeof fieldsOf> {
  const row = writing.tracker.one<TicketRow>('select * from ticket where id = ?', id);
  if (row === undefined) throw new Error('a ticket that is being written is not there');
  return fieldsOf(viewOf(writing), row);
}

/** Writes some fields, if those that are expected are so. */
export function updateTicket(writing: Writing, { ticket, expect, set }: FieldsOfTicket): Written {
  const { tracker, actor, at } = writing;
  const { row, project } = openTicket(writing, ticket);
  const present = fieldsOf(viewOf(writing), row);
  const [first, ...more] = differing(expect, present);
  if (first !== undefined) throw stale(`The ticket was changed since: ${[first, ...more].join(', ')}.`);
  assertFields(writing, { project: project.id, ticket: row.id, custom: fieldsOfType(tracker, row.type) }, set);
  putFields(tracker, row.id, set);
  record(tracker, { ticket: row.id, at, actor, changes: changesBetween(present, fieldsNow(writing, row.id)) });
  return writtenTicket(tracker.origin, row);
}

/** Takes a ticket on by a transition of its workflow, if it has the expected status. */
export function transitionTicket(writing: Writing, { ticket, from, transition }: Move): Written {
  const { tracker, actor, at } = writing;
  const { row } = openTicket(writing, ticket);
  if (String(row.status) !== from.id) throw stale('The ticket has another status by now.');
  const found = transitionsFrom(tracker, row, row.status).find(({ id }) => id === transition.id);
  if (found === undefined || found.to.id !== transition.to.id)
    throw refused('The workflow has no such transition from there.');
  const [missing] = found.requires;
  if (missing !== undefined) throw refused(`The field ${JSON.stringify(missing)} has to be filled in first.`);
  tracker.run('update ticket set status = ? where id = ?', numberOf(found.to.id), row.id);
  const change = { field: 'status', before: statusOf(tracker, row.status).name, after: found.to.name };
  record(tracker, { ticket: row.id, at, actor, changes: [change] });
  return writtenTicket(tracker.origin, row);
}

/** Puts a ticket away, or back. */
export function archiveTicket(writing: Writing, ticket: TicketRef, archived: boolean): Written {
  const { tracker, actor, at } = writing;
  const { row } = openEvenArchived(writing, ticket);
  if ((row.archived === 1) === archived)
    throw stale(`The ticket is ${archived ? 'archived already' : 'not archived'}.`);
  tracker.run('update ticket set archived = ? where id = ?', archived ? 1 : 0, row.id);
  const said = (is: boolean): string => (is ? 'yes' : 'no');
  const change = { field: 'archived', before: said(!archived), after: said(archived) };
  record(tracker, { ticket: row.id, at, actor, changes: [change] });
  return writtenTicket(tracker.origin, row);
}
