import { AppError } from '#shared/errors.ts';
import { noteDelay } from '#shared/ledger/delays.ts';
import { type DueWork, dueWork, releaseLease, renewLeases, takeLease } from '#shared/ledger/leases.ts';
import { shortenLeases } from '#shared/ledger/long-leases.ts';
import type { Json } from '#shared/tools/index.ts';
import { executeApproved } from './execute.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { leaseTime } from './held.ts';
import { planAsked } from './plan-asked.ts';
import { resumePartial } from './resume-partial.ts';
import { resumeDispatched } from './settle.ts';
import { settleDoubt } from './settle-doubt.ts';

/** How many changes one executor carries out at the same time. */
const concurrency = 4;

/** How long a change waits after a first fruitless try, and at most; milliseconds. */
const backoff = { first: 500, most: 60_000 };

export type WorkerLog = (event: { change: string; what: string; error?: unknown }) => void;

/** Carries out what is due for a server, until stopped. `stop` waits for what is under way. */
export type Worker = { readonly stop: () => Promise<void> };

/** Starts the executor of a server: it is woken by commits and looks by itself once a second. */
export function startWorker<R, W, A, T extends Json>(context: ExecutorContext<R, W, A, T>, log: WorkerLog): Worker {
  const { ledger, server, executor, leaseMs, now } = context;
  const running = new Map<string, Promise<void>>();
  const failures = new Map<string, number>();
  let stopped = false;
  let looking: Promise<void> | null = null;
  let again = false;

  const wake = (): void => {
    if (stopped) return;
    again = true;
    looking ??= look().finally(() => {
      looking = null;
      // A wake that came after the last look had ended, and before this.
      if (again) wake();
    });
  };

  const look = async (): Promise<void> => {
    while (again && !stopped) {
      again = false;
      try {
        for (const work of await dueWork(ledger.db, server, leaseTime(context))) {
          if (running.size >= concurrency || stopped) break;
          if (!running.has(work.id) && (await take(work))) start(work);
        }
      } catch (error) {
        log({ change: '', what: 'the ledger cannot be reached', error });
      }
    }
  };

  const take = (work: DueWork): Promise<boolean> => {
    const at = leaseTime(context);
    return ledger.write((tx) => takeLease(tx, { ...work, executor, now: at, until: at + leaseMs }));
  };

  const start = (work: DueWork): void => {
    const run = carryOut(context, work)
      .catch((error: unknown): WorkResult => ({ later: whyNotNow(error), cause: error }))
      .then((result) => end(work, result))
      .catch((error: unknown) => log({ change: work.id, what: 'the ledger cannot be reached', error }))
      .finally(() => {
        running.delete(work.id);
        wake();
      });
    running.set(work.id, run);
  };

  const end = async (work: DueWork, result: WorkResult): Promise<void> => {
    if (result === 'done') {
      failures.delete(work.id);
      return;
    }
    log({ change: work.id, what: result.later, error: result.cause });
    const failed = (failures.get(work.id) ?? 0) + 1;
    failures.set(work.id, failed);
    const wait = Math.min(backoff.most, backoff.first * 2 ** (failed - 1)) * (0.75 + Math.random() / 2);
    await ledger.write(async (tx) => {
      await noteDelay(tx, { id: work.id, executor, server, note: result.later, at: now() });
      await releaseLease(tx, executor, work.id, leaseTime(context) + Math.round(wait));
    });
  };

  const renew = async (): Promise<void> => {
    const until = leaseTime(context) + leaseMs;
    if (running.size > 0) await ledger.write((tx) => renewLeases(tx, executor, [...running.keys()], until));
    // Twice what anybody is given, so that only a clock that was set back goes beyond it.
    await shortenLeases(ledger, { server, until, beyond: until + 2 * Math.max(leaseMs, 1.25 * backoff.most) });
  };
  const renewing = (): void => {
    renew().catch((error: unknown) => log({ change: '', what: 'leases could not be renewed', error }));
  };

  const quiet = ledger.onCommit(wake);
  const timers = [setInterval(wake, 1_000), setInterval(renewing, leaseMs / 3)];
  wake();
  return {
    stop: async () => {
      stopped = true;
      quiet();
      await looking;
      await Promise.all(running.values());
      for (const timer of timers) clearInterval(timer);
    },
  };
}

/** For the people and the agent who wait for it: an error that is not written for them is for the log alone. */
function whyNotNow(error: unknown): string {
  return error instanceof AppError && error.retryable ? error.message : 'It could not be carried out now.';
}

function carryOut<R, W, A, T extends Json>(context: ExecutorContext<R, W, A, T>, work: DueWork): Promise<WorkResult> {
  switch (work.status) {
    case 'planning':
      return planAsked(context, work.id);
    case 'approved':
      return executeApproved(context, work.id);
    case 'dispatched':
      return resumeDispatched(context, work.id);
    case 'unknown':
      return settleDoubt(context, work.id);
    case 'partial':
      return resumePartial(context, work.id);
  }
}
