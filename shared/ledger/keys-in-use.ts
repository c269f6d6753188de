import { AppError } from '#shared/errors.ts';
import type { LedgerDb } from './schema.ts';
import type { Vault } from './vault.ts';

/** The ids of the keys that chunks are encrypted with; null is among them when some are not encrypted. */
export async function keysInUse(db: LedgerDb): Promise<readonly (string | null)[]> {
  const found: (string | null)[] = [];
  const plain = await db
    .selectFrom('content_chunks')
    .select('position')
    .where('key_id', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (plain) found.push(null);
  // One step in the index for each key, however many chunks there are.
  for (let last = ''; ; ) {
    const next = await db
      .selectFrom('content_chunks')
      .select('key_id')
      .where('key_id', '>', last)
      .orderBy('key_id')
      .limit(1)
      .executeTakeFirst();
    if (next?.key_id == null) return found;
    found.push(next.key_id);
    last = next.key_id;
  }
}

/**
 * Throws AppError `bad_configuration` when contents are kept under a key that is not here, or under another key of the
 * same id: better at the start of a server than in the middle of its work.
 */
export async function assertKeysFit(db: LedgerDb, vault: Vault): Promise<void> {
  for (const id of await keysInUse(db)) {
    if (id === null) continue;
    const query = db.selectFrom('content_chunks').selectAll().where('key_id', '=', id).limit(1);
    const chunk = await query.executeTakeFirst();
    try {
      if (chunk) vault.unlock(chunk, chunk);
    } catch (cause) {
      const missing = cause instanceof AppError && cause.code === 'ledger_unavailable';
      const why = missing ? 'is not here' : 'is not the one that is here under this id, or they are damaged';
      throw new AppError(
        'bad_configuration',
        `The key ${id}, which contents of the ledger are encrypted with, ${why}.`,
        {
          next: 'Put the right key into the file of contents keys: see docs/operating.md.',
          cause,
        },
      );
    }
  }
}
