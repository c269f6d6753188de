import { progressOf } from '#shared/ledger/attempts.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { endResume } from '#shared/ledger/due.ts';
import { appendEvent } from '#shared/ledger/events.ts';
import { assertHeld } from '#shared/ledger/held.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import type { Json } from '#shared/tools/index.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { haltFrom, haltInLedger, haltOf } from './halt.ts';
import { moveHeld } from './held.ts';
import { obstacleTo } from './resume.ts';
import { runSteps } from './run-steps.ts';
import { sponsorHalt } from './sponsor-halt.ts';
import { sponsorAges } from './sponsors.ts';
import { verifyApproved } from './verify.ts';

/**
 * Takes up a partial change of which a person asked it: verifies all of it again, and carries out the steps that are
 * left. When it may not go on it stays partial, and its record says why.
 */
export async function resumePartial<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  id: string,
): Promise<WorkResult> {
  const { ledger, now, server, executor } = context;
  const change = await verifyApproved(context, context.keys(), ledger, id).catch((error: unknown) => {
    const halt = haltFrom(error);
    if (halt) return halt;
    throw error;
  });
  const halt =
    'status' in change
      ? change
      : (haltOf(context, change) ??
        (await haltInLedger(ledger.db, change)) ??
        (await sponsorHalt(context, change, sponsorAges.dispatch)));
  const actor = { kind: 'server', server } as const;
  const at = now().toISOString();
  const stays = async (tx: LedgerTx, note: string): Promise<'stays'> => {
    await appendEvent(tx, { at, type: 'resume.refused', changeId: id, actor, body: { note } });
    await endResume(tx, id);
    return 'stays';
  };
  const went = await ledger.write(async (tx) => {
    await assertHeld(tx, { id, executor });
    if (halt) return stays(tx, halt.why);
    const row = await findChange(tx, id);
    const obstacle = row ? await obstacleTo(tx, row) : null;
    if (obstacle !== null) return stays(tx, obstacle);
    const { next } = await progressOf(tx, id);
    await moveHeld(tx, context, { id, from: 'partial', to: 'dispatched', note: `Taken up again at step ${next + 1}.` });
    return 'on';
  });
  if (went === 'stays' || 'status' in change) return 'done';
  return runSteps(context, change);
}
