import { type RawBuilder, sql } from 'kysely';
import { needsContents } from './append-only.ts';
import { appendEvent, bodiesOf, type EventActor } from './events.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerDb, LedgerTx } from './schema.ts';

/** Contents of one transaction, and chunks after which it takes no more of them. */
const most = { contents: 100, chunks: 256 };

/** The type of the event that says what was dropped. */
const droppedEvent = 'contents.dropped';

/** How much was dropped; `bytes` as they were kept, compressed. */
export type Dropped = { readonly contents: number; readonly chunks: number; readonly bytes: number };

type Found = { readonly sha256: string; readonly chunks: number; readonly bytes: number };

/**
 * Holds for contents `t` that are kept and that no change needs: none that is open, partial or on hold, none that an open
 * restore is to put back, and none that ended after `since`.
 */
function unneeded(since: string): RawBuilder<boolean> {
  return sql<boolean>`exists (select 1 from content_chunks k where k.sha256 = t.sha256)
    and not exists (select 1 from content_uses u join changes c on c.id = u.change_id
      where u.sha256 = t.sha256 and (c.updated_at > ${since} or ${sql.raw(needsContents)}))`;
}

type Retention = {
  /** How long after its end a change still needs its contents, in days. */
  readonly days: number;
  readonly now: Date;
};

const sinceOf = ({ days, now }: Retention): string => new Date(now.getTime() - days * 86_400_000).toISOString();

/** What would be dropped now. */
export async function countDroppable(db: LedgerDb, retention: Retention): Promise<Dropped> {
  const { rows } = await sql<Dropped>`
    select count(distinct t.sha256) as contents, count(*) as chunks, coalesce(sum(length(s.data)), 0) as bytes
    from contents t join content_chunks s on s.sha256 = t.sha256 where ${unneeded(sinceOf(retention))}`.execute(db);
  const { contents = 0, chunks = 0, bytes = 0 } = rows[0] ?? {};
  return { contents: Number(contents), chunks: Number(chunks), bytes: Number(bytes) };
}

/**
 * Drops the contents that no change needs any more, some at a time, each time with its event. That they were there, how
 * large they were and which changes used them stays. The database itself refuses to drop what an open change or a hold
 * needs; the lock of the transaction keeps a proposal from counting on what is just being dropped.
 */
export async function dropContents(
  ledger: Ledger,
  { actor, ...retention }: Retention & { readonly actor: EventActor },
): Promise<Dropped> {
  const all = { contents: 0, chunks: 0, bytes: 0 };
  for (let range = await rangeAfter(ledger.db, ''); range !== null; range = await rangeAfter(ledger.db, range.to)) {
    // Looked at before the lock is taken, and again under it.
    while ((await findSome(ledger.db, retention, range)).length > 0) {
      const window = range;
      const found = await ledger.write((tx) => dropSome(tx, retention, window, actor));
      all.contents += found.length;
      all.chunks += sum(found, 'chunks');
      all.bytes += sum(found, 'bytes');
    }
  }
  return all;
}

/** Contents that are looked at in one piece, by their digests: after the one, up to the other. */
type Range = { readonly after: string; readonly to: string };

const rangeLength = 500;

async function rangeAfter(db: LedgerDb, after: string): Promise<Range | null> {
  const rows = await db
    .selectFrom('contents')
    .select('sha256')
    .where('sha256', '>', after)
    .orderBy('sha256')
    .limit(rangeLength)
    .execute();
  const to = rows.at(-1)?.sha256;
  return to === undefined ? null : { after, to };
}

async function dropSome(
  tx: LedgerTx,
  retention: Retention,
  range: Range,
  actor: EventActor,
): Promise<readonly Found[]> {
  const found = await findSome(tx, retention, range);
  if (found.length === 0) return found;
  const at = retention.now.toISOString();
  const digests = found.map(({ sha256 }) => sha256);
  const drops = digests.map((sha256) => ({ sha256, days: retention.days, at }));
  await tx.insertInto('content_drops').values(drops).execute();
  await tx.deleteFrom('content_chunks').where('sha256', 'in', digests).execute();
  await appendEvent(tx, {
    at,
    type: droppedEvent,
    changeId: null,
    actor,
    body: { retention_days: retention.days, chunks: sum(found, 'chunks'), bytes: sum(found, 'bytes'), sha256: digests },
  });
  return found;
}

async function findSome(db: LedgerDb, retention: Retention, { after, to }: Range): Promise<readonly Found[]> {
  const { rows } = await sql<Found>`
    select t.sha256 as sha256, count(*) as chunks, sum(length(s.data)) as bytes
    from (select t.sha256 from contents t where t.sha256 > ${after} and t.sha256 <= ${to}
      and ${unneeded(sinceOf(retention))} order by t.sha256 limit ${most.contents}) t
    join content_chunks s on s.sha256 = t.sha256 group by t.sha256 order by t.sha256`.execute(db);
  const found = rows.map(({ sha256, chunks, bytes }) => ({ sha256, chunks: Number(chunks), bytes: Number(bytes) }));
  let chunks = 0;
  return found.filter((one, at) => {
    chunks += one.chunks;
    return at === 0 || chunks <= most.chunks;
  });
}

function sum(found: readonly Found[], of: 'chunks' | 'bytes'): number {
  return found.reduce((all, one) => all + one[of], 0);
}

/** The digests of everything that was ever dropped on purpose, as the record says: where they are gone, nothing is lost. */
export async function droppedContents(db: LedgerDb): Promise<ReadonlySet<string>> {
  const rows = await bodiesOf(db, droppedEvent);
  return new Set(rows.flatMap((body) => (JSON.parse(body) as { sha256: string[] }).sha256));
}
