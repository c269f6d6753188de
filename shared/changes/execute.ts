import type { Json } from '#shared/tools/index.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { type Halt, haltFrom, haltInLedger, haltOf } from './halt.ts';
import { moveHeld } from './held.ts';
import { readerOf } from './origin.ts';
import { presentScopeHalt } from './present-scope.ts';
import { runSteps } from './run-steps.ts';
import { sponsorHalt } from './sponsor-halt.ts';
import { sponsorAges } from './sponsors.ts';
import { type VerifiedChange, verifyApproved } from './verify.ts';

/** Starts an approved change that this executor holds: verifies all of it, asks whether it still holds, dispatches. */
export async function executeApproved<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  id: string,
): Promise<WorkResult> {
  const move = (to: 'expired' | 'revoked' | 'stale' | 'dispatched', note?: string): Promise<void> =>
    context.ledger.write((tx) => moveHeld(tx, context, { id, from: 'approved', to, note: note ?? null }));
  const change = await verified(context, id);
  if ('status' in change) {
    await move(change.status, change.why);
    return 'done';
  }
  const [still, outside, unsponsored] = await Promise.all([
    change.granted.tool.still(change.plan, change.before, readerOf(context, change.sealed.body)),
    presentScopeHalt(context, change),
    sponsorHalt(context, change, sponsorAges.dispatch),
  ]);
  const halt = outside ?? unsponsored;
  if (still !== 'holds') {
    await move('stale', still.stale);
    return 'done';
  }
  if (halt) {
    await move(halt.status, halt.why);
    return 'done';
  }
  await move('dispatched');
  return runSteps(context, change);
}

async function verified<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  id: string,
): Promise<VerifiedChange<R, W, A, T> | Halt> {
  const keys = context.keys();
  try {
    const change = await verifyApproved(context, keys, context.ledger, id);
    return haltOf(context, change) ?? (await haltInLedger(context.ledger.db, change)) ?? change;
  } catch (error) {
    const halt = haltFrom(error);
    if (halt) return halt;
    throw error;
  }
}
