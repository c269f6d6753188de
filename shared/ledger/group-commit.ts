import { sql } from 'kysely';
import { AppError } from '#shared/errors.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerTx } from './schema.ts';

/** How many writes share a commit, and for how many milliseconds at most one of them begins after the first. */
const most = 50;
const longestMs = 50;

/** What an engine brings to this. */
type Engine = {
  /** One durable transaction of its own, run again where the engine says that it may be. */
  readonly transaction: Ledger['write'];
  /** An error as callers know it. */
  readonly known: (error: unknown) => unknown;
  /** Whether it asks to run the whole transaction again. */
  readonly mayRunAgain: (error: unknown) => boolean;
};

/** A write that waits. `attempt` runs it and answers how to tell its caller the end, once that is kept. */
type Waiting = {
  readonly attempt: (tx: LedgerTx) => Promise<Tell>;
  readonly alone: (transaction: Ledger['write']) => Promise<void>;
  readonly refuse: (error: unknown) => void;
};
type Tell = () => void;

/**
 * Lets writes that wait at the same time share one transaction, and so one sync of the disk. Each has a savepoint, so
 * that its failure undoes nothing of the others, and none is answered before the commit: what one of them saw, its
 * refusal included, rests on those before it. A write waits for no company, only for the turn of the event loop that it
 * came in and for the commit that is under way.
 */
export function groupCommit(engine: Engine): Ledger['write'] {
  const waiting: Waiting[] = [];
  let running = false;

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const batch = waiting.splice(0, most);
      const [only] = batch;
      if (batch.length === 1) await only?.alone(engine.transaction);
      else waiting.unshift(...(await together(engine, batch)));
    }
    running = false;
  };

  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push({
        attempt: async (tx) => {
          const value = await inSavepoint(engine, tx, work);
          return 'error' in value ? () => reject(value.error) : () => resolve(value.result);
        },
        alone: (transaction) => transaction(work).then(resolve, reject),
        refuse: reject,
      });
      if (running) return;
      running = true;
      void run();
    });
}

/** Answers those that it did not come to. */
async function together(engine: Engine, batch: readonly Waiting[]): Promise<readonly Waiting[]> {
  let ends: Tell[] = [];
  try {
    await engine.transaction(async (tx) => {
      ends = [];
      const from = performance.now();
      for (const { attempt } of batch) {
        ends.push(await attempt(tx));
        if (performance.now() - from > longestMs) break;
      }
    });
  } catch (error) {
    // Nothing was kept of any. Where it is the ledger that failed it fails each; else one of them broke it for the others.
    if (error instanceof AppError && error.code === 'ledger_unavailable') for (const { refuse } of batch) refuse(error);
    else for (const { alone } of batch) await alone(engine.transaction);
    return [];
  }
  for (const tell of ends) tell();
  return batch.slice(ends.length);
}

async function inSavepoint<T>(
  { known, mayRunAgain }: Engine,
  tx: LedgerTx,
  work: (tx: LedgerTx) => Promise<T>,
): Promise<{ readonly result: T } | { readonly error: unknown }> {
  await sql`savepoint piece`.execute(tx);
  try {
    const result = await work(tx);
    await sql`release savepoint piece`.execute(tx);
    return { result };
  } catch (error) {
    if (mayRunAgain(error)) throw error;
    const undo = sql`rollback to savepoint piece`.execute(tx).then(() => sql`release savepoint piece`.execute(tx));
    // A transaction that cannot go back to there is lost, and the first error says why.
    await undo.catch(() => {
      throw error;
    });
    return { error: known(error) };
  }
}
