import { type RawBuilder, type SqlBool, SqliteAdapter, sql } from 'kysely';
import { timeOfId } from '#shared/changes/ids.ts';
import { type ChangeFilter, conditionsOf, statusesOf } from '../change-filter.ts';
import type { ChangeRow } from '../changes.ts';
import type { LedgerDb } from '../schema.ts';
import { placesAMillisecond, wholeWord } from './keep.ts';
import { type Term, termsOf } from './words.ts';

/** Up to so many changes in the wanted states are looked at one by one; of more, the found ones are, newest first. */
const few = 2_000;

export type Searched = ChangeFilter & {
  /** What a person typed: all of its words must be there, and the last may be the beginning of one. */
  readonly text: string;
  readonly before?: string | undefined;
  readonly limit: number;
};

/** Changes by the words of what was sealed of them, newest first; none for a text without a letter or digit. */
export async function searchChanges(db: LedgerDb, wanted: Searched): Promise<ChangeRow[]> {
  const terms = [...exactTerms(wanted), ...termsOf(wanted.text)];
  if (termsOf(wanted.text).length === 0 || statusesOf(wanted)?.length === 0) return [];
  const query =
    db.getExecutor().adapter instanceof SqliteAdapter ? await onSqlite(db, wanted, terms) : onPostgres(wanted, terms);
  return (await query.execute(db)).rows;
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

/** \`cross join\` keeps SQLite to the order that is written here. */
async function onSqlite(db: LedgerDb, wanted: Searched, terms: readonly Term[]): Promise<RawBuilder<ChangeRow>> {
  const words = terms.map(({ word, open }) => `"${word}"${open ? '*' : ''}`).join(' ');
  const conditions = [
    sql<SqlBool>`search_words match ${words}`,
    ...(await placesOf(db, wanted)),
    ...inStatuses(wanted),
    ...conditionsOf(wanted),
  ];
  const from = (await areFew(db, wanted))
    ? sql`changes cross join search on search.change_id = changes.id cross join search_words on search_words.rowid = search.position`
    : sql`search_words cross join search on search.position = search_words.rowid cross join changes on changes.id = search.change_id`;
  return sql`select changes.* from ${from} where ${all(conditions)} order by search_words.rowid desc limit ${wanted.limit}`;
}

/** The part of the index that the times and the page before leave. A bound that is no integer would not be used. */
async function placesOf(db: LedgerDb, { since, until, before }: Searched): Promise<RawBuilder<SqlBool>[]> {
  const first = since === undefined ? null : since.getTime() * placesAMillisecond;
  const ends = until === undefined ? [] : [until.getTime() * placesAMillisecond];
  if (before !== undefined) ends.push(await placeOf(db, before));
  const bounds = [
    ...(first === null ? [] : [sql<SqlBool>`search_words.rowid >= cast(${first} as integer)`]),
    ...(ends.length === 0 ? [] : [sql<SqlBool>`search_words.rowid < cast(${Math.min(...ends)} as integer)`]),
  ];
  return bounds;
}

async function placeOf(db: LedgerDb, id: string): Promise<number> {
  const { rows } = await sql<{ position: number }>`select position from search where change_id = ${id}`.execute(db);
  return rows[0]?.position ?? timeOfId(id) * placesAMillisecond;
}

/** Where hardly any change is in the wanted states, those found by a frequent word would all be looked at for nothing. */
async function areFew(db: LedgerDb, wanted: Searched): Promise<boolean> {
  const statuses = statusesOf(wanted);
  if (statuses === undefined) return false;
  const some = db
    .selectFrom('changes')
    .select('id')
    .where('status', 'in', statuses)
    .limit(few + 1)
    .as('some');
  const { count } = await db
    .selectFrom(some)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count <= few;
}

function inStatuses(wanted: Searched): RawBuilder<SqlBool>[] {
  const statuses = statusesOf(wanted);
  return statuses === undefined ? [] : [sql`changes.status in (${sql.join(statuses)})`];
}

const all = (conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> =>
  sql`${sql.join(conditions, sql` and `)}`;
