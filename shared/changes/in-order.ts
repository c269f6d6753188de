import { AppError } from '#shared/errors.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import type { Approver } from './decision.ts';
import type { SealedBody } from './sealed.ts';
import { isLost } from './transitions.ts';

/** What is decided, in order, and by whom. */
type Deciding = { readonly changes: readonly { readonly changeId: string }[]; readonly approver: Approver };

/**
 * Nobody approves what comes after something that they have not approved: throws AppError `wrong_state` unless the
 * earlier change is approved, or this person has approved it, or does so in this decision, before it.
 */
export async function assertInOrder(tx: LedgerTx, body: SealedBody, { changes, approver }: Deciding): Promise<void> {
  if (body.after === undefined) return;
  const { change_id: earlier } = body.after;
  const order = changes.map((one) => one.changeId);
  const place = order.indexOf(earlier);
  if (place >= 0 && place < order.indexOf(body.change_id)) return;
  const status = (await findChange(tx, earlier))?.status ?? 'pending';
  if (isLost(status)) {
    throw new AppError('wrong_state', `${body.change_id} comes after ${earlier}, which is ${status}.`);
  }
  if (status !== 'pending') return;
  const given = await decisionsOf(tx, earlier);
  const isMine = given.some(({ issuer, subject }) => issuer === approver.issuer && subject === approver.subject);
  if (isMine) return;
  throw new AppError('wrong_state', `${body.change_id} comes after ${earlier}, which waits for a decision.`, {
    next: `Look at ${earlier} too, and approve both in one decision, ${earlier} first.`,
  });
}
