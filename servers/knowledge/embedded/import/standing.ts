import { sha256 } from '#shared/crypto/canonical.ts';
import type { Sql } from '#shared/sqlite/sql.ts';
import type { Trust } from '#shared/tools/index.ts';
import { bodyText } from '../store/bodies.ts';
import { revisionById } from '../store/revisions.ts';
import type { PageRow, RevisionRow } from '../store/rows.ts';
import type { Wanted } from './tree.ts';

/** Where an import puts its pages, and what it says of them. */
export type Into = {
  readonly namespace: number;
  /** The page that they come under; null at the top of the namespace. */
  readonly under: Pick<PageRow, 'id' | 'ref'> | null;
  readonly name: string;
  readonly commit: string | null;
  readonly trust: Trust;
};

/** Why a page is left as it is. */
export type Why = 'changed_here' | 'trashed_here' | 'moved_away' | 'not_published' | 'other_source' | 'forgotten';

/** What a file comes to: a new page, another state of one, nothing, or nothing because of somebody else. */
export type Standing =
  | { readonly kind: 'create' }
  | { readonly kind: 'update'; readonly page: PageRow; readonly text: boolean }
  | { readonly kind: 'same' | 'kept'; readonly page: PageRow }
  | { readonly kind: 'left'; readonly page: PageRow | null; readonly why: Why };

/** The path by which a page of an import is known: each page that something comes under has paths of its own. */
export function keyOf({ under }: Pick<Into, 'under'>, path: string): string {
  return under === null ? path : `${under.ref}/${path}`;
}

/** What is kept in the place of the path of a page that was forgotten, so that it is known again and not told. */
export function forgottenPath(path: string): string {
  return `forgotten:${sha256(path)}`;
}

/** Where a text comes from, as its revision says it. */
export function sourceOf({ name, commit }: Pick<Into, 'name' | 'commit'>, path: string): string {
  return commit === null ? `${name}:${path}` : `${name}@${commit}:${path}`;
}

/** What a page that is wanted comes to, as the file stands now. @param isForgotten whether its text was */
export function standingOf(sql: Sql, into: Into, wanted: Wanted, isForgotten: boolean): Standing {
  const key = keyOf(into, wanted.path);
  const page = pageAt(sql, into.namespace, key);
  if (isForgotten || pageAt(sql, into.namespace, forgottenPath(key)) !== null) {
    return { kind: 'left', page, why: 'forgotten' };
  }
  if (page === null) {
    return movedFrom(sql, into.namespace, key) ? { kind: 'left', page, why: 'moved_away' } : { kind: 'create' };
  }
  if (page.published === null) return { kind: 'left', page, why: 'not_published' };
  if (page.trashed === 1 && lastMoveOf(sql, page.id) !== null) return { kind: 'left', page, why: 'trashed_here' };
  const now = revisionById(sql, page.published);
  const isText = !says(sql, now, wanted);
  if (now.kind !== 'imported') {
    if (!isText) return { kind: 'update', page, text: true };
    const last = lastImported(sql, page.id);
    return last !== null && says(sql, last, wanted)
      ? { kind: 'kept', page }
      : { kind: 'left', page, why: 'changed_here' };
  }
  if (nameIn(now) !== into.name) return { kind: 'left', page, why: 'other_source' };
  if (isText || now.trust !== into.trust) return { kind: 'update', page, text: true };
  return page.trashed === 1 ? { kind: 'update', page, text: false } : { kind: 'same', page };
}

/** How paths begin that are of an import under a page. */
const isUnderPage = /^pg_[0-9a-z]{12}\//u;

/**
 * Pages of the same source that no file is there for any more, those under others first. A file that cannot be a page is
 * there all the same, and so is whatever may be in a folder that cannot be read, which ends with `/`.
 */
export function goneFrom(
  sql: Sql,
  into: Into,
  wanted: readonly Wanted[],
  refused: readonly string[],
): readonly PageRow[] {
  const paths = JSON.stringify([...wanted.map(({ path }) => path), ...refused].map((path) => keyOf(into, path)));
  const unread = refused.filter((path) => path.endsWith('/')).map((path) => keyOf(into, path));
  const prefix = into.under === null ? '' : `${into.under.ref}/`;
  const rows = sql.all<PageRow>(
    `select * from page where namespace = ? and trashed = 0 and published is not null and path is not null
       and substr(path, 1, ?) = ? and path not in (select value from json_each(?)) order by id desc`,
    ...[into.namespace, prefix.length, prefix, paths],
  );
  return rows.filter(({ id, path }) => {
    if (unread.some((folder) => path?.startsWith(folder))) return false;
    if (into.under === null && isUnderPage.test(path ?? '')) return false;
    const last = lastImported(sql, id);
    return last !== null && nameIn(last) === into.name;
  });
}

/** Whether nobody but imports has written what everybody sees of a page. */
export function isImported(sql: Sql, { published }: PageRow): boolean {
  return published !== null && revisionById(sql, published).kind === 'imported';
}

/** The change that brought a page to where it is; null where none did. */
export function lastMoveOf(sql: Sql, page: number): string | null {
  const query = 'select change_id from place where page = ? order by id desc limit 1';
  return sql.one<{ change_id: string | null }>(query, page)?.change_id ?? null;
}

function pageAt(sql: Sql, namespace: number, path: string): PageRow | null {
  const query = 'select * from page where namespace = ? and path = ? order by id limit 1';
  return sql.one<PageRow>(query, namespace, path) ?? null;
}

/** Whether a page of this path was here and is in another namespace by now. */
function movedFrom(sql: Sql, namespace: number, path: string): boolean {
  const query = `select 1 from namespace other cross join page on page.namespace = other.id and path = ?
    where other.id <> ? and exists (select 1 from place where place.page = page.id and place.namespace = ?) limit 1`;
  return sql.one(query, path, namespace, namespace) !== undefined;
}

function says(sql: Sql, { title, body }: RevisionRow, wanted: Wanted): boolean {
  return title === wanted.title && bodyText(sql, body) === wanted.text;
}

function lastImported(sql: Sql, page: number): RevisionRow | null {
  const query = "select * from revision where page = ? and kind = 'imported' order by id desc limit 1";
  return sql.one<RevisionRow>(query, page) ?? null;
}

function nameIn({ source }: RevisionRow): string | null {
  return source?.split(/[@:]/u)[0] ?? null;
}
