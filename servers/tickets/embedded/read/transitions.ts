import type { Status, TicketRef, Transition } from '#capabilities/ticket/types.ts';
import type { Sql } from '#shared/sqlite/sql.ts';
import { numberOf } from '../tracker/ids.ts';
import { statusOf, type TicketRow, type View, visibleTicket } from './refs.ts';

/** What leads on from a status for a ticket as it is; a field that is filled in is not asked for. */
export function transitionsFrom(sql: Sql, row: Pick<TicketRow, 'id' | 'type'>, status: number): Transition[] {
  const rows = sql.all<{ id: number; name: string; target: number }>(
    'select id, name, target from transition where type = ? and source = ? order by id',
    row.type,
    status,
  );
  return rows.map(({ id, name, target }) => ({
    id: String(id),
    name,
    to: statusOf(sql, target),
    requires: emptyFields(sql, id, row.id),
  }));
}

function emptyFields(sql: Sql, transition: number, ticket: number): string[] {
  const rows = sql.all<{ name: string }>(
    `select name from transition_field join field on field.id = transition_field.field where transition = ? and not exists
     (select 1 from ticket_value where ticket_value.ticket = ? and ticket_value.field = field.id) order by field.id`,
    transition,
    ticket,
  );
  return rows.map(({ name }) => name);
}

export function readTransitions(view: View, ticket: TicketRef): Transition[] {
  const found = visibleTicket(view, numberOf(ticket.id));
  if (found === null || found.row.archived === 1 || found.project.archived === 1) return [];
  return transitionsFrom(view.sql, found.row, found.row.status);
}

export function readWayBack(view: View, ticket: TicketRef, from: Status, to: Status): 'yes' | 'no' | 'unknown' {
  const found = visibleTicket(view, numberOf(ticket.id));
  if (found === null) return 'unknown';
  const back = transitionsFrom(view.sql, found.row, numberOf(to.id));
  return back.some((each) => each.to.id === from.id && each.requires.length === 0) ? 'yes' : 'no';
}
