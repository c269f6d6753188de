import type { ChangeRow, Owner } from '#shared/ledger/changes.ts';
import { findByIdempotencyKey, keepKey, keyTaken } from '#shared/ledger/idempotency.ts';
import { findOpenTwin } from '#shared/ledger/proposals.ts';
import type { LedgerDb, LedgerTx } from '#shared/ledger/schema.ts';

/** By what a repetition of the same proposal is recognised. */
export type Key = {
  readonly owner: Owner;
  readonly fingerprint: string;
  readonly idempotencyKey: string | null;
};

/** The change that a proposal already is, and whether its key is known to stand for it. */
export type Known = { readonly row: ChangeRow; readonly keyKept: boolean };

/**
 * The change of the same key, or the open one of the same content. Throws AppError `idempotency_conflict` when the key
 * stands for other content.
 */
export async function findKnown(db: LedgerDb, { owner, fingerprint, idempotencyKey }: Key): Promise<Known | undefined> {
  if (idempotencyKey !== null) {
    const keyed = await findByIdempotencyKey(db, owner, idempotencyKey);
    if (keyed && keyed.fingerprint !== fingerprint) throw keyTaken();
    if (keyed) return { row: keyed, keyKept: true };
  }
  const twin = await findOpenTwin(db, fingerprint);
  return twin && { row: twin, keyKept: idempotencyKey === null };
}

/**
 * The same, in the transaction that makes it final: from its commit on the key stands for the change, also when the
 * change is open no more.
 */
export async function attach(tx: LedgerTx, key: Key): Promise<ChangeRow | undefined> {
  const known = await findKnown(tx, key);
  if (known && !known.keyKept && key.idempotencyKey !== null) {
    await keepKey(tx, key.owner, key.idempotencyKey, known.row.id);
  }
  return known?.row;
}
