import { appendEvent, type EventActor } from './events.ts';
import type { LedgerDb, LedgerTx } from './schema.ts';

const restored = 'ledger.restored';

/**
 * Records that this ledger was restored from a backup, which makes every decision void that it has. What happened after
 * the backup is not in it: nothing that was approved then may be begun on it.
 */
export async function markRestored(tx: LedgerTx, at: string, actor: EventActor): Promise<void> {
  const last = await tx
    .selectFrom('decisions')
    .select((eb) => eb.fn.max('id').as('id'))
    .executeTakeFirst();
  await appendEvent(tx, { at, type: restored, changeId: null, actor, body: { decisions: last?.id ?? 0 } });
}

/** Decisions up to this number are void; 0 when the ledger was never restored. */
export async function voidDecisions(db: LedgerDb): Promise<number> {
  const row = await db
    .selectFrom('events')
    .select('body')
    .where('change_id', 'is', null)
    .where('type', '=', restored)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? (JSON.parse(row.body) as { decisions: number }).decisions : 0;
}
