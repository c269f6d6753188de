import type { Ledger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import type { Json } from '#shared/tools/index.ts';
import { type ReaderFor, viewerOf } from './origin.ts';
import { goesByReviews } from './reviewed.ts';
import { unseal } from './sealed.ts';
import { awaitingReviews, keepNewReviews } from './see-reviews.ts';
import type { Toolbox } from './toolbox.ts';

type Watching<R, W, A, T extends Json> = {
  readonly ledger: Ledger;
  readonly server: string;
  readonly tools: Toolbox<R, W, A, T>;
  readonly readerFor: ReaderFor<R>;
  readonly now: () => Date;
};

/** How many changes are looked at in one round; the others have their turn in the next. */
const mostAtOnce = 50;

/** Looks at what reviewers say on the backend of one change that waits for them. One read; what is new is kept. */
export async function lookAtReviews<R, W, A, T extends Json>(
  context: Watching<R, W, A, T>,
  id: string,
): Promise<boolean> {
  const kept = await findSealed(context.ledger.db, id);
  const body = kept && unseal(kept).body;
  const tool = body && context.tools.find(body.tool)?.tool;
  if (!body || tool?.kind !== 'write' || !tool.reviews || !goesByReviews(body)) return false;
  const reviews = await tool.reviews.read(tool.plan.parse(body.plan), context.readerFor(viewerOf(body.requester)));
  return keepNewReviews(context, id, reviews);
}

/**
 * Looks at the reviews of every change that waits for them: right after it was proposed, and then in rounds, one read a
 * change and round, one after the other. Answers how to stop.
 */
export function watchReviews<R, W, A, T extends Json>(
  context: Watching<R, W, A, T> & { readonly everyMs: number },
  log: (what: string, details: { readonly change: string; readonly error: unknown }) => void,
): () => Promise<void> {
  const { ledger, server, tools, everyMs } = context;
  const names = tools.capabilities.flatMap((one) =>
    one.tools.flatMap((tool) => (tool.kind === 'write' && tool.reviews ? [tool.name] : [])),
  );
  /** When each was looked at last, by a clock that nobody sets. */
  let looked: ReadonlyMap<string, number> = new Map();
  let working: Promise<void> | undefined;
  let isWanted = false;
  let isOver = false;

  const round = async (): Promise<void> => {
    const all = await awaitingReviews(ledger.db, { server, tools: names });
    looked = new Map([...looked].filter(([id]) => all.includes(id)));
    const since = performance.now() - everyMs;
    const due = all.filter((id) => (looked.get(id) ?? -Infinity) <= since);
    const first = due.toSorted((one, other) => (looked.get(one) ?? -1) - (looked.get(other) ?? -1));
    for (const id of first.slice(0, mostAtOnce)) {
      if (isOver) return;
      looked = new Map(looked).set(id, performance.now());
      await lookAtReviews(context, id).catch((error: unknown) => {
        log('reviews could not be read', { change: id, error });
      });
    }
  };
  const work = async (): Promise<void> => {
    while (isWanted && !isOver) {
      isWanted = false;
      await round().catch((error: unknown) => log('reviews could not be looked for', { change: '', error }));
    }
  };
  const wake = (): void => {
    isWanted = true;
    working ??= work().finally(() => {
      working = undefined;
    });
  };
  const quiet = ledger.onCommit(wake);
  // As often as is needed for none to wait for much longer than a round.
  const timer = setInterval(wake, Math.max(50, everyMs / 3));
  wake();
  return async () => {
    isOver = true;
    quiet();
    clearInterval(timer);
    await working;
  };
}
