import { type RawBuilder, type SqlBool, SqliteAdapter, sql } from 'kysely';
import { timeOfId } from '#shared/changes/ids.ts';
import { type ChangeFilter, conditionsOf, statusesOf } from '../change-filter.ts';
import type { ChangeRow } from '../changes.ts';
import type { LedgerDb } from '../schema.ts';
import { placesAMillisecond, wholeWord } from './keep.ts';
import { type Term, termsOf } from './words.ts';

/** When SQLite is asked which way; how many changes that is about was measured. */
export type Ways = {
  /** Changes in the wanted states are few up to here: they are found from the state, of more from the words. */
  readonly few: number;
  /** Up to so many are looked up in the index one by one; of more, it is read from the first of them to the last. */
  readonly handful: number;
  /** Of a state that more than few are in, so many pages of the newest are looked through first. */
  readonly pages: number;
};

const measured: Ways = { few: 300, handful: 50, pages: 1.4 };

export type Searched = ChangeFilter & {
  /** What a person typed: all of its words must be there, and the last may be the beginning of one. */
  readonly text: string;
  readonly before?: string | undefined;
  readonly limit: number;
};

/** Changes by the words of what was sealed of them, newest first; none for a text without a letter or digit. */
export async function searchChanges(db: LedgerDb, wanted: Searched, ways = measured): Promise<ChangeRow[]> {
  const terms = [...exactTerms(wanted), ...termsOf(wanted.text)];
  if (termsOf(wanted.text).length === 0 || statusesOf(wanted)?.length === 0) return [];
  if (!(db.getExecutor().adapter instanceof SqliteAdapter)) return (await onPostgres(wanted, terms).execute(db)).rows;
  const some = await fewOf(db, wanted, ways);
  const found = some === null ? await amongNewest(db, wanted, ways) : null;
  return found ?? (await (await onSqlite(db, wanted, terms, some)).execute(db)).rows;
}

/** What is fixed of a change is in the index, so that a rare agent is found at once among those of a frequent word. */
function exactTerms(wanted: Searched): Term[] {
  const fields = ['agent', 'server', 'tool'] as const;
  return fields.flatMap((field) => {
    const value = wanted[field];
    return value === undefined ? [] : [{ word: wholeWord(field, value), open: false }];
  });
}

function onPostgres(wanted: Searched, terms: readonly Term[]): RawBuilder<ChangeRow> {
  const words = terms.map(({ word, open }) => `'${word}'${open ? ':*' : ''}`).join(' & ');
  const { before, limit } = wanted;
  const conditions = [sql<SqlBool>`search.words @@ ${words}::tsquery`, ...inStatuses(wanted), ...conditionsOf(wanted)];
  if (before !== undefined) conditions.push(sql`changes.id < ${before}`);
  return sql`select changes.* from search join changes on changes.id = search.change_id
    where ${all(conditions)} order by changes.id desc limit ${limit}`;
}

/** `cross join` keeps SQLite to the order that is written here. */
async function onSqlite(
  db: LedgerDb,
  wanted: Searched,
  terms: readonly Term[],
  some: Few | null,
): Promise<RawBuilder<ChangeRow>> {
  const words = terms.map(({ word, open }) => `"${word}"${open ? '*' : ''}`).join(' ');
  const found = [sql<SqlBool>`search_words match ${words}`, ...(await placesOf(db, wanted))];
  const right = [...inStatuses(wanted), ...conditionsOf(wanted)];
  if (some === null) {
    return sql`select changes.* from search_words cross join search on search.position = search_words.rowid
      cross join changes on changes.id = search.change_id
      where ${all([...found, ...right])} order by search_words.rowid desc limit ${wanted.limit}`;
  }
  if (some.isHandful) {
    return sql`select changes.* from changes cross join search on search.change_id = changes.id
      cross join search_words on search_words.rowid = search.position
      where ${all([...found, ...right])} order by search_words.rowid desc limit ${wanted.limit}`;
  }
  const between = sql<SqlBool>`search_words.rowid between ${integer(some.first)} and ${integer(some.last)}`;
  // Without the sign, SQLite would look up each of the found ones for each of the few.
  const these = sql<SqlBool>`+search.position in (select rowid from search_words where ${all([...found, between])})`;
  return sql`select changes.* from changes cross join search on search.change_id = changes.id
    where ${all([these, ...right])} order by search.position desc limit ${wanted.limit}`;
}

/** The part of the index that the times and the page before leave. A bound that is no integer would not be used. */
async function placesOf(db: LedgerDb, { since, until, before }: Searched): Promise<RawBuilder<SqlBool>[]> {
  const first = since === undefined ? null : since.getTime() * placesAMillisecond;
  const ends = until === undefined ? [] : [until.getTime() * placesAMillisecond];
  if (before !== undefined) ends.push(await placeOf(db, before));
  return [
    ...(first === null ? [] : [sql<SqlBool>`search_words.rowid >= ${integer(first)}`]),
    ...(ends.length === 0 ? [] : [sql<SqlBool>`search_words.rowid < ${integer(Math.min(...ends))}`]),
  ];
}

const integer = (value: number): RawBuilder<number> => sql<number>`cast(${value} as integer)`;

async function placeOf(db: LedgerDb, id: string): Promise<number> {
  const { rows } = await sql<{ position: number }>`select position from search where change_id = ${id}`.execute(db);
  return rows[0]?.position ?? timeOfId(id) * placesAMillisecond;
}

/**
 * A page of what is found among the newest changes in a state, which a frequent word fills; null where it does not. What
 * is found there is newer than all that could be found besides.
 */
async function amongNewest(db: LedgerDb, wanted: Searched, ways: Ways): Promise<ChangeRow[] | null> {
  const { before, limit } = wanted;
  if (statusesOf(wanted)?.length !== 1) return null;
  const conditions = [...inStatuses(wanted), ...conditionsOf(wanted)];
  if (before !== undefined) conditions.push(sql`changes.id < ${before}`);
  const { rows } = await sql<{ id: string }>`
    select id from changes where ${all(conditions)} order by id desc limit 1 offset ${Math.ceil(ways.pages * limit)}`.execute(
    db,
  );
  const since = rows[0] && new Date(timeOfId(rows[0].id));
  if (since === undefined || (wanted.since !== undefined && since <= wanted.since)) return null;
  const found = await searchChanges(db, { ...wanted, since }, ways);
  return found.length === limit ? found : null;
}

type Few = { readonly isHandful: boolean; readonly first: number; readonly last: number };

/**
 * How many changes are in the wanted states, and the first and last of their places, where those are few: what is found
 * by a frequent word would nearly all be looked at for nothing. Null where they are not few, or any state will do.
 */
async function fewOf(db: LedgerDb, wanted: Searched, { few, handful }: Ways): Promise<Few | null> {
  if (statusesOf(wanted) === undefined) return null;
  const { rows } = await sql<{ count: number; first: string | null; last: string | null }>`
    select count(*) as count, min(id) as first, max(id) as last
    from (select id from changes where ${all([...inStatuses(wanted), ...conditionsOf(wanted)])} limit ${few + 1}) some`.execute(
    db,
  );
  const { count = 0, first = null, last = null } = rows[0] ?? {};
  if (count > few) return null;
  const [from, to] = [first, last].map((id) => (id === null ? 0 : timeOfId(id)));
  return {
    isHandful: count <= handful,
    first: (from ?? 0) * placesAMillisecond,
    last: ((to ?? 0) + 1) * placesAMillisecond,
  };
}

function inStatuses(wanted: Searched): RawBuilder<SqlBool>[] {
  const statuses = statusesOf(wanted);
  return statuses === undefined ? [] : [sql`changes.status in (${sql.join(statuses)})`];
}

const all = (conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> =>
  sql`${sql.join(conditions, sql` and `)}`;
