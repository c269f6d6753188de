import Database from 'better-sqlite3';
import pg from 'pg';
import { isPostgresUrl } from '#shared/ledger/location.ts';
import { writeLock } from '#shared/ledger/postgres/pool.ts';
import type {} from './bench.ts';
import { pause } from './pause.ts';

/** Holds a ledger's write lock, as another process would that hangs in a transaction. Answers how to let it go. */
export async function holdLock(ledger: string): Promise<() => Promise<void>> {
  if (isPostgresUrl(ledger)) {
    const client = new pg.Client({ connectionString: ledger });
    await client.connect();
    await client.query(`select pg_advisory_lock(${writeLock})`);
    return () => client.end();
  }
  const database = new Database(ledger, { timeout: 10_000 });
  database.exec('begin immediate');
  return async () => {
    database.exec('rollback');
    database.close();
  };
}

/** Whether another process is in a transaction that writes to a file; PostgreSQL keeps nobody out for that. */
export function isLocked(file: string): boolean {
  if (isPostgresUrl(file)) return false;
  const database = new Database(file, { timeout: 0 });
  try {
    database.exec('begin immediate; rollback');
    return false;
  } catch (error) {
    if ((error as Error & { readonly code?: string }).code === 'SQLITE_BUSY') return true;
    throw error;
  } finally {
    database.close();
  }
}

/** Holds it for so long. */
export async function lockedFor(ledger: string, ms: number): Promise<void> {
  const letGo = await holdLock(ledger);
  await pause(ms);
  await letGo();
}
