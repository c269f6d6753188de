import type { Sealed } from '#shared/changes/sealed.ts';
import { AppError } from '#shared/errors.ts';
import { type ChangeRow, findChange } from '#shared/ledger/changes.ts';
import { findSealed, findSealedOf } from '#shared/ledger/proposals.ts';
import type { LedgerDb, SealedTable } from '#shared/ledger/schema.ts';
import { unsealKnown } from './unseal-known.ts';

/**
 * A change with what was sealed of it: `none` while it has no plan, `broken` when the ledger no longer has what was
 * sealed. Nothing of that is shown then, but where the change stands and how it came there is.
 */
export type Found = { readonly row: ChangeRow; readonly sealed: Sealed | 'none' | 'broken' };

/** Throws AppError `not_found`. */
export async function findWhole(db: LedgerDb, id: string): Promise<Found> {
  const row = await findChange(db, id);
  if (!row) throw new AppError('not_found', 'There is no such change.');
  return { row, sealed: await sealedOf(db, id) };
}

/** What was sealed of a change. */
export async function sealedOf(db: LedgerDb, id: string): Promise<Found['sealed']> {
  return read(await findSealed(db, id));
}

/** What was sealed of several changes. */
export async function sealedOfEach(db: LedgerDb, ids: readonly string[]): Promise<(id: string) => Found['sealed']> {
  const kept = await findSealedOf(db, ids);
  const found = new Map(kept.map((one) => [one.change_id, read(one)]));
  return (id) => found.get(id) ?? 'none';
}

function read(kept: SealedTable | undefined): Found['sealed'] {
  if (!kept) return 'none';
  try {
    return unsealKnown(kept);
  } catch {
    return 'broken';
  }
}
