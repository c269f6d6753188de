import { AppError } from '#shared/errors.ts';
import { progressOf } from '#shared/ledger/attempts.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { makeDue } from '#shared/ledger/due.ts';
import { appendEvent } from '#shared/ledger/events.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import type { LedgerDb, LedgerTx } from '#shared/ledger/schema.ts';
import type { DecideContext } from './decide.ts';
import type { Approver } from './decision.ts';
import { overAt } from './request-age.ts';
import { type Settlement, settledEvent, settlementOf, signSettlement } from './settlement.ts';

/** A step of which nobody knows whether it took effect. */
export type Doubt = {
  readonly step: number;
  readonly attempt: number;
  readonly name: string;
  readonly begunAt: string;
  readonly seal: string;
  /** From when on a person may settle it: before, the request may still be under way. */
  readonly settleFrom: string;
  /** Whether a person has, and the executor has not come to it yet. */
  readonly answered: boolean;
};

/** The step that a change is in doubt about; null when it is not. */
export async function doubtOf(db: LedgerDb, changeId: string): Promise<Doubt | null> {
  const [row, kept, { open }] = await Promise.all([
    findChange(db, changeId),
    findSealed(db, changeId),
    progressOf(db, changeId),
  ]);
  if (row?.status !== 'unknown' || !kept || !open) return null;
  const answered = (await settlementOf(db, changeId, open)) !== null;
  const settleFrom = new Date(overAt(open.begunAt)).toISOString();
  return { ...open, name: await nameOf(db, changeId, open.step), seal: kept.seal, settleFrom, answered };
}

async function nameOf(db: LedgerDb, changeId: string, step: number): Promise<string> {
  const named = db.selectFrom('attempts').select('name').where('change_id', '=', changeId).where('step', '=', step);
  return (await named.executeTakeFirstOrThrow()).name;
}

export type SettleInput = {
  readonly changeId: string;
  /** The name of the step. */
  readonly step: string;
  readonly answer: Settlement['answer'];
  readonly seal: string;
  readonly reason: string;
  readonly person: Approver;
};

/**
 * Takes a person's word on a step whose answer was lost, signs and keeps it, and lets the executor take the change up
 * with it. Throws AppError `not_found`, `wrong_state` or `seal_mismatch`.
 */
export async function settleByPerson({ ledger, key, now }: DecideContext, input: SettleInput): Promise<void> {
  const at = now().toISOString();
  await ledger.write(async (tx) => {
    const doubt = await settleable(tx, input, at);
    const { changeId, answer, reason, person, seal } = input;
    const { step, attempt } = doubt;
    const said = { change_id: changeId, seal, step, attempt, answer, person, settled_at: at, reason };
    const envelope = signSettlement(key, { format: 'countersign/settlement@1', ...said });
    await appendEvent(tx, {
      at,
      type: settledEvent,
      changeId,
      actor: { kind: 'person', ...person },
      body: { step, attempt, answer, reason, envelope },
    });
    await makeDue(tx, changeId, 'unknown');
  });
}

async function settleable(tx: LedgerTx, input: SettleInput, at: string): Promise<Doubt> {
  const row = await findChange(tx, input.changeId);
  if (!row) throw new AppError('not_found', 'There is no such change.');
  const doubt = await doubtOf(tx, input.changeId);
  if (!doubt) throw new AppError('wrong_state', `The change is ${row.status}: no step of it is in doubt.`);
  if (doubt.seal !== input.seal) {
    throw new AppError('seal_mismatch', 'The answer names another seal than the change has.', {
      next: 'Look at the change again.',
    });
  }
  if (doubt.name !== input.step) {
    throw new AppError('wrong_state', `The step in doubt is ${doubt.name}, not the one that you name.`);
  }
  if (doubt.answered) throw new AppError('wrong_state', 'Somebody has settled this already.');
  if (at < doubt.settleFrom) {
    throw new AppError('wrong_state', `The request may still be under way until ${doubt.settleFrom}.`, {
      next: 'Settle it after that, if it has not settled itself.',
    });
  }
  return doubt;
}
