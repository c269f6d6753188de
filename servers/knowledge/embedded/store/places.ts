import type { Sql } from '#shared/sqlite/sql.ts';
import { newRef } from './ids.ts';
import type { PageRow } from './rows.ts';

export function pageByRef(sql: Sql, ref: string): PageRow | null {
  return sql.one<PageRow>('select * from page where ref = ?', ref) ?? null;
}

export function pageById(sql: Sql, id: number): PageRow {
  const row = sql.one<PageRow>('select * from page where id = ?', id);
  if (row === undefined) throw new Error('a page is not there');
  return row;
}

/** Where a page is to be. */
export type NewPlace = {
  readonly namespace: number;
  readonly parent: number | null;
  readonly trashed: boolean;
  /** The change that brings it there; null for none of ours. */
  readonly change: string | null;
};

/** Makes a page without any text, last among those beside it; answers its number. */
export function addPlace(sql: Sql, to: Omit<NewPlace, 'trashed'>, at: number, path: string | null = null): number {
  const { namespace, parent, change } = to;
  const { last } = sql.one<{ last: number | null }>(
    'select max(position) as last from page where namespace = ? and parent is ?',
    namespace,
    parent,
  ) ?? { last: null };
  const { id } = sql.run(
    'insert into page (ref, namespace, parent, position, path, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?)',
    ...[newRef('pg'), namespace, parent, (last ?? 0) + 1, path, at, at],
  );
  keepPlace(sql, id, { namespace, parent, trashed: false, change }, at);
  return id;
}

/** Brings a page to a place. It keeps its number among those beside it, so that it comes back to where it was. */
export function putPlace(sql: Sql, page: number, to: NewPlace, at: number): void {
  const { namespace, parent, trashed } = to;
  sql.run(
    'update page set namespace = ?, parent = ?, trashed = ?, updated_at = max(updated_at, ?) where id = ?',
    ...[namespace, parent, trashed ? 1 : 0, at, page],
  );
  keepPlace(sql, page, to, at);
}

function keepPlace(sql: Sql, page: number, { namespace, parent, trashed, change }: NewPlace, at: number): void {
  sql.run(
    'insert into place (page, at, namespace, parent, trashed, change_id) values (?, ?, ?, ?, ?, ?)',
    ...[page, at, namespace, parent, trashed ? 1 : 0, change],
  );
}

/** A page and all that is under it, in the trash too. */
export function withAllUnder(sql: Sql, page: number): number[] {
  const walk = `with recursive below (id) as (select ? union all select page.id from page join below on page.parent = below.id)
    select id from below`;
  return sql.all<{ id: number }>(walk, page).map(({ id }) => id);
}

/** The pages above one, from the top. */
export function aboveOf(sql: Sql, parent: number | null): PageRow[] {
  const walk = `with recursive up (id, depth) as (
      select ?, 0 union all select page.parent, depth + 1 from page join up on page.id = up.id where page.parent is not null
    ) select page.* from up join page on page.id = up.id order by depth desc`;
  return parent === null ? [] : sql.all<PageRow>(walk, parent);
}
