import { setTimeout as sleep } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { AppError } from '#shared/errors.ts';
import { appendOnlyTables } from './append-only.ts';
import { openSqliteFile, sqliteDialect } from './dialect.ts';
import { groupCommit } from './group-commit.ts';
import { assertIntact, damaged, isDamage } from './integrity.ts';
import type { OpenedLedger } from './ledger.ts';
import { migrate } from './migrate.ts';
import { sqliteWords } from './migrations/words.ts';
import type { LedgerSchema } from './schema.ts';
import { constrainSqlite } from './sqlite-triggers.ts';
import { isBusy, known, sqliteTransaction, tryMs } from './sqlite-write.ts';
import { watchCommits } from './watch.ts';

/** So long other processes are waited for that make the file just then, or put its log away; looked again after so long. */
const [openMs, againMs] = [10_000, 20];

/** Opens the ledger in a file, making or migrating it first. Throws AppError `ledger_unavailable`. */
export async function openSqliteLedger(path: string): Promise<OpenedLedger> {
  const from = performance.now();
  for (;;) {
    try {
      return await openNow(path);
    } catch (error) {
      // SQLite waits for a lock by itself, but not where waiting could last for ever, as when two make the file at once.
      if (!(error instanceof AppError && isBusy(error.cause)) || performance.now() - from > openMs) throw error;
      await sleep(againMs);
    }
  }
}

async function openNow(path: string): Promise<OpenedLedger> {
  let database: Database.Database | undefined;
  try {
    database = openSqliteFile(path);
    const db = new Kysely<LedgerSchema>({ dialect: sqliteDialect(database) });
    await migrate(db, sqliteWords);
    await constrainSqlite(db);
    assertIntact(database, path, ['changes', ...appendOnlyTables]);
    const commits = watchCommits(database);
    const transaction = sqliteTransaction(db);
    // Until here another process may be waited for with everything else, as nothing is served yet.
    database.pragma(`busy_timeout = ${tryMs}`);
    return {
      db,
      write: groupCommit({
        transaction: async (work) => {
          const result = await transaction(work);
          commits.notify();
          return result;
        },
        known,
        mayRunAgain: () => false,
      }),
      onCommit: commits.listen,
      ahead: () => 0,
      close: async () => {
        await commits.stop();
        await db.destroy();
      },
    };
  } catch (cause) {
    database?.close();
    if (cause instanceof AppError) throw cause;
    if (isDamage(cause)) throw damaged(path, cause);
    throw new AppError('ledger_unavailable', `The ledger at ${path} cannot be opened.`, { cause });
  }
}
