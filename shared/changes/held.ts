import { endAttempt } from '#shared/ledger/attempts.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import { assertHeld, assertMayEnd } from '#shared/ledger/held.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';

/** Who moves a change that it has taken up. */
export type Holder = {
  readonly ledger: Ledger;
  readonly server: string;
  readonly executor: string;
  readonly now: () => Date;
};

type HeldMove = Pick<Parameters<typeof moveChange>[1], 'id' | 'from' | 'to' | 'note'>;

/** Moves a change as the executor that holds it. Throws AppError `wrong_state` when another one does. */
export async function moveHeld(tx: LedgerTx, { server, executor, now }: Holder, move: HeldMove): Promise<void> {
  await assertHeld(tx, { id: move.id, executor });
  await moveChange(tx, { ...move, at: now().toISOString(), actor: { kind: 'server', server } });
}

type HeldEnd = Omit<Parameters<typeof endAttempt>[1], 'at'>;

/**
 * Says how an attempt ended, as the executor that began it or the one that has taken its change up. Throws AppError
 * `wrong_state` for any other.
 */
export async function endHeld(tx: LedgerTx, { executor, now }: Holder, end: HeldEnd): Promise<void> {
  await assertMayEnd(tx, { changeId: end.changeId, step: end.step, attempt: end.attempt, executor });
  await endAttempt(tx, { ...end, at: now().toISOString() });
}

/** The time by the clock that leases go by, in milliseconds since 1970: the ledger's own where several machines share it. */
export function leaseTime({ ledger, now }: Pick<Holder, 'ledger' | 'now'>): number {
  return now().getTime() + ledger.ahead();
}
