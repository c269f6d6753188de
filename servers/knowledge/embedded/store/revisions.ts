import type { Sql } from '#shared/sqlite/sql.ts';
import type { Trust } from '#shared/tools/index.ts';
import { authorColumns, authorValues } from './author.ts';
import { findBody, keepBody } from './bodies.ts';
import { newRef } from './ids.ts';
import type { AuthorColumns, RevisionRow } from './rows.ts';

/** A state of a page that is to be kept. */
export type NewRevision = {
  readonly page: number;
  readonly at: number;
  readonly title: string;
  readonly text: string;
  readonly author: AuthorColumns;
  readonly note: string | null;
  /** Whether others may see it; else it waits. */
  readonly accepted: boolean;
};

/** Keeps a revision; nobody sees it by that alone. */
export function addRevision(sql: Sql, { page, at, title, text, author, note, accepted }: NewRevision): RevisionRow {
  const { id } = sql.run(
    `insert into revision (ref, page, at, title, body, note, accepted, ${authorColumns})
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[newRef('rv'), page, at, title, keepBody(sql, text), note, accepted ? 1 : 0, ...authorValues(author)],
  );
  return revisionById(sql, id);
}

export function revisionById(sql: Sql, id: number): RevisionRow {
  const row = sql.one<RevisionRow>('select * from revision where id = ?', id);
  if (row === undefined) throw new Error('a revision is not there');
  return row;
}

/** A revision of that page; null for one of another. */
export function revisionOf(sql: Sql, page: number, ref: string): RevisionRow | null {
  return sql.one<RevisionRow>('select * from revision where ref = ? and page = ?', ref, page) ?? null;
}

/**
 * How far words that a page had before can be relied on: as much as when they first came, whoever brings them back, or as the
 * operator said who took them in last. Those that it never had are nobody's yet.
 */
export function trustBefore(sql: Sql, page: number, { title, text }: { title: string; text: string }): Trust {
  const first = 'select trust from revision where page = ? and';
  const order = "order by kind = 'imported' desc, iif(kind = 'imported', -id, id) limit 1";
  const rows = [
    sql.one<{ trust: Trust }>(`${first} title = ? ${order}`, page, title),
    sql.one<{ trust: Trust }>(`${first} body = ? ${order}`, page, findBody(sql, text)),
  ];
  return rows.some((row) => row?.trust === 'untrusted') ? 'untrusted' : 'trusted';
}
