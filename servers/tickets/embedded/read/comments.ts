import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { CommentAudience, TicketComment, TicketRef } from '#capabilities/ticket/types.ts';
import { cut, listOf } from '#shared/sqlite/cursor.ts';
import { numberOf } from '../tracker/ids.ts';
import { isoOf, personIn, type TicketRow, urlOf, type View, visibleTicket } from './refs.ts';

export type CommentRow = {
  readonly id: number;
  readonly ticket: number;
  readonly number: number;
  readonly author: number;
  readonly body: string;
  readonly visible_to: CommentAudience;
  readonly created_at: number;
  readonly updated_at: number;
};

/** Newest first. */
export function readComments(view: View, ticket: TicketRef, request: PageRequest): Page<TicketComment> {
  const found = visibleTicket(view, numberOf(ticket.id));
  if (found === null) return { items: [], cursor: null };
  const { list, before } = listOf(`comments ${found.row.id}`, request);
  const rows = view.sql.all<CommentRow>(
    'select * from comment where ticket = ? and number < ? order by number desc limit ?',
    found.row.id,
    before,
    request.limit + 1,
  );
  const page = cut(rows, { limit: request.limit, of: list, at: ({ number }) => ({ at: 0, id: number }) });
  return { items: page.rows.map((row) => commentOf(view, found.row, row)), cursor: page.cursor };
}

/** A comment of that ticket; null for one of another. */
export function readComment(view: View, ticket: TicketRef, id: string): TicketComment | null {
  const found = visibleTicket(view, numberOf(ticket.id));
  const row = view.sql.one<CommentRow>('select * from comment where id = ?', numberOf(id));
  return found === null || row?.ticket !== found.row.id ? null : commentOf(view, found.row, row);
}

export const commentUrl = (origin: string, key: string, id: number): string => `${urlOf(origin, key)}#comment-${id}`;

function commentOf({ sql, origin }: View, { key, project }: TicketRow, row: CommentRow): TicketComment {
  return {
    id: String(row.id),
    url: commentUrl(origin, key, row.id),
    author: personIn(sql, project, row.author),
    body: { format: 'markdown', text: row.body },
    visibleTo: row.visible_to,
    createdAt: isoOf(row.created_at),
    updatedAt: isoOf(row.updated_at),
  };
}
