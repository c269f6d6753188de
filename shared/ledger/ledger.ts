import { isPostgresUrl } from './location.ts';
import { openPostgresLedger } from './postgres/open.ts';
import type { LedgerDb, LedgerTx } from './schema.ts';
import { openSqliteLedger } from './sqlite.ts';

/** The database of changes, snapshots, decisions and events. */
export type Ledger = {
  readonly db: LedgerDb;
  /**
   * One durable transaction that holds the write lock from its start; it must await nothing but the database, and may
   * run again after it was rolled back. Throws AppError `ledger_unavailable` when the lock is held for too long, the disk
   * is full, or the database cannot be reached or written: nothing was kept, unless its message says that this is not
   * known.
   */
  readonly write: <T>(work: (tx: LedgerTx) => Promise<T>) => Promise<T>;
  /** Calls back soon after any commit, of this process or another; returns how to stop. */
  readonly onCommit: (listener: () => void) => () => void;
  readonly close: () => Promise<void>;
};

/**
 * Opens the ledger at a path, or at a `postgres://` URL, making or migrating it first. Throws AppError
 * `ledger_unavailable`.
 */
export function openLedger(location: string): Promise<Ledger> {
  return isPostgresUrl(location) ? openPostgresLedger(location) : openSqliteLedger(location);
}
