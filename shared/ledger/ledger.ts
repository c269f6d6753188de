import type Database from 'better-sqlite3';
import { Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { AppError } from '#shared/errors.ts';
import { constraintStatements } from './constraints.ts';
import { openSqliteFile, sqliteDialect } from './dialect.ts';
import { first } from './migrations/0001-first.ts';
import { stops } from './migrations/0002-stops.ts';
import type { LedgerDb, LedgerSchema, LedgerTx } from './schema.ts';
import { watchCommits } from './watch.ts';

/** The database of changes, snapshots, decisions and events. */
export type Ledger = {
  readonly db: LedgerDb;
  /**
   * One durable transaction that holds the write lock from its start; it must await nothing but the database. Throws
   * AppError `ledger_unavailable`, with nothing kept, when it is held by another process, full, or cannot be written.
   */
  readonly write: <T>(work: (tx: LedgerTx) => Promise<T>) => Promise<T>;
  /** Calls back soon after any commit, of this process or another; returns how to stop. */
  readonly onCommit: (listener: () => void) => () => void;
  readonly close: () => Promise<void>;
};

/** Opens the ledger at a path, making or migrating it first. Throws AppError `ledger_unavailable`. */
export async function openLedger(path: string): Promise<Ledger> {
  let database: Database.Database | undefined;
  try {
    database = openSqliteFile(path);
    const db = new Kysely<LedgerSchema>({ dialect: sqliteDialect(database) });
    await migrate(db);
    await constrain(db);
    const commits = watchCommits(database);
    return {
      db,
      write: async (work) => {
        const result = await db
          .transaction()
          .execute(work)
          .catch((error: unknown) => {
            throw isOutOfReach(error) ? unreachable(error) : error;
          });
        commits.notify();
        return result;
      },
      onCommit: commits.listen,
      close: async () => {
        commits.stop();
        await db.destroy();
      },
    };
  } catch (cause) {
    database?.close();
    throw new AppError('ledger_unavailable', `The ledger at ${path} cannot be opened.`, { cause });
  }
}

/** SQLite's primary result codes that say something of the file and its disk, and nothing of the statement. */
const outOfReach = /^SQLITE_(?:BUSY|LOCKED|READONLY|IOERR|FULL|CANTOPEN|CORRUPT|NOTADB)(?:_|$)/;

function isOutOfReach(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && outOfReach.test(error.code);
}

function unreachable(cause: unknown): AppError {
  return new AppError('ledger_unavailable', 'The ledger cannot be written now, so nothing was kept.', {
    next: 'Try again later; tell a person if it stays so.',
    cause,
  });
}

async function migrate(db: LedgerDb): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ '0001-first': first, '0002-stops': stops }) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

/**
 * Puts the constraints in force that this version's transition table says, in place of any others. What is compared is
 * what the database really has, so that code and database cannot differ.
 */
async function constrain(db: LedgerDb): Promise<void> {
  const wanted = constraintStatements().map(triggerText);
  await db.transaction().execute(async (tx) => {
    const triggers = sql<{ name: string; sql: string }>`select name, sql from sqlite_master where type = 'trigger'`;
    const { rows } = await triggers.execute(tx);
    const found = new Set(rows.map((row) => triggerText(row.sql)));
    if (rows.length === wanted.length && wanted.every((text) => found.has(text))) return;
    for (const { name } of rows) await sql`drop trigger ${sql.ref(name)}`.execute(tx);
    for (const statement of wanted) await sql.raw(statement).execute(tx);
  });
}

/** SQLite keeps the text of a trigger as it was given, but for the first two words. */
function triggerText(statement: string): string {
  return statement.replace(/^create trigger /i, 'create trigger ');
}
