import type { ChangeRow, Owner } from './changes.ts';
import type { LedgerDb, LedgerTx } from './schema.ts';

/** The change that an owner's key stands for, whether it was made with it or found by it. */
export async function findByIdempotencyKey(db: LedgerDb, owner: Owner, key: string): Promise<ChangeRow | undefined> {
  const made = await db
    .selectFrom('changes')
    .selectAll()
    .where('agent', '=', owner.agent)
    .where('blueprint', '=', owner.blueprint)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  if (made) return made;
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
  await tx
    .insertInto('idempotency_keys')
    .values({ agent, blueprint, idempotency_key: key, change_id: changeId })
    .execute();
}
