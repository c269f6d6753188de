import { isPostgresUrl } from './location.ts';
import { openPostgresLedger } from './postgres/open.ts';
import type { LedgerDb, LedgerTx } from './schema.ts';
import { openSqliteLedger } from './sqlite.ts';
import { noVault, type Vault } from './vault.ts';

/** The database of changes, snapshots, decisions and events. */
export type Ledger = {
  readonly db: LedgerDb;
  /** What contents are encrypted with before they are kept, and decrypted when they are read. */
  readonly vault: Vault;
  /**
   * One durable transaction that holds the write lock from its start; it must await nothing but the database, and may
   * run again after it was rolled back. Throws AppError `ledger_unavailable` when the lock is held for too long, the disk
   * is full, or the database cannot be reached or written: nothing was kept, unless its message says that this is not
   * known.
   */
  readonly write: <T>(work: (tx: LedgerTx) => Promise<T>) => Promise<T>;
  /** Calls back soon after any commit, of this process or another; returns how to stop. */
  readonly onCommit: (listener: () => void) => () => void;
  /** How far the clock that leases go by is ahead of this machine's, which other machines share; milliseconds. */
  readonly ahead: () => number;
  readonly close: () => Promise<void>;
};

/**
 * Opens the ledger at a path, or at a `postgres://` URL, making or migrating it first. Throws AppError
 * `ledger_unavailable`.
 */
export async function openLedger(location: string, { vault = noVault }: { vault?: Vault } = {}): Promise<Ledger> {
  const opened = await (isPostgresUrl(location) ? openPostgresLedger(location) : openSqliteLedger(location));
  return { ...opened, vault };
}

/** A ledger before it is known what its contents are encrypted with. */
export type OpenedLedger = Omit<Ledger, 'vault'>;
