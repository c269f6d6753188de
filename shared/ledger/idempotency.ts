import { AppError } from '#shared/errors.ts';
import type { ChangeRow, Owner } from './changes.ts';
import type { LedgerDb, LedgerTx } from './schema.ts';

/** The change that an owner's key stands for, whether it was made with it or found by it. */
export function findByIdempotencyKey(db: LedgerDb, owner: Owner, key: string): Promise<ChangeRow | undefined> {
  return db
    .selectFrom('idempotency_keys as k')
    .innerJoin('changes as c', 'c.id', 'k.change_id')
    .selectAll('c')
    .where('k.agent', '=', owner.agent)
    .where('k.blueprint', '=', owner.blueprint)
    .where('k.idempotency_key', '=', key)
    .executeTakeFirst();
}

/** Lets a key that stands for nothing yet stand for a change that is there. */
export async function keepKey(tx: LedgerTx, owner: Owner, key: string, changeId: string): Promise<void> {
  const { agent, blueprint } = owner;
  const row = { agent, blueprint, idempotency_key: key, change_id: changeId };
  await tx.insertInto('idempotency_keys').values(row).execute().catch(rejectTakenKey);
}

/** A key stands for one content, whichever server it came to. */
export function keyTaken(cause?: unknown): AppError {
  return new AppError('idempotency_conflict', 'This idempotency_key was used for a proposal of other content.', {
    next: 'Use a new key for new content.',
    cause,
  });
}

const keyIndexes: ReadonlySet<unknown> = new Set(['changes_idempotency', 'idempotency_keys_pkey']);

/** On PostgreSQL a server does not see what another one took a key for; only that the key is taken. */
export function rejectTakenKey(error: unknown): never {
  const taken = error instanceof Error && 'constraint' in error && keyIndexes.has(error.constraint);
  throw taken ? keyTaken(error) : error;
}
