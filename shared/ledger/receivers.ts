import type { Selectable } from 'kysely';
import { lastSeq } from './moved.ts';
import type { LedgerDb, LedgerTx, ReceiversTable, Timestamp } from './schema.ts';

/** How far one receiver of webhooks is along the events, and how deliveries to it go. */
export type ReceiverRow = Selectable<ReceiversTable>;

/** Enters a receiver that is not known yet: what happens from now on is for it. */
export async function enterReceiver(tx: LedgerTx, name: string): Promise<void> {
  const fresh = { name, seq: await lastSeq(tx), attempts: 0, dropped: 0 };
  const none = { retry_at: null, failing_since: null, problem: null, delivered_at: null };
  await tx
    .insertInto('receivers')
    .values({ ...fresh, ...none, claimed_by: null, lease_until: null })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
}

export function findReceiver(db: LedgerDb, name: string): Promise<ReceiverRow | undefined> {
  return db.selectFrom('receivers').selectAll().where('name', '=', name).executeTakeFirst();
}

/** All that were ever configured, by name. */
export function listReceivers(db: LedgerDb): Promise<readonly ReceiverRow[]> {
  return db.selectFrom('receivers').selectAll().orderBy('name').execute();
}

/** Who sends, and until when nobody else does; milliseconds since 1970 by the clock that leases go by. */
export type Sending = { readonly name: string; readonly sender: string; readonly now: number; readonly until: number };

/** Takes a receiver on, to be the only one who sends to it. Answers how far it is; undefined when somebody else does. */
export async function takeReceiver(tx: LedgerTx, sending: Sending): Promise<ReceiverRow | undefined> {
  const { name, sender, now, until } = sending;
  return tx
    .updateTable('receivers')
    .set({ claimed_by: sender, lease_until: until })
    .where('name', '=', name)
    .where((eb) => eb.or([eb('claimed_by', 'is', null), eb('claimed_by', '=', sender), eb('lease_until', '<=', now)]))
    .returningAll()
    .executeTakeFirst();
}

/** Lets a receiver go. */
export async function releaseReceiver(tx: LedgerTx, { name, sender }: Pick<Sending, 'name' | 'sender'>): Promise<void> {
  await tx
    .updateTable('receivers')
    .set({ claimed_by: null, lease_until: null })
    .where('name', '=', name)
    .where('claimed_by', '=', sender)
    .execute();
}

/** Notes that everything up to an event was delivered. Answers whether the receiver was still this sender's. */
export async function noteDelivered(
  tx: LedgerTx,
  { name, sender, until }: Sending,
  { seq, at }: { readonly seq: number; readonly at: Timestamp },
): Promise<boolean> {
  const done = await tx
    .updateTable('receivers')
    .set({ seq, delivered_at: at, attempts: 0, retry_at: null, failing_since: null, problem: null, lease_until: until })
    .where('name', '=', name)
    .where('claimed_by', '=', sender)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** A delivery in vain: why, when to try again, and up to which event others were given up because they are too old. */
export type InVain = {
  readonly at: Timestamp;
  readonly problem: string;
  readonly retryAt: number;
  readonly seq: number;
  readonly dropped: number;
};

/** Notes a delivery in vain, and lets the receiver go: whoever tries again does so no earlier than said. */
export async function noteFailed(
  tx: LedgerTx,
  { name, sender }: Pick<Sending, 'name' | 'sender'>,
  { at, problem, retryAt, seq, dropped }: InVain,
): Promise<void> {
  await tx
    .updateTable('receivers')
    .set((eb) => ({
      seq,
      problem,
      retry_at: retryAt,
      attempts: eb('attempts', '+', 1),
      dropped: eb('dropped', '+', dropped),
      failing_since: eb.fn.coalesce('failing_since', eb.val(at)),
      claimed_by: null,
      lease_until: null,
    }))
    .where('name', '=', name)
    .where('claimed_by', '=', sender)
    .execute();
}
