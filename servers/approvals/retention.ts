import { dropContents } from '#shared/ledger/drop-contents.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { Log } from '#shared/telemetry/log.ts';

const dayMs = 86_400_000;

/**
 * Drops what the retention is over for, soon after the start and then once a day. Without a retention everything is kept.
 * Answers how to stop, which waits for what is under way.
 */
export function dropDaily(options: {
  readonly ledger: Ledger;
  /** Null keeps everything. */
  readonly days: number | null;
  readonly now: () => Date;
  readonly log: Log;
  /** From the start to the first time; milliseconds. */
  readonly firstMs?: number;
}): () => Promise<void> {
  const { ledger, days, now, log, firstMs = 60_000 } = options;
  if (days === null) return async () => {};
  const actor = { kind: 'server', server: 'approvals' } as const;
  let dropping: Promise<unknown> = Promise.resolve();
  const drop = (): void => {
    dropping = dropContents(ledger, { days, now: now(), actor }).catch((error: unknown) =>
      log('contents whose retention is over could not be dropped; on PostgreSQL the owner does it', { error }),
    );
  };
  const first = setTimeout(drop, firstMs);
  const daily = setInterval(drop, dayMs);
  return async () => {
    clearTimeout(first);
    clearInterval(daily);
    await dropping;
  };
}
