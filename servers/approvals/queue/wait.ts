import type { ChangeQueue, ChangeView } from '#capabilities/change-queue/ports.ts';
import { isOpen, type Status } from '#shared/changes/transitions.ts';
import { AppError } from '#shared/errors.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { ledgerStatus } from '../status.ts';
import { untilCommit } from './until.ts';

/** How long the queue holds a call, in milliseconds. */
export type WaitTiming = {
  /** A wait for changes to settle. */
  readonly holdMs: number;
  /** Between two reports of progress. */
  readonly progressMs: number;
  /** A wait for the plan of a restore. */
  readonly plannedMs: number;
};

/** Clients give a call 60 seconds, and some do not count progress as a sign of life. */
export const waitTiming: WaitTiming = { holdMs: 45_000, progressMs: 10_000, plannedMs: 2_000 };

/** How long ago a wait may have ended in vain and still count, in milliseconds. */
const recentMs = 10 * 60_000;
/** How many waits of one agent are held at once: each of them looks at the ledger after every commit. */
const mostWaits = 20;
/** After so many waits in vain an agent is told to end its turn. */
const enough = 2;

/** Makes `wait_for_change` for one agent. */
export function waiter(options: {
  readonly ledger: Ledger;
  readonly timing: WaitTiming;
  readonly now: () => Date;
  /** Where the agent's changes of these ids stand. Throws AppError `not_found` when one of them is not. */
  readonly statuses: (ids: readonly string[]) => Promise<readonly Status[]>;
  readonly view: (id: string) => Promise<ChangeView>;
}): ChangeQueue['wait'] {
  const { ledger, timing, statuses, view } = options;
  const vain = vainWaits(options.now);
  let waiting = 0;
  return async (ids, { signal, progress }) => {
    const settledNow = async (): Promise<boolean> => (await statuses(ids)).every((status) => !isOpen(status));
    if (waiting >= mostWaits) {
      throw new AppError('limit_reached', `${mostWaits} waits are held already.`, {
        next: 'One wait_for_change takes several ids; or end your turn: an approved change is carried out without you.',
      });
    }
    waiting += 1;
    let waitedMs = 0;
    const report = setInterval(() => {
      waitedMs += timing.progressMs;
      void progress({ progress: waitedMs / 1000, total: timing.holdMs / 1000, message: 'Waiting.' });
    }, timing.progressMs);
    try {
      const settled = await untilCommit({ ledger, ms: timing.holdMs, done: settledNow, signal });
      const changes = await Promise.all(ids.map(view));
      return { changes, settled, next: settled ? nextWhenSettled(changes) : (afterReview(changes) ?? vain.next(ids)) };
    } finally {
      clearInterval(report);
      waiting -= 1;
    }
  };
}

function nextWhenSettled(changes: readonly ChangeView[]): string {
  const [only, ...others] = changes;
  return only && others.length === 0 ? only.next : 'None of them waits any more; each says what to do next.';
}

/** Reviews take people longer than a wait: where nothing else is waited for, there is no second one. */
function afterReview(changes: readonly ChangeView[]): string | null {
  const open = changes.filter(({ status }) => isOpen(ledgerStatus(status)));
  const isReviewed = open.length > 0 && open.every((one) => one.review_on_github_of !== undefined);
  return isReviewed
    ? 'Not settled yet: a review on GitHub has to approve it first. Go on with other work, or end your turn: it is carried out without you.'
    : null;
}

/** Counts waits that ended in vain, by the changes they were for. What is old is forgotten, so memory is bounded. */
function vainWaits(now: () => Date): { readonly next: (ids: readonly string[]) => string } {
  const seen = new Map<string, { count: number; at: number }>();
  return {
    next: (ids) => {
      const at = now().getTime();
      for (const [key, wait] of seen) if (at - wait.at > recentMs) seen.delete(key);
      const key = ids.toSorted().join();
      const count = (seen.get(key)?.count ?? 0) + 1;
      seen.set(key, { count, at });
      return count < enough
        ? 'Not settled yet. Call wait_for_change once more, or go on with other work, or end your turn.'
        : 'Not settled yet. Do not wait any longer: end your turn. An approved change is carried out without you, and get_change tells you later what became of it.';
    },
  };
}
