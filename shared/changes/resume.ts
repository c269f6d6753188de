import { AppError } from '#shared/errors.ts';
import { progressOf } from '#shared/ledger/attempts.ts';
import { type ChangeRow, findChange } from '#shared/ledger/changes.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { makeDue } from '#shared/ledger/due.ts';
import { appendEvent } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { findOpenTwin, findSealed } from '#shared/ledger/proposals.ts';
import { restoresOf } from '#shared/ledger/restores.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Approver } from './decision.ts';
import { type Sealed, unseal } from './sealed.ts';
import { isOpen } from './transitions.ts';

/** The steps of a change that were not done. */
export async function stepsLeft(db: LedgerDb, { body }: Sealed): Promise<readonly string[]> {
  const { receipts } = await progressOf(db, body.change_id);
  return body.steps.filter((step) => !Object.hasOwn(receipts, step));
}

/**
 * Asks that the steps left of a partial change be carried out, under the approval that it has. The executor takes it up,
 * verifies everything again, and says in the change's record when it cannot. Throws AppError `not_found`, `wrong_state`,
 * `seal_mismatch` or `expired`.
 */
export async function requestResume(
  { ledger, now }: { readonly ledger: Ledger; readonly now: () => Date },
  asked: { readonly changeId: string; readonly reason: string; readonly person: Approver },
): Promise<void> {
  const { changeId, reason, person } = asked;
  const at = now().toISOString();
  await ledger.write(async (tx) => {
    const row = await findChange(tx, changeId);
    const kept = await findSealed(tx, changeId);
    if (!row) throw new AppError('not_found', 'There is no such change.');
    if (row.status !== 'partial' || !kept) {
      throw new AppError('wrong_state', `The change is ${row.status}: there is nothing of it to take up again.`);
    }
    const left = await stepsLeft(tx, unseal(kept));
    const approvals = (await decisionsOf(tx, changeId)).filter(({ verb }) => verb === 'approve');
    if (approvals.some(({ expires_at }) => expires_at <= at)) {
      throw new AppError('expired', 'The approval of this change has ended.', {
        next: 'Restore what was done, or have the agent propose the rest anew.',
      });
    }
    const obstacle = await obstacleTo(tx, row);
    if (obstacle !== null) throw new AppError('wrong_state', obstacle);
    const actor = { kind: 'person', ...person } as const;
    await appendEvent(tx, { at, type: 'resume.asked', changeId, actor, body: { reason, left } });
    await makeDue(tx, changeId, 'partial');
  });
}

/** Why what is left of a partial change may not be taken up beside what others did about it since; null when it may. */
export async function obstacleTo(db: LedgerDb, row: ChangeRow): Promise<string | null> {
  const restores = await restoresOf(db, row.id);
  const restore = restores.find(({ status }) => isOpen(status) || status === 'applied' || status === 'partial');
  if (restore) return `${restore.id} puts back what this change did.`;
  const twin = await findOpenTwin(db, row.fingerprint);
  return twin ? `The same was proposed anew, as ${twin.id}.` : null;
}
