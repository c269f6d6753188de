import { type Progress, progressOf } from '#shared/ledger/attempts.ts';
import type { Json, Step } from '#shared/tools/index.ts';
import { beginStep } from './begin-step.ts';
import { afterLook, afterSettling, endOf, foundOf, isOver } from './course.ts';
import { endUnfinished } from './end-unfinished.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { finish } from './finish.ts';
import { haltFrom, haltInLedger, haltOf } from './halt.ts';
import { endHeld, moveHeld } from './held.ts';
import { markOf } from './mark.ts';
import { readerOf } from './origin.ts';
import { runSteps } from './run-steps.ts';
import { type VerifiedChange, verifyApproved } from './verify.ts';

/** Takes up a change whose executor died: goes on, or first finds out what the step that was under way did. */
export async function resumeDispatched<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  id: string,
): Promise<WorkResult> {
  const { ledger } = context;
  const { open } = await progressOf(ledger.db, id);
  if (!open) return goOn(context, id);
  await ledger.write((tx) =>
    moveHeld(tx, context, {
      id,
      from: 'dispatched',
      to: 'unknown',
      note: 'The server stopped while a step was under way; whether it took effect is being found out.',
    }),
  );
  return { later: 'it was in doubt' };
}

/** Goes on with a change of which every step that was begun has ended. */
async function goOn<R, W, A, T extends Json>(context: ExecutorContext<R, W, A, T>, id: string): Promise<WorkResult> {
  const { ledger } = context;
  const change = await verifyApproved(context, context.keys(), ledger, id).catch((error: unknown) => {
    const halt = haltFrom(error);
    if (halt) return halt;
    throw error;
  });
  if (!('status' in change)) return runSteps(context, change);
  // What cannot be verified any more cannot be looked at either: no state after it is kept.
  const { next } = await progressOf(ledger.db, id);
  const to = endOf({ from: 'dispatched', done: next, undone: 'failed' });
  await ledger.write((tx) => moveHeld(tx, context, { id, from: 'dispatched', to, note: change.why }));
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
  const { ledger } = context;
  const change = await verifyApproved(context, context.keys(), ledger, id);
  const before = await progressOf(ledger.db, id);
  const halt = haltOf(context, change) ?? (await haltInLedger(ledger.db, change));
  const step = change.granted.tool.steps(change.plan)[before.next];
  if (before.open && step) {
    const settling = { step, progress: before, open: before.open };
    const how = await settleAttempt(context, change, { ...settling, goesOn: !halt });
    if (how === 'wait') return { later: 'Neither our mark nor its absence can be shown; a person has to look.' };
    if (how === 'repeat') return repeatStep(context, change, settling);
  }
  const { next, receipts } = await progressOf(ledger.db, id);
  const course = afterSettling({ done: next, steps: change.sealed.body.steps.length, goesOn: !halt });
  if (course === 'finish') return finish(context, change, receipts, 'unknown');
  if (halt) return endUnfinished(context, change, { from: 'unknown', undone: 'failed', why: halt.why });
  await ledger.write((tx) => moveHeld(tx, context, { id, from: 'unknown', to: 'dispatched' }));
  return runSteps(context, change);
}

/** The attempt in doubt. */
type Settling<R, W> = {
  readonly step: Step<R, W>;
  readonly progress: Progress;
  readonly open: NonNullable<Progress['open']>;
};

async function settleAttempt<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  { step, progress, open, goesOn }: Settling<R, W> & { readonly goesOn: boolean },
): Promise<ReturnType<typeof afterLook>> {
  const { ledger, now } = context;
  const reader = readerOf(context, change.sealed.body);
  const over = isOver(open.begunAt, now());
  const found = await step.landed(reader, markOf(change.sealed.body), progress.receipts, change.contents);
  const how = afterLook({ found: foundOf(found), repeat: step.repeat, over, goesOn });
  if (how !== 'landed' && how !== 'lost') return how;
  const receipt = typeof found === 'object' ? { receipt: found.landed } : {};
  const end = { changeId: change.row.id, step: open.step, attempt: open.attempt, outcome: how, ...receipt } as const;
  await ledger.write((tx) => endHeld(tx, context, end));
  return how;
}

/** Gives an attempt up whose request may still be under way, and begins the next, of which only one can take effect. */
async function repeatStep<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  { step, progress, open }: Settling<R, W>,
): Promise<WorkResult> {
  const begun = performance.now();
  const next = { name: step.name, progress, giveUp: open };
  const halt = await context.ledger.write((tx) => beginStep(tx, context, change, next));
  if (halt) return { later: 'Nothing more may be written; whether the last step took effect is not known yet.' };
  return runSteps(context, change, begun);
}
