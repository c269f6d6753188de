import type { Sql } from '#shared/sqlite/sql.ts';
import { publish, setDraft } from './heads.ts';
import { addPlace } from './places.ts';
import { addRevision, type NewRevision } from './revisions.ts';
import type { RevisionRow } from './rows.ts';

/** A page with its first text. */
export type NewPageRow = Omit<NewRevision, 'page' | 'accepted'> & {
  readonly namespace: number;
  readonly parent: number | null;
  /** Where it is imported from, relative to what is imported; `/` between its parts. */
  readonly path?: string;
};

/**
 * Adds a page that everybody sees, in the transaction that it is given: for imports, as many as there are in one. What is
 * added was looked at before: see the limits.
 */
export function addPage(sql: Sql, page: NewPageRow): RevisionRow {
  const { namespace, parent, at, path = null, ...rest } = page;
  const id = addPlace(sql, { namespace, parent, change: null }, at, path);
  return revisePage(sql, { ...rest, page: id, at, accepted: true });
}

/** Gives a page another state: for everybody where it is accepted, else for its agent and people until it is. */
export function revisePage(sql: Sql, wanted: NewRevision): RevisionRow {
  const { page, at, accepted, author } = wanted;
  const row = addRevision(sql, wanted);
  if (accepted) publish(sql, page, row.id, at);
  else if (author.agent === null) throw new TypeError('what a person writes does not wait');
  else setDraft(sql, page, author.agent, row.id);
  return row;
}
