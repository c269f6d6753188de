import { dropContents } from '#shared/ledger/drop-contents.ts';
import { dropReads } from '#shared/ledger/drop-reads.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { tidySearch } from '#shared/ledger/search/tidy.ts';
import type { Log } from '#shared/telemetry/log.ts';

const dayMs = 86_400_000;

/**
 * What is to be done soon after the start and then once a day: contents and reads are dropped whose retention is over,
 * and what searches look in is tidied. Answers how to stop, which waits for what is under way.
 */
export function startDaily(options: {
  readonly ledger: Ledger;
  /** How long contents are kept; null keeps everything. */
  readonly days: number | null;
  /** How long it is kept what agents read; null keeps everything. */
  readonly readsDays: number | null;
  readonly now: () => Date;
  readonly log: Log;
  /** From the start to the first time; milliseconds. */
  readonly firstMs?: number;
}): () => Promise<void> {
  const { ledger, days, readsDays, now, log, firstMs = 60_000 } = options;
  const actor = { kind: 'server', server: 'approvals' } as const;
  const drop = async (): Promise<void> => {
    if (days === null) return;
    await dropContents(ledger, { days, now: now(), actor }).catch((error: unknown) =>
      log('contents whose retention is over could not be dropped; on PostgreSQL the owner does it', { error }),
    );
  };
  const dropOld = async (): Promise<void> => {
    if (readsDays === null) return;
    await dropReads(ledger, { days: readsDays, now: now(), actor }).catch((error: unknown) =>
      log('reads whose retention is over could not be dropped; on PostgreSQL the owner does it', { error }),
    );
  };
  const tidy = (): Promise<void> =>
    tidySearch(ledger).catch((error: unknown) => log('the index of searches could not be tidied', { error }));
  let working: Promise<unknown> = Promise.resolve();
  const work = (): void => {
    working = drop().then(dropOld).then(tidy);
  };
  const first = setTimeout(work, firstMs);
  const daily = setInterval(work, dayMs);
  return async () => {
    clearTimeout(first);
    clearInterval(daily);
    await working;
  };
}
