import { sql } from 'kysely';
import type { LedgerDb } from '../schema.ts';

/** How long a comparison of the clocks is believed; milliseconds. */
const believedMs = 10_000;

/** Less than this is no difference that a lease would notice. */
const slackMs = 50;

/** The server's time at a reading of this process's monotonic clock, and how far that may be wrong. */
type Reading = { readonly time: number; readonly at: number; readonly error: number };

/**
 * How far the database's clock is ahead of this machine's, in milliseconds: executors on several machines go by the one
 * clock that they share. Between two comparisons the monotonic clock counts, so that a jump of ours changes nothing.
 */
export async function clockAhead(db: LedgerDb): Promise<() => number> {
  let reading = await read(db);
  let reads = false;
  const readAgain = async (): Promise<void> => {
    if (reads) return;
    reads = true;
    // While the database cannot be reached nobody takes a lease either.
    reading = await read(db).catch(() => reading);
    reads = false;
  };
  return () => {
    const since = performance.now() - reading.at;
    if (since > believedMs) void readAgain();
    const ahead = reading.time + since - Date.now();
    return Math.abs(ahead) <= reading.error + slackMs ? 0 : Math.round(ahead);
  };
}

async function read(db: LedgerDb): Promise<Reading> {
  const begun = performance.now();
  const { rows } = await sql<{ time: string }>`
    select (extract(epoch from clock_timestamp()) * 1000)::text as time`.execute(db);
  const error = (performance.now() - begun) / 2;
  return { time: Number(rows[0]?.time), at: begun + error, error };
}
