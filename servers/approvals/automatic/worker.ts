import { type AutomaticContext, decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { AppError } from '#shared/errors.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Log } from '#shared/telemetry/log.ts';

/** How long until a change is looked at again that could not be, in milliseconds. */
const againMs = 1_000;

/**
 * How long until a change is looked at again whose reviews did not decide it, in milliseconds: who they are of is in the
 * list of people, and a stop may have ended.
 */
const reviewsAgainMs = 5_000;

/**
 * Decides what rules, reviews and task grants decide, soon after it is proposed. Each change is looked at once while it
 * waits, and again when more is seen of its reviews: what decides nothing then is for people. Answers how to stop.
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
    const seen = new Set(waiting.map(keyOf).filter((key) => looked.has(key)));
    for (const one of waiting) {
      if (isOver) return;
      if (seen.has(keyOf(one))) continue;
      const { id } = one;
      await decideAutomatically(context, id).catch((error: unknown) => {
        // What was altered, or whose blueprint cannot be read, is for people; it keeps nothing else waiting.
        if (!(error instanceof AppError) || error.code === 'ledger_unavailable') throw error;
      });
      seen.add(keyOf(one));
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
  const reviewsAgain = setInterval(() => {
    const unreviewed = [...looked].filter((key) => key.endsWith(unseen));
    if (unreviewed.length === looked.size) return;
    looked = new Set(unreviewed);
    wake();
  }, reviewsAgainMs);
  wake();
  return async () => {
    isOver = true;
    quiet();
    clearTimeout(again);
    clearInterval(reviewsAgain);
    await working;
  };
}

/** A change that waits, and the last that was seen of its reviews; null for nothing. */
type Waiting = { readonly id: string; readonly seen: number | null };

const unseen = ' none';

function keyOf({ id, seen }: Waiting): string {
  return `${id} ${seen ?? 'none'}`;
}

/** What agents asked for and waits for a decision, oldest first. */
function waitingOf(db: LedgerDb): Promise<readonly Waiting[]> {
  return db
    .selectFrom('changes as c')
    .select((eb) => [
      'c.id',
      eb
        .selectFrom('reviews_seen as r')
        .select((inner) => inner.fn.max('r.id').as('seen'))
        .whereRef('r.change_id', '=', 'c.id')
        .as('seen'),
    ])
    .where('c.status', '=', 'pending')
    .where('c.agent', 'is not', null)
    .orderBy('c.id')
    .execute();
}
