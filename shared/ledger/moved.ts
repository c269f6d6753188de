import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { RejectionCategory } from '#shared/changes/rejection.ts';
import type { Status } from '#shared/changes/transitions.ts';
import { sha256 } from '#shared/crypto/canonical.ts';
import type { Owner } from './changes.ts';
import { type Nudge, nudgeEvents, nudgeKind } from './nudges.ts';
import type { LedgerDb, Timestamp } from './schema.ts';

/** Where a change came to, as the event of that move tells of it. */
export type Moved = {
  /** The event's number, which tells how much happens in the whole ledger: not for agents. */
  readonly seq: number;
  /** The same event under a name of its own, which tells nothing of the chain; it is never given twice. */
  readonly id: string;
  readonly hash: string;
  readonly at: Timestamp;
  readonly changeId: string;
  readonly to: Status;
  readonly note: string | null;
  /** Why a person said no; null for every other move, and where no category was given. */
  readonly category: RejectionCategory | null;
  /** Set where it did not move, and was told again that it waits. */
  readonly nudge: Nudge | null;
};

/** Whose moves are wanted: those of one agent under one blueprint, of some blueprints, or all. */
export type MovesOf = Owner | { readonly blueprints: readonly string[] } | 'all';

/** States whose coming is news outside of the suite; the others are steps on the way. */
const toldStatuses = [
  'pending',
  'approved',
  'applied',
  'rejected',
  'withdrawn',
  'expired',
  'superseded',
  'stale',
  'revoked',
  'failed',
  'partial',
  'unknown',
] as const satisfies Status[];

const told: readonly string[] = toldStatuses.map((status) => `change.${status}`);
const toldWithNudges: readonly string[] = [...told, ...Object.values(nudgeEvents)];

/** So many events are looked at in one query: what is asked for may be rare among them. */
const window = 2_000;

/**
 * The moves after an event, oldest first, and up to which event there are no others of them. Numbers are given in the
 * order of commits, so none can still come in between.
 */
export async function movedAfter(
  db: LedgerDb,
  {
    after,
    of,
    limit,
    nudges = false,
  }: {
    readonly after: number;
    readonly of: MovesOf;
    readonly limit: number;
    /** Whether it is wanted, too, that it was told again that something waits. */
    readonly nudges?: boolean;
  },
): Promise<{ readonly moved: readonly Moved[]; readonly seen: number }> {
  const end = await lastSeq(db);
  for (let from = after; from < end; ) {
    const to = Math.min(from + window, end);
    const all = movesIn(db, of, nudges ? toldWithNudges : told);
    const rows = await all.where('e.seq', '>', from).where('e.seq', '<=', to).limit(limit).execute();
    const moved = rows.map(movedOf);
    if (moved.length > 0) return { moved, seen: moved.length < limit ? to : (moved.at(-1)?.seq ?? to) };
    from = to;
    await yieldToOthers();
  }
  return { moved: [], seen: Math.max(after, end) };
}

/** So many of an owner's newest changes are looked at for the newest of their moves. */
const newestChanges = 100;

/** The last moves of an owner's newest changes, oldest first. */
export async function newestMoves(db: LedgerDb, owner: Owner, limit: number): Promise<readonly Moved[]> {
  const { agent, blueprint } = owner;
  const own = db.selectFrom('changes').select('id').where('agent', '=', agent).where('blueprint', '=', blueprint);
  const ids = (await own.orderBy('id', 'desc').limit(newestChanges).execute()).map(({ id }) => id);
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('events as e')
    .select(columns)
    .where('e.change_id', 'in', ids)
    .where('e.type', 'in', told)
    .orderBy('e.seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(movedOf).reverse();
}

/** The number of the event of an owner's move by its hash; undefined for any other. */
export async function seqOfMove(db: LedgerDb, owner: Owner, hash: string): Promise<number | undefined> {
  const row = await movesIn(db, owner).where('e.hash', '=', hash).executeTakeFirst();
  return row?.seq;
}

/** Why a person rejected a change, in a word; null where none did, or said so. */
export async function rejectionOf(db: LedgerDb, changeId: string): Promise<RejectionCategory | null> {
  const event = db.selectFrom('events').select('body').where('change_id', '=', changeId);
  const row = await event.where('type', '=', 'change.rejected').executeTakeFirst();
  return row ? ((JSON.parse(row.body) as Partial<Moved>).category ?? null) : null;
}

/** The number of the last event; 0 when there is none. */
export async function lastSeq(db: LedgerDb): Promise<number> {
  const last = await db.selectFrom('events').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return last?.seq ?? 0;
}

const columns = ['e.seq', 'e.type', 'e.hash', 'e.at', 'e.change_id', 'e.body'] as const;

/** A cross join, because SQLite begins such a one with its first table: the events are few, an owner's changes may be many. */
function movesIn(db: LedgerDb, of: MovesOf, types = told) {
  const all = db
    .selectFrom('events as e')
    .crossJoin('changes as c')
    .select(columns)
    .whereRef('c.id', '=', 'e.change_id')
    .where('e.type', 'in', types)
    .orderBy('e.seq');
  if (of === 'all') return all;
  if ('blueprints' in of) return all.where('c.blueprint', 'in', of.blueprints);
  return all.where('c.agent', '=', of.agent).where('c.blueprint', '=', of.blueprint);
}

type Row = { seq: number; type: string; hash: string; at: Timestamp; change_id: string | null; body: string };

function movedOf({ seq, type, hash, at, change_id: changeId, body }: Row): Moved {
  const said = JSON.parse(body) as Pick<Moved, 'to' | 'note'> & Partial<Moved> & { told?: readonly string[] };
  const { to, note, category = null, told: who } = said;
  const base = { seq, hash, at, changeId: changeId ?? '', id: `evt_${sha256(hash).slice(0, 32)}` };
  if (who !== undefined) {
    return { ...base, to: 'pending', note: null, category, nudge: { kind: nudgeKind(type), at, told: who } };
  }
  return { ...base, to, note, category, nudge: null };
}
