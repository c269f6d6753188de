import { AppError } from '#shared/errors.ts';
import { findChange, moveChange } from '#shared/ledger/changes.ts';
import { decisionsOf, insertDecision } from '#shared/ledger/decisions.ts';
import { appendEvent, type EventActor } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import { type Approver, type DecisionStatement, signDecision } from './decision.ts';
import { denyApproval, meetsQuorum } from './entitled.ts';
import type { SigningKey } from './keys.ts';
import { type Sealed, unseal } from './sealed.ts';
import type { Status } from './transitions.ts';

export type DecideContext = { readonly ledger: Ledger; readonly key: SigningKey; readonly now: () => Date };

export type DecisionInput = {
  readonly changeId: string;
  readonly verb: DecisionStatement['verb'];
  readonly approver: Approver;
  /** The seal that the person was shown. */
  readonly seal: string;
  readonly reason: string;
};

/**
 * Takes a signed-in person's answer to a change, signs and keeps it, and moves the change. Answers where the change
 * stands then. Throws AppError `not_found`, `wrong_state`, `seal_mismatch`, `expired` or `not_permitted`.
 */
export async function decide(context: DecideContext, input: DecisionInput): Promise<Status> {
  const at = context.now().toISOString();
  const outcome = await context.ledger.write(async (tx) => {
    const sealed = await decidable(tx, input);
    if (sealed.body.expires_at <= at) {
      await moveChange(tx, { id: input.changeId, from: 'pending', to: 'expired', at, actor: clock });
      return 'too late';
    }
    const denial = input.verb === 'approve' ? denyApproval(sealed.body, input.approver) : null;
    if (denial) throw new AppError('not_permitted', denial);
    const before = await decisionsOf(tx, input.changeId);
    if (before.some(({ issuer, subject }) => issuer === input.approver.issuer && subject === input.approver.subject)) {
      throw new AppError('wrong_state', 'You have decided this change already; it waits for others.');
    }
    await keepDecision(tx, context.key, sealed, input, at);
    return settle(tx, sealed, input, at);
  });
  if (outcome === 'too late') throw new AppError('expired', 'The change expired before it was decided.');
  return outcome;
}

const clock: EventActor = { kind: 'server', server: 'approvals' };

async function decidable(tx: LedgerTx, input: DecisionInput): Promise<Sealed> {
  const row = await findChange(tx, input.changeId);
  const kept = await findSealed(tx, input.changeId);
  if (!row) throw new AppError('not_found', 'There is no such change.');
  if (row.status !== 'pending' || !kept) {
    throw new AppError('wrong_state', `The change is ${row.status}, not waiting for a decision.`);
  }
  if (kept.seal !== input.seal) {
    throw new AppError('seal_mismatch', 'The decision names another seal than the change has.', {
      next: 'Look at the change again and decide on what it shows now.',
    });
  }
  return unseal(kept);
}

async function keepDecision(
  tx: LedgerTx,
  key: SigningKey,
  sealed: Sealed,
  input: DecisionInput,
  at: string,
): Promise<void> {
  const statement: DecisionStatement = {
    format: 'countersign/decision@1',
    change_id: input.changeId,
    verb: input.verb,
    approver: input.approver,
    seal: sealed.seal,
    decided_at: at,
    expires_at: sealed.body.expires_at,
    reason: input.reason,
  };
  await insertDecision(tx, {
    change_id: input.changeId,
    verb: input.verb,
    ...input.approver,
    seal: sealed.seal,
    decided_at: at,
    expires_at: statement.expires_at,
    envelope: signDecision(key, statement),
  });
  await appendEvent(tx, {
    at,
    type: 'decision.made',
    changeId: input.changeId,
    actor: { kind: 'person', ...input.approver },
    body: { verb: input.verb, seal: sealed.seal, reason: input.reason },
  });
}

async function settle(tx: LedgerTx, sealed: Sealed, input: DecisionInput, at: string): Promise<Status> {
  const actor: EventActor = { kind: 'person', ...input.approver };
  const move = { id: input.changeId, from: 'pending', at, actor } as const;
  if (input.verb === 'reject') {
    await moveChange(tx, { ...move, to: 'rejected', note: input.reason });
    return 'rejected';
  }
  const decisions = await decisionsOf(tx, input.changeId);
  if (
    !meetsQuorum(
      sealed.body,
      decisions.filter((one) => one.verb === 'approve'),
    )
  )
    return 'pending';
  await moveChange(tx, { ...move, to: 'approved' });
  return 'approved';
}
