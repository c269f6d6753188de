import { SqliteAdapter, sql } from 'kysely';
import { openStatuses, type Status } from '#shared/changes/transitions.ts';
import { migrationNames } from './migrate.ts';
import type { LedgerDb, Timestamp } from './schema.ts';

/** A ledger at a glance. */
export type LedgerStatus = {
  readonly engine: 'sqlite' | 'postgres';
  /** The migration that was done last. */
  readonly version: string | null;
  /** Whether it is of this version; what opens it brings an earlier one to it. */
  readonly current: boolean;
  readonly bytes: number;
  readonly changes: Readonly<Partial<Record<Status, number>>>;
  readonly oldest_open: { readonly id: string; readonly status: Status; readonly created_at: Timestamp } | null;
  readonly stops: number;
  /** The end of the chain of events; null for an empty one. */
  readonly head: { readonly seq: number; readonly hash: string; readonly at: Timestamp } | null;
};

/** Reads how a ledger stands. */
export async function ledgerStatus(db: LedgerDb): Promise<LedgerStatus> {
  const sqlite = db.getExecutor().adapter instanceof SqliteAdapter;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by timestamp, name`.execute(db);
  const counts = await db
    .selectFrom('changes')
    .select((eb) => ['status', eb.fn.countAll<number>().as('count')])
    .groupBy('status')
    .orderBy('status')
    .execute();
  const open = db
    .selectFrom('changes')
    .select(['id', 'status', 'created_at'])
    .where('status', 'in', [...openStatuses]);
  const stops = db
    .selectFrom('stops')
    .where('id', 'not in', (ended) => ended.selectFrom('stop_ends').select('stop_id'));
  const head = db.selectFrom('events').select(['seq', 'hash', 'at']).orderBy('seq', 'desc').limit(1);
  return {
    engine: sqlite ? 'sqlite' : 'postgres',
    version: rows.at(-1)?.name ?? null,
    current: rows.map(({ name }) => name).join() === migrationNames.join(),
    bytes: await bytesOf(db, sqlite),
    changes: Object.fromEntries(counts.map(({ status, count }) => [status, count])),
    oldest_open: (await open.orderBy('created_at').limit(1).executeTakeFirst()) ?? null,
    stops: (await stops.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()).count,
    head: (await head.executeTakeFirst()) ?? null,
  };
}

async function bytesOf(db: LedgerDb, sqlite: boolean): Promise<number> {
  const size = sqlite
    ? sql<{ bytes: number }>`select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`
    : sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`;
  return (await size.execute(db)).rows[0]?.bytes ?? 0;
}
