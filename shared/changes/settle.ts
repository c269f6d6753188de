import { endAttempt, type Progress, progressOf } from '#shared/ledger/attempts.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import type { Json } from '#shared/tools/index.ts';
import { endUnfinished } from './end-unfinished.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { finish } from './finish.ts';
import { haltFrom, haltOf } from './halt.ts';
import { markOf } from './mark.ts';
import { runSteps } from './run-steps.ts';
import { type VerifiedChange, verifyApproved } from './verify.ts';

/** How long a request may be under way after nobody waits for its answer any more; milliseconds. */
const requestMs = 10 * 60_000;

/** Takes up a change whose executor died: goes on, or first finds out what the step that was under way did. */
export async function resumeDispatched<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  id: string,
): Promise<WorkResult> {
  const { ledger, now, server } = context;
  const { open } = await progressOf(ledger.db, id);
  if (!open) return goOn(context, id);
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

/** Goes on with a change of which every step that was begun has ended. */
async function goOn<R, W, A, T extends Json>(context: ExecutorContext<R, W, A, T>, id: string): Promise<WorkResult> {
  const { ledger, now, server } = context;
  const change = await verifyApproved(context, context.keys(), ledger.db, id).catch((error: unknown) => {
    const halt = haltFrom(error);
    if (halt) return halt;
    throw error;
  });
  if (!('status' in change)) return runSteps(context, change);
  // What cannot be verified any more cannot be looked at either: no state after it is kept.
  const { next } = await progressOf(ledger.db, id);
  const to = next === 0 ? 'failed' : 'partial';
  const actor = { kind: 'server', server } as const;
  const move = { id, from: 'dispatched', to, at: now().toISOString(), actor, note: change.why } as const;
  await ledger.write((tx) => moveChange(tx, move));
  return 'done';
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
  const halt = haltOf(context, change);
  if (before.open && !(await settleAttempt(context, change, before, { ...before.open, repeats: !halt }))) {
    return { later: 'Neither our mark nor its absence can be shown; a person has to look.' };
  }
  const { next, receipts } = await progressOf(ledger.db, id);
  if (next === change.sealed.body.steps.length) return finish(context, change, receipts, 'unknown');
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
  open: NonNullable<Progress['open']> & { readonly repeats: boolean },
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
  // A request that may still be under way is no danger where the backend lets only one of two take effect. Without a
  // second one it could still take effect after we had said that nothing was done.
  const over = open.repeats || Date.parse(open.begunAt) + requestMs <= now().getTime();
  if (found === 'not_found' && step.repeat === 'guarded' && over) {
    await ledger.write((tx) => endAttempt(tx, { ...end, outcome: 'lost', at: now().toISOString() }));
    return true;
  }
  return false;
}
