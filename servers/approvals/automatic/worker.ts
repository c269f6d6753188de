import { type AutomaticContext, decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { AppError } from '#shared/errors.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Log } from '#shared/telemetry/log.ts';

/** How long until a change is looked at again that could not be, in milliseconds. */
const againMs = 1_000;

/**
 * Decides what rules and task grants decide, soon after it is proposed. Each change is looked at once while it waits: what
 * decides nothing then is for people. Answers how to stop.
 */
export function startAutomatic(context: AutomaticContext, log: Log): () => Promise<void> {
  const { ledger } = context;
  let looked: ReadonlySet<string> = new Set();
  let isOver = false;
  let isWanted = true;
  let working: Promise<void> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;

  const look = async (): Promise<void> => {
    const waiting = await waitingOf(ledger.db);
    const seen = new Set(waiting.filter((id) => looked.has(id)));
    for (const id of waiting) {
      if (isOver) return;
      if (seen.has(id)) continue;
      await decideAutomatically(context, id).catch((error: unknown) => {
        // What was altered, or whose blueprint cannot be read, is for people; it keeps nothing else waiting.
        if (!(error instanceof AppError) || error.code === 'ledger_unavailable') throw error;
      });
      seen.add(id);
      looked = seen;
    }
    looked = seen;
  };
  const work = async (): Promise<void> => {
    while (isWanted && !isOver) {
      isWanted = false;
      await look();
    }
  };
  const wake = (): void => {
    isWanted = true;
    working ??= work()
      .catch((error: unknown) => {
        log('changes could not be looked at for what decides without a person', { error });
        again = setTimeout(wake, againMs);
      })
      .finally(() => {
        working = undefined;
      });
  };
  const quiet = ledger.onCommit(wake);
  wake();
  return async () => {
    isOver = true;
    quiet();
    clearTimeout(again);
    await working;
  };
}

/** What agents asked for and waits for a decision, oldest first. */
async function waitingOf(db: LedgerDb): Promise<readonly string[]> {
  const all = db.selectFrom('changes').select('id').where('status', '=', 'pending').where('agent', 'is not', null);
  return (await all.orderBy('id').execute()).map(({ id }) => id);
}
