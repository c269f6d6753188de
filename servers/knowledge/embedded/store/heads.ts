import type { Sql } from '#shared/sqlite/sql.ts';
import { indexPage } from './index-page.ts';
import { pageById } from './places.ts';

/**
 * Lets everybody see a revision, or nothing of the page. What waits on it has come to its end with that, and stays in the
 * history: it was made on a state that is no more.
 */
export function publish(sql: Sql, page: number, revision: number | null, at: number): void {
  sql.run('update page set published = ?, updated_at = max(updated_at, ?) where id = ?', revision, at, page);
  sql.run('insert into head (page, at, revision) values (?, ?, ?)', page, at, revision);
  sql.run('delete from draft where page = ?', page);
  indexPage(sql, pageById(sql, page));
}

/** Lets an agent, and people, see a revision that waits. */
export function setDraft(sql: Sql, page: number, agent: string, revision: number): void {
  sql.run(
    'insert into draft values (?, ?, ?) on conflict do update set revision = excluded.revision',
    page,
    agent,
    revision,
  );
}

/** What everybody saw before a revision was published, if nothing else was since; undefined where it is not so. */
export function publishedBefore(sql: Sql, page: number, revision: number): number | null | undefined {
  const [last, before] = sql.all<{ revision: number | null }>(
    'select revision from head where page = ? order by id desc limit 2',
    page,
  );
  return last?.revision === revision ? (before?.revision ?? null) : undefined;
}
