import type { Named, Person, ProjectRef, Status, TicketRef } from '#capabilities/ticket/types.ts';
import type { Sql } from '#shared/sqlite/sql.ts';
import type { ProjectRow } from './access.ts';
import { visibleProject } from './access.ts';

/** What a reader looks with: the file, where its links lead, and whose eyes it has. */
export type View = { readonly sql: Sql; readonly origin: string; readonly self: number };

export type TicketRow = {
  readonly id: number;
  readonly project: number;
  readonly key: string;
  readonly type: number;
  readonly title: string;
  readonly description: string | null;
  readonly status: number;
  readonly priority: number | null;
  readonly parent: number | null;
  readonly due: string | null;
  readonly reporter: number | null;
  readonly archived: number;
  readonly created_at: number;
  readonly updated_at: number;
};

export const isoOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

export function projectRef({ id, key, name, audience, customers }: ProjectRow): ProjectRef {
  return { id: String(id), key, name, audience, customers: customers === 1 };
}

export const urlOf = (origin: string, key: string): string => `${origin}/${encodeURIComponent(key)}`;

/** A ticket that the eyes of a view see. */
export function visibleTicket({ sql, self }: View, id: number): { row: TicketRow; project: ProjectRow } | null {
  const row = sql.one<TicketRow>('select * from ticket where id = ?', id);
  if (row === undefined) return null;
  const project = visibleProject(sql, row.project, self);
  return project && { row, project };
}

export function ticketRef(origin: string, { id, key }: { id: number; key: string }, project: ProjectRow): TicketRef {
  return { id: String(id), key, url: urlOf(origin, key), project: projectRef(project) };
}

/** A ticket that another one names; null where the view does not see it. */
export function refOf(view: View, id: number | null): TicketRef | null {
  const found = id === null ? null : visibleTicket(view, id);
  return found && ticketRef(view.origin, found.row, found.project);
}

/** Somebody as they are in a project; one who is in it no more is a stranger there. */
export function personIn(sql: Sql, project: number, id: number): Person {
  const row = sql.one<{ name: string; app: number; standing: Person['standing'] | null }>(
    `select name, app, standing from person left join member on member.person = person.id and member.project = ?
     where person.id = ?`,
    project,
    id,
  );
  const standing = row?.standing ?? (row?.app === 1 ? 'app' : 'unknown');
  return { id: String(id), name: row?.name ?? '', standing };
}

export function statusOf(sql: Sql, id: number): Status {
  const row = sql.one<{ name: string; category: Status['category'] }>(
    'select name, category from status where id = ?',
    id,
  );
  return { id: String(id), name: row?.name ?? '', category: row?.category ?? 'todo' };
}

export function namedIn(sql: Sql, table: 'type' | 'priority', id: number): Named {
  return { id: String(id), name: sql.one<{ name: string }>(`select name from ${table} where id = ?`, id)?.name ?? '' };
}
