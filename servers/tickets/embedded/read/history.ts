import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { TicketRef } from '#capabilities/ticket/types.ts';
import type { TicketEvent } from '#capabilities/ticket-read/ports.ts';
import { cut, listOf } from '#shared/sqlite/cursor.ts';
import { numberOf } from '../tracker/ids.ts';
import { isoOf, personIn, type View, visibleTicket } from './refs.ts';

/** Newest first. */
export function readHistory(view: View, ticket: TicketRef, request: PageRequest): Page<TicketEvent> {
  const found = visibleTicket(view, numberOf(ticket.id));
  if (found === null) return { items: [], cursor: null };
  const { list, before } = listOf(`history ${found.row.id}`, request);
  const rows = view.sql.all<{ id: number; at: number; person: number }>(
    'select id, at, person from event where ticket = ? and id < ? order by id desc limit ?',
    found.row.id,
    before,
    request.limit + 1,
  );
  const page = cut(rows, { limit: request.limit, of: list, at: ({ id }) => ({ at: 0, id }) });
  const items = page.rows.map(({ id, at, person }) => ({
    id: String(id),
    at: isoOf(at),
    by: personIn(view.sql, found.row.project, person),
    changes: changesOf(view, id),
  }));
  return { items, cursor: page.cursor };
}

function changesOf({ sql }: View, event: number): TicketEvent['changes'] {
  return sql.all('select field, before, after from event_change where event = ? order by position', event);
}
