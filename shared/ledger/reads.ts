import { type Selectable, sql } from 'kysely';
import type { Told } from '#shared/tools/index.ts';
import type { Owner } from './changes.ts';
import { readsMigration } from './migrations/0020-reads.ts';
import type { LedgerDb, LedgerTx, ReadsTable, Timestamp } from './schema.ts';

export type ReadRow = Selectable<ReadsTable>;

/** What one event of calls has on record: whose, of which tool, and from when to when the same was read. */
export type ReadRecord = Owner & {
  readonly server: string;
  readonly tool: string;
  readonly first: Timestamp;
  readonly at: Timestamp;
  readonly told: readonly Told[];
  /** The hash of the event. */
  readonly event: string;
};

/** Keeps what was read, in the transaction of the events that tell of it and in their order. */
export async function insertReads(tx: LedgerTx, records: readonly ReadRecord[]): Promise<void> {
  const rows = records.flatMap(({ told, first, ...record }) =>
    told.map(({ thing, name, revision, rank, trust }) => ({
      ...record,
      first_at: first,
      thing,
      name,
      revision,
      rank,
      trust,
    })),
  );
  // A statement has room for so many values.
  for (let from = 0; from < rows.length; from += most) {
    await tx
      .insertInto('reads')
      .values(rows.slice(from, from + most))
      .execute();
  }
}

const most = 500;

/** What an agent has read that may be anybody's words. */
export type UntrustedRead = Pick<ReadRow, 'server' | 'thing' | 'name' | 'revision' | 'at'>;

/** What an agent read since a time that was untrusted, on whichever server, the latest first. */
export async function untrustedReads(
  db: LedgerDb,
  { agent, from }: { readonly agent: string; readonly from: Timestamp },
  limit: number,
): Promise<readonly UntrustedRead[]> {
  return (
    db
      .selectFrom('reads')
      .select(['server', 'thing', 'name', 'revision', 'at'])
      .where('agent', '=', agent)
      // Spelt out as its index is: SQLite uses an index of some rows only for the same words.
      .where(sql<boolean>`trust = 'untrusted'`)
      .where('at', '>=', from)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
  );
}

/** What an agent read in a time, the latest first. */
export async function readsOfAgent(
  db: LedgerDb,
  { agent, from, to }: { readonly agent: string; readonly from: Timestamp; readonly to: Timestamp },
  limit: number,
): Promise<readonly ReadRow[]> {
  return db
    .selectFrom('reads')
    .selectAll()
    .where('agent', '=', agent)
    .where('at', '>=', from)
    .where('first_at', '<=', to)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

const page = 1_000;

/** Everything that was read, in the order in which it was kept. */
export async function* readsIn(db: LedgerDb): AsyncGenerator<ReadRow> {
  for (let last = 0; ; ) {
    const rows = await db.selectFrom('reads').selectAll().where('id', '>', last).orderBy('id').limit(page).execute();
    yield* rows;
    last = rows.at(-1)?.id ?? last;
    if (rows.length < page) return;
  }
}

/** Which thing of which server. */
export type Entry = { readonly server: string; readonly thing: string };

/** Who read a thing since a time, the latest first. */
export async function readsOfThing(
  db: LedgerDb,
  { server, thing, since }: Entry & { readonly since: Timestamp },
  limit: number,
): Promise<readonly ReadRow[]> {
  return db
    .selectFrom('reads')
    .selectAll()
    .where('server', '=', server)
    .where('thing', '=', thing)
    .where('at', '>=', since)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** The names under which a thing was read, which stay on record for as long as the reads do. */
export async function namesOfThing(db: LedgerDb, { server, thing }: Entry, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('reads')
    .select('name')
    .distinct()
    .where('server', '=', server)
    .where('thing', '=', thing)
    .orderBy('name')
    .limit(limit)
    .execute();
  return rows.map(({ name }) => name);
}

/** The things that were read under a name, or as a thing of any server. */
export async function entriesNamed(db: LedgerDb, name: string, limit: number): Promise<readonly Entry[]> {
  return db
    .selectFrom('reads')
    .select(['server', 'thing'])
    .distinct()
    .where('name', '=', name)
    .orderBy('server')
    .orderBy('thing')
    .limit(limit)
    .execute();
}

/** The latest time that the ledger knows of; null in an empty one. */
export async function latestTime(db: LedgerDb | LedgerTx): Promise<Timestamp | null> {
  const row = await db.selectFrom('latest_time').select('at').executeTakeFirst();
  return row?.at ?? null;
}

/** Since when this ledger has what was read; `dropped`: it had earlier reads, which are kept no more. */
export type ReadsKept = { readonly recordedFrom: Timestamp; readonly dropped: boolean };

export async function readsKept(db: LedgerDb): Promise<ReadsKept> {
  const began = await recordedSince(db);
  const row = await db.selectFrom('read_drops').select('until').orderBy('until', 'desc').limit(1).executeTakeFirst();
  const dropped = row !== undefined && row.until > began;
  return { recordedFrom: dropped ? row.until : began, dropped };
}

async function recordedSince(db: LedgerDb): Promise<Timestamp> {
  const known = db.withTables<{ kysely_migration: { name: string; timestamp: string } }>();
  const row = await known
    .selectFrom('kysely_migration')
    .select('timestamp')
    .where('name', '=', readsMigration)
    .executeTakeFirstOrThrow();
  return row.timestamp;
}
