import { appendEvent, type EventActor } from './events.ts';
import { findSnapshot, insertSnapshot } from './proposals.ts';
import type { LedgerDb, LedgerTx, SnapshotsTable } from './schema.ts';

type Snapshot = Pick<SnapshotsTable, 'digest' | 'body'>;

/** The types of the events that tell by its digest which state a change left, and which one it left later. */
export const stateEvents = { left: 'state.left', again: 'state.kept' } as const;

/**
 * Keeps the state that a change left, and records it. A snapshot is final, and a change that was taken up again leaves
 * another state than it did before: that one is kept in an event.
 */
export async function keepAfter(
  tx: LedgerTx,
  after: Snapshot & { readonly changeId: string; readonly at: string; readonly actor: EventActor },
): Promise<void> {
  const { changeId, at, actor, digest, body } = after;
  if (await findSnapshot(tx, changeId, 'after')) {
    await appendEvent(tx, { at, type: stateEvents.again, changeId, actor, body: { digest, body } });
    return;
  }
  await insertSnapshot(tx, { change_id: changeId, phase: 'after', digest, body, taken_at: at });
  await appendEvent(tx, { at, type: stateEvents.left, changeId, actor, body: { digest } });
}

/** The state that a change left last, or undefined. */
export async function findAfter(db: LedgerDb, changeId: string): Promise<Snapshot | undefined> {
  const again = await db
    .selectFrom('events')
    .select('body')
    .where('change_id', '=', changeId)
    .where('type', '=', stateEvents.again)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return again ? (JSON.parse(again.body) as Snapshot) : findSnapshot(db, changeId, 'after');
}
