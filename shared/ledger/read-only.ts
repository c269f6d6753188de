import Database from 'better-sqlite3';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { AppError } from '#shared/errors.ts';
import { damagesOf } from './integrity.ts';
import { isPostgresUrl } from './location.ts';
import { readPostgresLedger } from './postgres/read-only.ts';
import type { LedgerDb, LedgerSchema } from './schema.ts';

/**
 * Gives work the ledger at a path or a `postgres://` URL as it is at one moment, to read and nothing else: no migration,
 * no trigger, no lock. Throws AppError `ledger_unavailable` when there is none, or when it is damaged.
 */
export function readLedger<T>(location: string, work: (db: LedgerDb) => Promise<T>): Promise<T> {
  return isPostgresUrl(location) ? readPostgresLedger(location, work) : readSqliteLedger(location, work);
}

async function readSqliteLedger<T>(path: string, work: (db: LedgerDb) => Promise<T>): Promise<T> {
  const database = open(path);
  const db = new Kysely<LedgerSchema>({ dialect: new SqliteDialect({ database }) });
  try {
    const [damage] = damagesOf(database);
    if (damage !== undefined) throw unreadable(path, damage);
    // One connection, so that what is read between the two is of one moment.
    await sql`begin`.execute(db);
    const result = await work(db);
    await sql`commit`.execute(db);
    return result;
  } finally {
    await db.destroy();
  }
}

function open(path: string): Database.Database {
  try {
    const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
    database.pragma('schema_version');
    return database;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError('ledger_unavailable', `There is no whole ledger at ${path}.`, { cause });
}
