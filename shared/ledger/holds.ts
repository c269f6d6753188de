import { canonical } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { findChange } from './changes.ts';
import { appendEvent, type EventActor } from './events.ts';
import type { HoldsTable, LedgerDb, LedgerTx, Timestamp } from './schema.ts';

/** What is held: one change by its id, or all changes of an agent by its name. */
export type HoldScope = { readonly scope: HoldsTable['scope']; readonly value: string };

export type Hold = HoldScope & {
  readonly id: number;
  readonly reason: string;
  readonly actor: EventActor;
  readonly at: Timestamp;
};

/** The holds in force, oldest first. */
export async function activeHolds(db: LedgerDb): Promise<readonly Hold[]> {
  const rows = await db
    .selectFrom('holds')
    .selectAll()
    .where('id', 'not in', (ended) => ended.selectFrom('hold_ends').select('hold_id'))
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, actor: JSON.parse(row.actor) }) as Hold);
}

/**
 * Keeps the contents of a change, or of all changes of an agent, those to come included, until the hold ends. Answers its
 * number. Throws AppError `not_found` for a change that is not there; an agent may be one that nothing is known of yet.
 */
export async function insertHold(
  tx: LedgerTx,
  hold: HoldScope & { reason: string; actor: EventActor; at: Timestamp },
): Promise<number> {
  const { scope, value, reason, actor, at } = hold;
  if (scope === 'change' && !(await findChange(tx, value))) {
    throw new AppError('not_found', 'There is no such change.', { next: 'List the changes.' });
  }
  const { id } = await tx
    .insertInto('holds')
    .values({ scope, value, reason, at, actor: canonical(actor) })
    .returning('id')
    .executeTakeFirstOrThrow();
  await appendEvent(tx, { at, type: 'hold.begun', changeId: null, actor, body: { hold: id, scope, value, reason } });
  return id;
}

/** Ends a hold. Throws AppError `not_found` when there is none of that number in force. */
export async function endHold(
  tx: LedgerTx,
  end: { id: number; reason: string; actor: EventActor; at: Timestamp },
): Promise<void> {
  const { id, reason, actor, at } = end;
  if (!(await activeHolds(tx)).some((hold) => hold.id === id)) {
    throw new AppError('not_found', 'There is no such hold in force.', { next: 'List the holds.' });
  }
  await tx
    .insertInto('hold_ends')
    .values({ hold_id: id, reason, at, actor: canonical(actor) })
    .execute();
  await appendEvent(tx, { at, type: 'hold.ended', changeId: null, actor, body: { hold: id, reason } });
}
