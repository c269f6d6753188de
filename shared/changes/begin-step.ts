import { beginAttempt, type Progress } from '#shared/ledger/attempts.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import { isStopped } from '#shared/ledger/stops.ts';
import type { Json } from '#shared/tools/index.ts';
import type { ExecutorContext } from './executor-context.ts';
import { type Halt, haltInLedger, haltOf } from './halt.ts';
import { endHeld, leaseTime, moveHeld } from './held.ts';
import type { VerifiedChange } from './verify.ts';

/**
 * Commits the intent to run the next step, unless the change may not go on. `giveUp` is the attempt in doubt that this
 * one repeats: it is called lost in the same transaction in which the next begins, because a change must not end in
 * between while its request may still be under way.
 */
export async function beginStep<R, W, A, T extends Json>(
  tx: LedgerTx,
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  next: { readonly name: string; readonly progress: Progress; readonly giveUp?: NonNullable<Progress['open']> },
): Promise<'stopped' | Halt | null> {
  const { executor, now } = context;
  const { name, progress, giveUp } = next;
  const id = change.row.id;
  if (await isStopped(tx, id)) return 'stopped';
  const halt = (await haltInLedger(tx, change)) ?? haltOf(context, change);
  if (halt) return halt;
  if (giveUp) {
    await endHeld(tx, context, { changeId: id, step: giveUp.step, attempt: giveUp.attempt, outcome: 'lost' });
    await moveHeld(tx, context, { id, from: 'unknown', to: 'dispatched' });
  }
  const attempt = { changeId: id, step: progress.next, attempt: progress.attempts + 1 };
  await beginAttempt(tx, { ...attempt, name, executor, at: now(), leaseTime: leaseTime(context) });
  return null;
}
