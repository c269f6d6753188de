import { AppError } from '#shared/errors.ts';
import { type Progress, progressOf } from '#shared/ledger/attempts.ts';
import { mayLeave } from '#shared/ledger/held.ts';
import { isStopped } from '#shared/ledger/stops.ts';
import { type Json, type Landed, NotDone, type Step } from '#shared/tools/index.ts';
import { beginStep } from './begin-step.ts';
import { afterNotDone, earlierOf, foundOf, looksBack } from './course.ts';
import { endUnfinished } from './end-unfinished.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { finish } from './finish.ts';
import { haltInLedger, haltOf } from './halt.ts';
import { endHeld, leaseTime, moveHeld } from './held.ts';
import { markOf } from './mark.ts';
import { mintPermit } from './mint-permit.ts';
import { originOf, readerOf } from './origin.ts';
import { assertStillReviewed } from './see-reviews.ts';
import { sponsorHalt } from './sponsor-halt.ts';
import { sponsorAges } from './sponsors.ts';
import type { VerifiedChange } from './verify.ts';

const stoppedNote = 'Writes are stopped; it goes on when the stop ends.';

/**
 * Carries out what is left of a dispatched change, step by step: intent committed, permit minted, writer opened, step
 * run, receipt committed. Nothing else mints permits. `begun`: when the intent to run the next step was committed, if
 * it was; a reading of `performance.now()` from before that.
 */
export async function runSteps<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  begun: number | null = null,
): Promise<WorkResult> {
  const steps = change.granted.tool.steps(change.plan);
  try {
    for (let since = begun; ; since = null) {
      const progress = await progressOf(context.ledger.db, change.row.id);
      const step = steps[progress.next];
      if (step === undefined) return await finish(context, change, progress.receipts, 'dispatched');
      const result = await runStep(context, change, step, { ...progress, since });
      if (result !== 'go on') return result;
    }
  } finally {
    await context.door.done(change.row.id);
  }
}

/** `since`: when the step was begun, if it was already. */
type Standing = Progress & { readonly since: number | null };

async function runStep<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  step: Step<R, W>,
  progress: Standing,
): Promise<WorkResult | 'go on'> {
  const { ledger } = context;
  const since = progress.since ?? performance.now();
  if (progress.since === null) {
    const halt = await ledger.write((tx) => beginStep(tx, context, change, { name: step.name, progress }));
    if (halt === 'stopped') return { later: stoppedNote };
    if (halt) return endUnfinished(context, change, { from: 'dispatched', undone: 'failed', why: halt.why });
  }
  const attempt = progress.open?.attempt ?? progress.attempts + 1;
  const ended = { changeId: change.row.id, step: progress.next, attempt };
  try {
    const receipt = await write(context, change, step, { ...progress, attempt, since });
    await ledger.write((tx) => endHeld(tx, context, { ...ended, outcome: 'done', receipt }));
    return 'go on';
  } catch (error) {
    if (!(error instanceof NotDone)) return doubt(context, change.row.id, step.name, error);
    const { what, end } = await judge(context, change, step, progress, error);
    if (what === 'doubt') return doubt(context, change.row.id, step.name, error);
    await ledger.write((tx) => endHeld(tx, context, { ...ended, ...end }));
    if (what === 'landed') return 'go on';
    if (what === 'later') return { later: error.message, cause: error };
    return endUnfinished(context, change, { from: 'dispatched', undone: what, why: error.message });
  }
}

/** What an attempt comes to that was not done, and how to record it. */
async function judge<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  step: Step<R, W>,
  progress: Progress,
  { kind }: NotDone,
) {
  const earlier = earlierOf(progress.lost, context.now());
  const look = (): Promise<Landed> =>
    landed(context, change, step, progress).catch((error: unknown): Landed => {
      // What is gone for good cannot be looked at; then the refusal of a first request is believed.
      if (earlier !== 'none' || (error instanceof AppError && error.retryable)) throw error;
      return 'unclear';
    });
  const found = looksBack(kind) ? await look() : 'not_found';
  const what = afterNotDone({ kind, earlier, found: foundOf(found) });
  const end =
    typeof found === 'object'
      ? ({ outcome: 'landed', receipt: found.landed } as const)
      : ({ outcome: 'not_done' } as const);
  return { what, end };
}

function landed<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  step: Step<R, W>,
  progress: Progress,
): Promise<Landed> {
  return step.landed(
    readerOf(context, change.sealed.body),
    markOf(change.sealed.body),
    progress.receipts,
    change.contents,
  );
}

async function write<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  step: Step<R, W>,
  progress: Progress & { readonly attempt: number; readonly since: number },
): Promise<Json> {
  const permit = mintPermit({
    changeId: change.row.id,
    tool: change.granted.tool.name,
    step: step.name,
    target: change.target,
  });
  await assertSponsored(context, change);
  const writer = await open(() => context.door.open(permit));
  await assertStillReviewed(context, change);
  await assertMayLeave(context, change, progress);
  return step.run({
    write: writer,
    mark: markOf(change.sealed.body),
    origin: originOf(change),
    earlier: progress.receipts,
    contents: change.contents,
    goOn: () => assertMayLeave(context, change, { ...progress, since: performance.now() }),
  });
}

/**
 * Asks all of it again right before the request leaves. To open a writer may take a while, in which the change may have
 * been stopped, or this process frozen and its change taken over: then nothing goes out. The last question is one that
 * no await follows, so that a freeze after the answers is noticed too.
 */
async function assertMayLeave<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  { next, attempt, since }: { readonly next: number; readonly attempt: number; readonly since: number },
): Promise<void> {
  const { ledger, executor, leaseMs } = context;
  const asked = performance.now();
  // The lease is renewed every third of its length; a quarter is left unless this process does not get on.
  const margin = leaseMs / 4;
  const until = leaseTime(context) + margin;
  const changeId = change.row.id;
  if (await isStopped(ledger.db, changeId)) throw new NotDone('unavailable', stoppedNote);
  const own = await mayLeave(ledger.db, { changeId, step: next, attempt, executor, until });
  const ended = await haltInLedger(ledger.db, change);
  const halt = ended ?? haltOf(context, change);
  if (halt) throw new NotDone('refused', halt.why);
  if (!own || performance.now() - asked > margin || performance.now() - since > leaseMs) {
    throw new NotDone('unavailable', 'Opening the writer took too long.');
  }
}

/** An agent's change goes no further than its sponsor may; who cannot tell lets nothing out. */
async function assertSponsored<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
): Promise<void> {
  const halt = await sponsorHalt(context, change, sponsorAges.step).catch((cause: unknown) => {
    throw new NotDone('unavailable', 'What the sponsor may do could not be asked.', { cause });
  });
  if (halt) throw new NotDone('refused', halt.why);
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
  context: ExecutorContext<R, W, A, T>,
  id: string,
  step: string,
  cause: unknown,
): Promise<WorkResult> {
  const note = `Whether the step ${step} took effect is not known yet.`;
  await context.ledger.write((tx) => moveHeld(tx, context, { id, from: 'dispatched', to: 'unknown', note }));
  return { later: note, cause };
}
