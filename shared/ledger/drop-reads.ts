import { leastReadsDays } from '#shared/config/retention.ts';
import { appendEvent, bodiesOf, type EventActor } from './events.ts';
import type { Ledger } from './ledger.ts';
import { latestTime } from './reads.ts';
import type { LedgerDb, LedgerTx, Timestamp } from './schema.ts';

/** Rows that are taken out at once: others write in between. */
const atOnce = 500;

/** The type of the event that says until when reads are kept no more. */
const droppedEvent = 'reads.dropped';

type Retention = {
  /** How long a read is kept, in days. */
  readonly days: number;
  readonly now: Date;
};

/** What would be dropped now. */
export async function countDroppableReads(db: LedgerDb, { days, now }: Retention): Promise<{ readonly reads: number }> {
  const { count } = await db
    .selectFrom('reads')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('at', '<', await untilOf(db, { days: Math.max(days, leastReadsDays), now }))
    .executeTakeFirstOrThrow();
  return { reads: Number(count) };
}

/**
 * Drops what was read longer ago than the retention, some at a time. First it is put on record until when; the events that
 * tell of the reads stay, and so does what was sealed with changes. The database itself refuses to drop what is younger
 * than what was put on record.
 */
export async function dropReads(
  ledger: Ledger,
  { actor, now, ...asked }: Retention & { readonly actor: EventActor },
): Promise<{ readonly reads: number }> {
  const days = Math.max(asked.days, leastReadsDays);
  const until = await untilOf(ledger.db, { days, now });
  let reads = 0;
  if ((await someBefore(ledger.db, until)).length === 0) return { reads };
  const at = now.toISOString();
  await ledger.write(async (tx) => {
    await tx.insertInto('read_drops').values({ until, days, at }).execute();
    await appendEvent(tx, { at, type: droppedEvent, changeId: null, actor, body: { retention_days: days, until } });
  });
  for (let dropped = await dropSome(ledger, until); dropped > 0; dropped = await dropSome(ledger, until)) {
    reads += dropped;
  }
  return { reads };
}

/** By the ledger's own time where this machine's clock is ahead of it. */
async function untilOf(db: LedgerDb, { days, now }: Retention): Promise<Timestamp> {
  const latest = Date.parse((await latestTime(db)) ?? now.toISOString());
  return new Date(Math.min(now.getTime(), latest) - days * 86_400_000).toISOString();
}

function dropSome(ledger: Ledger, until: Timestamp): Promise<number> {
  return ledger.write(async (tx) => {
    const ids = await someBefore(tx, until);
    if (ids.length > 0) await tx.deleteFrom('reads').where('id', 'in', ids).execute();
    return ids.length;
  });
}

async function someBefore(db: LedgerDb | LedgerTx, until: Timestamp): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('reads')
    .select('id')
    .where('at', '<', until)
    .orderBy('at')
    .orderBy('id')
    .limit(atOnce)
    .execute();
  return rows.map(({ id }) => id);
}

/** Until when reads are kept no more, as the record says it; null where none were dropped. */
export async function readsDroppedUntil(db: LedgerDb): Promise<Timestamp | null> {
  const rows = await bodiesOf(db, droppedEvent);
  const all = rows.map((body) => (JSON.parse(body) as { until: Timestamp }).until);
  return all.reduce<Timestamp | null>((latest, one) => (latest === null || one > latest ? one : latest), null);
}
