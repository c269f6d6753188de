import { keepAttempt, progressOf } from '#shared/ledger/attempts.ts';
import { type ChangeRow, moveChange } from '#shared/ledger/changes.ts';
import type { EventActor } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { markRestored } from '#shared/ledger/restored.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import { unseal } from './sealed.ts';

const note = 'The ledger was restored from a backup. Whether this was carried out after the backup is not known here.';

/** How many changes a restored ledger holds that may have gone on after its backup. */
export type Voided = { readonly revoked: number; readonly unknown: number };

/**
 * Makes a ledger that was restored from a backup safe to work on: approvals are void, and what was being carried out is
 * in doubt, to be settled by its mark. All of it is one transaction.
 */
export function voidRestored(ledger: Ledger, actor: EventActor, now: Date): Promise<Voided> {
  const at = now.toISOString();
  return ledger.write(async (tx) => {
    await markRestored(tx, at, actor);
    const approved = await tx.selectFrom('changes').selectAll().where('status', '=', 'approved').execute();
    for (const { id } of approved) await moveChange(tx, { id, from: 'approved', to: 'revoked', at, actor, note });
    const dispatched = await tx.selectFrom('changes').selectAll().where('status', '=', 'dispatched').execute();
    let unknown = 0;
    for (const row of dispatched) {
      if (!(await isInDoubt(tx, row, at))) continue;
      await moveChange(tx, { id: row.id, from: 'dispatched', to: 'unknown', at, actor, note });
      unknown += 1;
    }
    return { revoked: approved.length, unknown };
  });
}

/**
 * Sees to it that the step that may have been begun after the backup is on record as begun. Of a change whose every step
 * is done nothing is in doubt: it only has to be looked at and finished.
 */
async function isInDoubt(tx: LedgerTx, { id, claimed_by: executor }: ChangeRow, at: string): Promise<boolean> {
  const { open, next, attempts } = await progressOf(tx, id);
  if (open) return true;
  const kept = await findSealed(tx, id);
  const name = kept && unseal(kept).body.steps[next];
  if (name === undefined || executor === null) return false;
  await keepAttempt(tx, { changeId: id, step: next, attempt: attempts + 1, name, executor, at: new Date(at) });
  return true;
}
