import type { Selectable } from 'kysely';
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

/**
 * What an agent read in a time that was untrusted, on whichever server: each thing at each revision once, the latest first,
 * and how many there are.
 */
export async function untrustedReads(
  db: LedgerDb,
  { agent, from, to }: { readonly agent: string; readonly from: Timestamp; readonly to: Timestamp },
  limit: number,
): Promise<{ readonly reads: readonly UntrustedRead[]; readonly count: number }> {
  const all = db
    .selectFrom('reads')
    .select(['server', 'thing', 'revision'])
    .select(({ fn }) => [fn.max('id').as('last')])
    .where('agent', '=', agent)
    .where('trust', '=', 'untrusted')
    .where('at', '>=', from)
    .where('first_at', '<=', to)
    .groupBy(['server', 'thing', 'revision']);
  const reads = await db
    .selectFrom(all.as('l'))
    .innerJoin('reads as r', 'r.id', 'l.last')
    .select(['r.server', 'r.thing', 'r.name', 'r.revision', 'r.at'])
    .orderBy('l.last', 'desc')
    .limit(limit)
    .execute();
  if (reads.length < limit) return { reads, count: reads.length };
  const { count } = await db
    .selectFrom(all.as('l'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { reads, count: Number(count) };
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

/** Since when this ledger can hold what was read. */
export async function readsRecordedSince(db: LedgerDb): Promise<Timestamp> {
  const known = db.withTables<{ kysely_migration: { name: string; timestamp: string } }>();
  const row = await known
    .selectFrom('kysely_migration')
    .select('timestamp')
    .where('name', '=', readsMigration)
    .executeTakeFirstOrThrow();
  return row.timestamp;
}
