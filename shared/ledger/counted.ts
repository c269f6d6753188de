import { SqliteAdapter } from 'kysely';
import type { LedgerDb } from './schema.ts';

/**
 * The highest number that SQLite gave to an event, whatever became of the event; null on PostgreSQL, whose counters go
 * on when a transaction is rolled back and so show nothing.
 */
export async function lastNumberOfEvents(db: LedgerDb): Promise<number | null> {
  if (!(db.getExecutor().adapter instanceof SqliteAdapter)) return null;
  const counters = db.withTables<{ sqlite_sequence: { name: string; seq: number } }>();
  const row = await counters
    .selectFrom('sqlite_sequence')
    .select('seq')
    .where('name', '=', 'events')
    .executeTakeFirst();
  return row?.seq ?? 0;
}
