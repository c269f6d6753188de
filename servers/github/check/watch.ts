import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { type Known, type Saying, sayOfHeads } from './say-of-heads.ts';

export type Watching = Saying & { readonly repositories: readonly string[]; readonly everyMs: number };

export type WatchLog = (what: string, details: { readonly repository: string; readonly error: unknown }) => void;

/** How often open pull requests are looked at, in milliseconds. */
export const checksEveryMs = 60_000;

/** How long somebody waits at most who wants a repository up to date, in milliseconds. */
const mostMs = 4_000;

/** What says of heads who answered for them, running. */
export type HeadWatch = {
  /** Brings a repository up to date at once, as far as that can be done in a short time; never fails. */
  readonly now: (repository: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/**
 * Says of the head of each open pull request who answered for what agents wrote there: once a minute, and soon after a
 * change moved a branch.
 */
export function watchHeads(context: Watching, log: WatchLog): HeadWatch {
  const { ledger, repositories, everyMs } = context;
  const known = new Map(repositories.map((one) => [one.toLowerCase(), { name: one, heads: new Map() as Known }]));
  let working: Promise<void> = Promise.resolve();
  let isWanted = false;
  let isOver = false;
  let last = 0;

  /** One after the other, so that nothing is said twice. */
  const sayOf = (repository: string): Promise<void> => {
    const of = known.get(repository.toLowerCase());
    working = working.then(async () => {
      if (isOver || of === undefined) return;
      await sayOfHeads(context, of.name, of.heads).catch((error: unknown) => {
        log('the check on heads could not be brought up to date', { repository, error });
      });
    });
    return working;
  };
  const wake = (): void => {
    if (isWanted) return;
    isWanted = true;
    working = working.then(() => {
      isWanted = false;
    });
    for (const one of repositories) void sayOf(one);
  };
  const wakeIfMoved = (): void => {
    lastMove(ledger.db).then(
      (move) => {
        if (move > last && !isOver) wake();
        last = Math.max(last, move);
      },
      (error: unknown) => log('what was moved could not be looked for', { repository: '', error }),
    );
  };
  const quiet = ledger.onCommit(wakeIfMoved);
  const timer = setInterval(wake, everyMs);
  wake();
  return {
    now: (repository) => Promise.race([sayOf(repository), sleep(mostMs, undefined, { ref: false })]),
    stop: async () => {
      isOver = true;
      quiet();
      clearInterval(timer);
      await working;
    },
  };
}

async function lastMove(db: LedgerDb): Promise<number> {
  const newest = db.selectFrom('things_left').select((eb) => eb.fn.max('id').as('id'));
  return (await newest.executeTakeFirst())?.id ?? 0;
}
