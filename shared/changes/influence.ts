import type { ChangeRow } from '#shared/ledger/changes.ts';
import { changesAskedBetween, thingsLeftBy } from '#shared/ledger/influence.ts';
import { findSealedOf } from '#shared/ledger/proposals.ts';
import { type Entry, type ReadRow, readsOfThing } from '#shared/ledger/reads.ts';
import type { LedgerDb, SealedTable, Timestamp } from '#shared/ledger/schema.ts';
import { repeatedMs } from './reads-known.ts';
import { type SealedBody, unseal } from './sealed.ts';
import { sessionMs } from './session.ts';

/** A change that was asked for in a session in which something had been read. */
export type Influenced = Pick<ChangeRow, 'id' | 'server' | 'tool' | 'status'> & {
  readonly agent: string;
  readonly createdAt: Timestamp;
  /** By what: the entry, or something that an earlier one of these wrote. */
  readonly through: Entry & { readonly change: string | null };
  /** How many readings are between: 1 where the entry itself was read. */
  readonly steps: number;
  /** What it wrote. */
  readonly wrote: readonly Entry[];
};

/** What a change wrote, by what was sealed of it: what is not on record as a thing that it left. */
export type WrittenBy = (body: SealedBody) => readonly Entry[];

/** From when on something may have been read that was influenced, and by what it came. */
type Open = Entry & { readonly since: Timestamp; readonly steps: number; readonly change: string | null };

const bounds = { entries: 300, reads: 2_000, changes: 500 };

/**
 * The changes that entries may have influenced, and those that what these wrote may have influenced, and so on. Each entry
 * is followed once, from the earliest time on, so that circles end.
 */
export async function influencedBy(
  db: LedgerDb,
  from: { readonly entries: readonly Entry[]; readonly since: Timestamp },
  written: WrittenBy,
  most: typeof bounds = bounds,
): Promise<{ readonly changes: readonly Influenced[]; readonly cut: boolean }> {
  const open: Open[] = from.entries.map((one) => ({ ...one, since: from.since, steps: 1, change: null }));
  const followed = new Set<string>();
  const changes = new Map<string, Influenced>();
  let cut = false;
  for (let next = takeEarliest(open); next !== undefined; next = takeEarliest(open)) {
    const key = JSON.stringify([next.server, next.thing]);
    if (followed.has(key)) continue;
    if (followed.size >= most.entries || changes.size >= most.changes) return { changes: inTime(changes), cut: true };
    followed.add(key);
    const reads = await readsOfThing(db, next, most.reads);
    cut ||= reads.length === most.reads;
    const fresh = (await askedAfter(db, reads)).filter(({ id }) => !changes.has(id) && id !== next.change);
    for (const [change, wrote] of await writtenBy(db, fresh, written)) {
      const { id, server, tool, status, created_at: createdAt, agent } = change;
      const through = { server: next.server, thing: next.thing, change: next.change };
      const entries = wrote.map(({ server: at, thing }) => ({ server: at, thing }));
      changes.set(id, { id, server, tool, status, createdAt, agent, through, steps: next.steps, wrote: entries });
      open.push(...wrote.map((one) => ({ ...one, steps: next.steps + 1, change: id })));
    }
  }
  return { changes: inTime(changes), cut };
}

/** Time only goes on from one to the next, so that what is taken first came about first. */
function takeEarliest(open: Open[]): Open | undefined {
  const first = open.reduce((best, one, index) => (one.since < (open[best]?.since ?? '') ? index : best), 0);
  return open.splice(first, 1)[0];
}

const inTime = (changes: ReadonlyMap<string, Influenced>): readonly Influenced[] =>
  [...changes.values()].toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1));

type Asked = ChangeRow & { readonly agent: string };

/** The changes that agents asked for in sessions in which they had read something. */
async function askedAfter(db: LedgerDb, reads: readonly ReadRow[]): Promise<readonly Asked[]> {
  const all: Asked[] = [];
  for (const [agent, rows] of Map.groupBy(reads, (one) => one.agent)) {
    const spans = rows.map(({ first_at: first, at }) => ({
      from: first,
      to: new Date(Date.parse(at) + sessionMs + repeatedMs).toISOString(),
    }));
    const from = spans.reduce((least, span) => (span.from < least ? span.from : least), spans[0]?.from ?? '');
    const to = spans.reduce((last, span) => (span.to > last ? span.to : last), '');
    for (const row of await changesAskedBetween(db, { agent, from, to }, bounds.changes)) {
      const isInside = spans.some((span) => row.created_at >= span.from && row.created_at <= span.to);
      if (isInside) all.push({ ...row, agent });
    }
  }
  return all;
}

/** What changes wrote, and since when it is there. */
async function writtenBy(
  db: LedgerDb,
  changes: readonly Asked[],
  written: WrittenBy,
): Promise<readonly (readonly [Asked, readonly (Entry & { readonly since: Timestamp })[]])[]> {
  const ids = changes.map(({ id }) => id);
  const [left, sealed] = await Promise.all([thingsLeftBy(db, ids), findSealedOf(db, ids)]);
  return changes.map((change) => {
    const own = left.filter((one) => one.change_id === change.id);
    const body = bodyOf(sealed.find((kept) => kept.change_id === change.id));
    const since = own[0]?.at ?? change.updated_at;
    const isWritten = change.status === 'applied' || change.status === 'partial' || own.length > 0;
    const besides = isWritten && body ? written(body).map((one) => ({ ...one, since })) : [];
    return [change, [...own.map(({ server, thing, at }) => ({ server, thing, since: at })), ...besides]] as const;
  });
}

/** Null where there is none, or not as it was sealed: of that nothing is believed. */
function bodyOf(kept: SealedTable | undefined): SealedBody | null {
  try {
    return kept ? unseal(kept).body : null;
  } catch {
    return null;
  }
}
