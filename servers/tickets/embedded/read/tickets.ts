import type { LinkType, TicketRef } from '#capabilities/ticket/types.ts';
import type { Ticket, TicketLink, TicketSummary } from '#capabilities/ticket-read/ports.ts';
import type { Sql } from '#shared/sqlite/sql.ts';
import type { ProjectRow } from './access.ts';
import { fieldsOf } from './fields.ts';
import { isoOf, namedIn, personIn, statusOf, type TicketRow, ticketRef, type View, visibleTicket } from './refs.ts';

/** The ticket that a key leads to, also one that it had before it moved. */
export function idOfKey(sql: Sql, key: string): number {
  return sql.one<{ ticket: number }>('select ticket from ticket_key where key = ?', key)?.ticket ?? 0;
}

/** A ticket in whole; null where it is not there or not to be seen. */
export function readTicket(view: View, id: number): Ticket | null {
  const found = visibleTicket(view, id);
  if (found === null) return null;
  const { row, project } = found;
  const { title: _, labels: __, assignees: ___, priority: ____, ...fields } = fieldsOf(view, row);
  const { count = 0 } =
    view.sql.one<{ count: number }>('select count(*) as count from comment where ticket = ?', id) ?? {};
  return { ...summaryOf(view, row, project), ...fields, links: linksOf(view, id), comments: count };
}

/** A ticket as it is listed. */
export function summaryOf(view: View, row: TicketRow, project: ProjectRow): TicketSummary {
  const { title, labels, assignees, priority } = fieldsOf(view, row);
  return {
    ...ticketRef(view.origin, row, project),
    type: namedIn(view.sql, 'type', row.type),
    title,
    status: statusOf(view.sql, row.status),
    labels,
    assignees,
    reporter: row.reporter === null ? null : personIn(view.sql, row.project, row.reporter),
    priority,
    archived: row.archived === 1,
    createdAt: isoOf(row.created_at),
    updatedAt: isoOf(row.updated_at),
  };
}

export function linkTypes(sql: Sql): LinkType[] {
  const rows = sql.all<{ id: number; outward: string; inward: string }>(
    'select id, outward, inward from link_type order by id',
  );
  return rows.map((row) => ({ ...row, id: String(row.id) }));
}

type LinkRow = { id: number; type: number; outward: number; inward: number };

function linksOf(view: View, ticket: number): TicketLink[] {
  const rows = view.sql.all<LinkRow>(
    'select * from link where outward = ? union select * from link where inward = ? order by id',
    ticket,
    ticket,
  );
  const types = new Map(linkTypes(view.sql).map((type) => [type.id, type]));
  return rows.flatMap(({ id, type, outward, inward }) => {
    const other = otherEnd(view, outward === ticket ? inward : outward);
    const known = types.get(String(type));
    if (other === null || known === undefined) return [];
    return [
      { id: String(id), type: known, end: outward === ticket ? ('outward' as const) : ('inward' as const), other },
    ];
  });
}

function otherEnd(view: View, id: number): (TicketRef & { readonly title: string }) | null {
  const found = visibleTicket(view, id);
  return found && { ...ticketRef(view.origin, found.row, found.project), title: found.row.title };
}
