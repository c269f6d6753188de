import type { Ledger } from './ledger.ts';
import type { LedgerDb } from './schema.ts';
import { unreachable } from './unreachable.ts';

/** For how long one try to have the write lock holds up everything that this process does, in milliseconds. */
export const tryMs = 5;

/** How long another process's write lock is waited for. */
const patienceMs = 10_000;

/** The longest pause between two tries, in milliseconds. */
const longestPauseMs = 10;

/**
 * Transactions that wait for the lock of another process between tries, not in them: SQLite itself would wait with the
 * whole process, so that nothing could be read or answered either.
 */
export function sqliteTransaction(db: LedgerDb): Ledger['write'] {
  return async (work) => {
    const until = performance.now() + patienceMs;
    for (;;) {
      let begun = false;
      try {
        return await db.transaction().execute((tx) => {
          begun = true;
          return work(tx);
        });
      } catch (error) {
        if (begun || !isBusy(error) || performance.now() > until) throw known(error);
      }
      // By chance, so that processes that wait for each other do not try in step.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * longestPauseMs));
    }
  };
}

/** SQLite's primary result codes that say something of the file and its disk, and nothing of the statement. */
const outOfReach = /^SQLITE_(?:BUSY|LOCKED|READONLY|IOERR|FULL|CANTOPEN|CORRUPT|NOTADB)(?:_|$)/;

/** The error as callers know it: what says nothing of the statement is one thing to them. */
export function known(error: unknown): unknown {
  return outOfReach.test(codeOf(error)) ? unreachable(error) : error;
}

/** Whether SQLite says that another process has what it needs. */
export const isBusy = (error: unknown): boolean => /^SQLITE_BUSY(?:_|$)/.test(codeOf(error));

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
