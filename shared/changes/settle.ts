import { endAttempt, type Progress, progressOf } from '#shared/ledger/attempts.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import type { Json } from '#shared/tools/index.ts';
import { endUnfinished } from './end-unfinished.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { finish } from './finish.ts';
import { haltOf } from './halt.ts';
import { markOf } from './mark.ts';
import { runSteps } from './run-steps.ts';
import { type VerifiedChange, verifyApproved } from './verify.ts';

/** Takes up a change whose executor died: goes on, or first finds out what the step that was under way did. */
export async function resumeDispatched<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  id: string,
): Promise<WorkResult> {
  const { ledger, now, server } = context;
  const { open } = await progressOf(ledger.db, id);
  if (!open) return runSteps(context, await verifyApproved(context, context.keys(), ledger.db, id));
  await ledger.write((tx) =>
    moveChange(tx, {
      id,
      from: 'dispatched',
      to: 'unknown',
      at: now().toISOString(),
      actor: { kind: 'server', server },
      note: 'The server stopped while a step was under way; whether it took effect is being found out.',
    }),
  );
  return { later: 'it was in doubt' };
}

/**
 * Settles a change in doubt by looking for our own mark, and goes on with what is left of it under the same approval,
 * all checks repeated. What neither the mark nor the backend's precondition can settle stays for a person.
 */
export async function settleUnknown<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  id: string,
): Promise<WorkResult> {
  const { ledger, now, server } = context;
  const change = await verifyApproved(context, context.keys(), ledger.db, id);
  const before = await progressOf(ledger.db, id);
  if (before.open && !(await settleAttempt(context, change, before, before.open))) {
    return { later: 'Neither our mark nor its absence can be shown; a person has to look.' };
  }
  const { next, receipts } = await progressOf(ledger.db, id);
  if (next === change.sealed.body.steps.length) return finish(context, change, receipts, 'unknown');
  const halt = haltOf(context, change);
  if (halt) return endUnfinished(context, change, { from: 'unknown', undone: 'failed', why: halt.why });
  const actor = { kind: 'server', server } as const;
  const at = now().toISOString();
  await ledger.write((tx) => moveChange(tx, { id, from: 'unknown', to: 'dispatched', at, actor }));
  return runSteps(context, change);
}

/** Answers whether it is known now how the open attempt ended. */
async function settleAttempt<R, W, A, T extends Json>(
  { ledger, reader, now }: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  { receipts }: Progress,
  open: NonNullable<Progress['open']>,
): Promise<boolean> {
  const id = change.row.id;
  const step = change.granted.tool.steps(change.plan)[open.step];
  if (!step) return false;
  const found = await step.landed(reader, markOf(change.sealed.body), receipts, change.contents);
  const end = { changeId: id, step: open.step, attempt: open.attempt };
  if (typeof found === 'object') {
    await ledger.write((tx) =>
      endAttempt(tx, { ...end, outcome: 'landed', receipt: found.landed, at: now().toISOString() }),
    );
    return true;
  }
  // A request that may still be under way is no danger where the backend lets only one of two take effect.
  if (found === 'not_found' && step.repeat === 'guarded') {
    await ledger.write((tx) => endAttempt(tx, { ...end, outcome: 'lost', at: now().toISOString() }));
    return true;
  }
  return false;
}
