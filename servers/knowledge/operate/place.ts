import { localIssuer } from '#shared/changes/entitled.ts';
import { AppError } from '#shared/errors.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import type { Store } from '../embedded/store/store.ts';

/** What the operator's commands work on: the file of pages, and the ledger. */
export type Place = {
  readonly store: Store;
  readonly ledger: Ledger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Whoever has the data directory at hand. */
export const operator = { kind: 'person', issuer: localIssuer, subject: 'operator' } as const;

/** What PostgreSQL says where a user has no right to something. */
const noRight = '42501';

/** Puts something on record in the operator's name. Throws AppError `bad_configuration` for a user who may not. */
export async function record(ledger: Ledger, write: (tx: LedgerTx) => Promise<unknown>): Promise<void> {
  try {
    await ledger.write(write);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === noRight)) throw cause;
    throw new AppError('bad_configuration', 'The user of the ledger may not put this on record, so nothing was done.', {
      next: 'Name the ledger with --ledger as its owner, or as countersign_approvals.',
      cause,
    });
  }
}
