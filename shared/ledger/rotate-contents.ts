import { AppError } from '#shared/errors.ts';
import { appendEvent, type EventActor } from './events.ts';
import { keysInUse } from './keys-in-use.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerTx } from './schema.ts';
import type { Vault } from './vault.ts';

/** Chunks of one transaction: others wait for a few hundredths of a second at most. */
const batch = 16;

export type Rotation = {
  /** The key that everything is encrypted with now. */
  readonly key: string;
  /** Chunks that were encrypted anew. */
  readonly chunks: number;
  /** Other keys that are still used, null for chunks without one: a server goes on with them. */
  readonly left: readonly (string | null)[];
};

/**
 * Encrypts everything that is kept under another key, or under none, with the first key, a few chunks at a time while
 * servers go on. What is done stays done: to run it again after it was interrupted goes on where it was. Throws AppError
 * `bad_configuration` without a key, and what {@link Vault.unlock} throws.
 */
export async function rotateContents(
  { db, vault, write }: Ledger,
  { actor, now }: { readonly actor: EventActor; readonly now: () => Date },
): Promise<Rotation> {
  const key = vault.current();
  if (key === null) throw new AppError('bad_configuration', 'There is no key to encrypt contents with.');
  let chunks = 0;
  for (const old of await keysInUse(db)) {
    if (old === key) continue;
    for (let done = batch; done === batch; chunks += done) done = await write((tx) => rotateSome(tx, vault, old));
  }
  if (chunks > 0) {
    const at = now().toISOString();
    await write((tx) =>
      appendEvent(tx, { at, type: 'contents.rotated', changeId: null, actor, body: { key, chunks } }),
    );
  }
  const left = (await keysInUse(db)).filter((id) => id !== key);
  return { key, chunks, left };
}

async function rotateSome(tx: LedgerTx, vault: Vault, old: string | null): Promise<number> {
  const rows = await tx
    .selectFrom('content_chunks')
    .selectAll()
    .where('key_id', old === null ? 'is' : '=', old)
    .limit(batch)
    .execute();
  for (const row of rows) {
    await tx
      .updateTable('content_chunks')
      .set(vault.lock(vault.unlock(row, row), row))
      .where('sha256', '=', row.sha256)
      .where('position', '=', row.position)
      .execute();
  }
  return rows.length;
}
