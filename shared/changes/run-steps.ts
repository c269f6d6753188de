import { AppError } from '#shared/errors.ts';
import { beginAttempt, endAttempt, type Progress, progressOf } from '#shared/ledger/attempts.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import { isStopped } from '#shared/ledger/stops.ts';
import { type Json, type Landed, NotDone, type Step } from '#shared/tools/index.ts';
import { endUnfinished } from './end-unfinished.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { finish } from './finish.ts';
import { haltOf } from './halt.ts';
import { markOf } from './mark.ts';
import { mintPermit } from './mint-permit.ts';
import type { VerifiedChange } from './verify.ts';

const stoppedNote = 'Writes are stopped; it goes on when the stop ends.';

/**
 * Carries out what is left of a dispatched change, step by step: intent committed, permit minted, writer opened, step
 * run, receipt committed. Nothing else mints permits.
 */
export async function runSteps<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
): Promise<WorkResult> {
  const steps = change.granted.tool.steps(change.plan);
  try {
    for (;;) {
      const progress = await progressOf(context.ledger.db, change.row.id);
      const step = steps[progress.next];
      if (step === undefined) return await finish(context, change, progress.receipts, 'dispatched');
      const result = await runStep(context, change, step, progress);
      if (result !== 'go on') return result;
    }
  } finally {
    await context.door.done(change.row.id);
  }
}

async function runStep<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  step: Step<R, W>,
  progress: Progress,
): Promise<WorkResult | 'go on'> {
  const { ledger, now } = context;
  const id = change.row.id;
  const attempt = { changeId: id, step: progress.next, attempt: progress.attempts + 1 };
  const halt = await ledger.write(async (tx) => {
    if (await isStopped(tx, id)) return 'stopped';
    const halt = haltOf(context, change);
    if (!halt) await beginAttempt(tx, { ...attempt, name: step.name, executor: context.executor, at: now() });
    return halt;
  });
  if (halt === 'stopped') return { later: stoppedNote };
  if (halt) return endUnfinished(context, change, { from: 'dispatched', undone: 'failed', why: halt.why });
  try {
    const receipt = await write(context, change, step, progress);
    await ledger.write((tx) => endAttempt(tx, { ...attempt, outcome: 'done', receipt, at: now().toISOString() }));
    return 'go on';
  } catch (error) {
    if (!(error instanceof NotDone)) return doubt(context, id, step.name, error);
    // An earlier request that was given up for lost may have come through in the meantime and be what is in the way.
    const repeated = error.kind !== 'unavailable' && progress.attempts > 0;
    const earlier = repeated ? await landed(context, change, step, progress) : 'not_found';
    if (earlier === 'unclear') return doubt(context, id, step.name, error);
    const ours = typeof earlier === 'object';
    const end = ours ? ({ outcome: 'landed', receipt: earlier.landed } as const) : ({ outcome: 'not_done' } as const);
    await ledger.write((tx) => endAttempt(tx, { ...attempt, ...end, at: now().toISOString() }));
    if (ours) return 'go on';
    if (error.kind === 'unavailable') return { later: error.message, cause: error };
    const undone = error.kind === 'stale' ? 'stale' : 'failed';
    return endUnfinished(context, change, { from: 'dispatched', undone, why: error.message });
  }
}

function landed<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  step: Step<R, W>,
  progress: Progress,
): Promise<Landed> {
  return step.landed(context.reader, markOf(change.sealed.body), progress.receipts, change.contents);
}

async function write<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  step: Step<R, W>,
  progress: Progress,
): Promise<Json> {
  const permit = mintPermit({
    changeId: change.row.id,
    tool: change.granted.tool.name,
    step: step.name,
    target: change.target,
  });
  const begun = performance.now();
  const writer = await open(() => context.door.open(permit));
  // To open a writer may take a while; what was stopped in the meantime does not start any more.
  if (await isStopped(context.ledger.db, change.row.id)) throw new NotDone('unavailable', stoppedNote);
  const halt = haltOf(context, change);
  if (halt) throw new NotDone('refused', halt.why);
  // A process that was frozen may wake up when its change is no longer its own.
  if (performance.now() - begun > context.leaseMs)
    throw new NotDone('unavailable', 'Opening the writer took too long.');
  return step.run({
    write: writer,
    mark: markOf(change.sealed.body),
    earlier: progress.receipts,
    contents: change.contents,
  });
}

/** A writer that cannot be opened has written nothing. */
async function open<W>(door: () => Promise<W>): Promise<W> {
  try {
    return await door();
  } catch (cause) {
    if (cause instanceof NotDone) throw cause;
    const kind = cause instanceof AppError && !cause.retryable ? 'refused' : 'unavailable';
    throw new NotDone(kind, 'No credential for this write could be had.', { cause });
  }
}

/** Whether the step happened is not known: nobody writes again before that is settled. */
async function doubt<R, W, A, T extends Json>(
  { ledger, now, server }: ExecutorContext<R, W, A, T>,
  id: string,
  step: string,
  cause: unknown,
): Promise<WorkResult> {
  const note = `Whether the step ${step} took effect is not known yet.`;
  const actor = { kind: 'server', server } as const;
  const at = now().toISOString();
  await ledger.write((tx) => moveChange(tx, { id, from: 'dispatched', to: 'unknown', at, actor, note }));
  return { later: note, cause };
}
