import { AppError } from '#shared/errors.ts';
import type { ChangeRow } from '#shared/ledger/changes.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import {
  type ReadRow,
  type ReadsKept,
  readsKept,
  readsOfAgent,
  type UntrustedRead,
  untrustedReads,
} from '#shared/ledger/reads.ts';
import type { LedgerDb, Timestamp } from '#shared/ledger/schema.ts';
import { forgottenAmong } from '#shared/ledger/tombstones.ts';
import type { Session, Trust } from '#shared/tools/index.ts';
import { onRecordSince } from './reads-known.ts';
import { type SealedBody, unseal } from './sealed.ts';
import { sessionAt } from './session.ts';

/** One thing at one revision, as an agent read it once or several times. */
export type ReadThing = {
  readonly server: string;
  readonly thing: string;
  readonly name: string;
  readonly revision: string | null;
  readonly trust: Trust;
  /** The best place that a search gave it; null where none did. */
  readonly rank: number | null;
  readonly tools: readonly string[];
  readonly first: Timestamp;
  readonly last: Timestamp;
  readonly times: number;
  /** Whether it was forgotten since. */
  readonly forgotten: boolean;
};

/** What the agent of a change had read before it, the latest first. */
export type ReadsBefore = {
  readonly session: Session;
  readonly reads: readonly ReadThing[];
  readonly untrusted: number;
  /** How many more things there are. */
  readonly more: number;
  /** What was read before is left out, because there is too much; null where nothing is. */
  readonly leftOutBefore: Timestamp | null;
  /** Whether all that counts is told. What a server that crashed had not written yet is missed by nobody. */
  readonly complete: boolean;
  /** How many untrusted things it has read since; none of that can have led to the change. */
  readonly untrustedSince: number;
} & ReadsKept;

/** So many reads are looked at, and so many things told. */
const bounds = { reads: 10_000, things: 1_000, since: 1_000 };

/** What the agent of a change had read in its session before it asked for the change; null where a person asked. */
export async function readsBefore(
  db: LedgerDb,
  change: Pick<ChangeRow, 'id' | 'agent' | 'requester' | 'created_at'>,
  most: typeof bounds = bounds,
): Promise<ReadsBefore | null> {
  const asked = JSON.parse(change.requester) as { readonly kind: string };
  if (change.agent === null || asked.kind !== 'agent') return null;
  const { agent } = change;
  const sealed = await sealedSession(db, change.id);
  const { from, to } = sealed ?? sessionAt(new Date(change.created_at));
  const known = new Set(sealed?.untrusted.map(keyOf));
  const isLater = (one: UntrustedRead): boolean => one.at > to && !known.has(keyOf(one));
  const [rows, kept, since] = await Promise.all([
    readsOfAgent(db, { agent, from: onRecordSince(from), to }, most.reads),
    readsKept(db),
    untrustedReads(db, { agent, from: to }, most.since),
  ]);
  const all = await marked(db, withSealed(thingsOf(rows), sealed?.untrusted ?? [], kept));
  const first = new Set(all.toSorted(untrustedFirst).slice(0, most.things));
  const reads = all.filter((one) => first.has(one));
  const leftOutBefore = rows.length < most.reads ? null : (rows.at(-1)?.at ?? null);
  const more = all.length - reads.length;
  return {
    session: { from, to },
    reads,
    untrusted: all.filter(({ trust }) => trust === 'untrusted').length,
    more,
    leftOutBefore,
    ...kept,
    complete: leftOutBefore === null && more === 0 && kept.recordedFrom <= from,
    // A machine whose clock was behind had read it before all the same.
    untrustedSince: new Set(since.filter(isLater).map(keyOf)).size,
  };
}

/** Those that matter most are told where not all can be; otherwise the order stays. */
function untrustedFirst(one: ReadThing, other: ReadThing): number {
  return Number(other.trust === 'untrusted') - Number(one.trust === 'untrusted');
}

/** Undefined where none was sealed, or what is there is not as it was sealed. */
async function sealedSession(db: LedgerDb, id: string): Promise<SealedBody['session']> {
  const kept = await findSealed(db, id);
  try {
    return kept && unseal(kept).body.session;
  } catch (error) {
    if (error instanceof AppError && error.code === 'seal_mismatch') return undefined;
    throw error;
  }
}

const keyOf = ({ server, thing, revision }: Pick<ReadRow, 'server' | 'thing' | 'revision'>): string =>
  JSON.stringify([server, thing, revision]);

/** Rows come the latest first, and so do things. */
function thingsOf(rows: readonly ReadRow[]): readonly Omit<ReadThing, 'forgotten'>[] {
  const things = new Map<string, Omit<ReadThing, 'forgotten'>>();
  for (const { server, thing, name, revision, trust, rank, tool, first_at: first, at: last } of rows) {
    const key = keyOf({ server, thing, revision });
    const known = things.get(key);
    const ranks = [known?.rank ?? null, rank].filter((one) => one !== null);
    things.set(key, {
      ...(known ?? { server, thing, name, revision, last }),
      trust: known?.trust === 'untrusted' ? 'untrusted' : trust,
      rank: ranks.length === 0 ? null : Math.min(...ranks),
      tools: [...new Set([...(known?.tools ?? []), tool])],
      first: known && known.first < first ? known.first : first,
      times: (known?.times ?? 0) + 1,
    });
  }
  return [...things.values()];
}

/** With what was sealed and is not kept in the record of reads any more. */
function withSealed(
  things: readonly Omit<ReadThing, 'forgotten'>[],
  sealed: readonly UntrustedRead[],
  { recordedFrom, dropped }: ReadsKept,
): readonly Omit<ReadThing, 'forgotten'>[] {
  if (!dropped) return things;
  const there = new Set(things.map(keyOf));
  const gone = sealed.filter((one) => one.at < recordedFrom && !there.has(keyOf(one)));
  const rest = { trust: 'untrusted', rank: null, tools: [], times: 1 } as const;
  return [...things, ...gone.map(({ at, ...one }) => ({ ...one, ...rest, first: at, last: at }))];
}

/** The same, with what was forgotten since. */
async function marked(db: LedgerDb, all: readonly Omit<ReadThing, 'forgotten'>[]): Promise<readonly ReadThing[]> {
  const gone = new Map<string, ReadonlySet<string>>();
  for (const server of new Set(all.map((one) => one.server))) {
    const things = all.filter((one) => one.server === server).map(({ thing }) => thing);
    gone.set(server, await forgottenAmong(db, server, { things: [...new Set(things)], digests: [] }));
  }
  return all.map((one) => ({ ...one, forgotten: gone.get(one.server)?.has(one.thing) ?? false }));
}
