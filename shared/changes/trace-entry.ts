import { AppError } from '#shared/errors.ts';
import {
  type Entry,
  entriesNamed,
  type ReadRow,
  type ReadsKept,
  readsKept,
  readsOfThing,
} from '#shared/ledger/reads.ts';
import type { LedgerDb, Timestamp } from '#shared/ledger/schema.ts';
import { forgottenAmong } from '#shared/ledger/tombstones.ts';
import type { Trust } from '#shared/tools/index.ts';
import { type Influenced, influencedBy, type WrittenBy } from './influence.ts';

/** Who read an entry at a revision, once or several times. */
export type Readers = {
  readonly server: string;
  readonly thing: string;
  readonly agent: string;
  readonly blueprint: string;
  readonly revision: string | null;
  readonly trust: Trust;
  /** The best place that a search gave it; null where none did. */
  readonly rank: number | null;
  readonly first: Timestamp;
  readonly last: Timestamp;
  readonly times: number;
};

/** What an entry may have influenced. */
export type EntryTrace = {
  readonly entries: readonly (Entry & { readonly name: string; readonly forgotten: boolean })[];
  readonly readers: readonly Readers[];
  /** In the order in which it may have come about. */
  readonly influenced: readonly Influenced[];
  /** Whether there is more than can be told. */
  readonly cut: boolean;
} & ReadsKept;

const bounds = { entries: 50, reads: 5_000 };

/**
 * Who read an entry since a time, and what may have come of it: the changes that were asked for in a session after it was
 * read, what those wrote, who read that, and so on. An entry is named as `server/thing`, or by a name that was read.
 * @param written what a change wrote besides what it left on record
 * @throws AppError `not_found` when nobody has read it since
 */
export async function traceEntry(
  db: LedgerDb,
  { entry, since }: { readonly entry: string; readonly since: Timestamp },
  written: WrittenBy = () => [],
): Promise<EntryTrace> {
  const named = await entriesNamed(db, entry, bounds.entries);
  const slash = entry.indexOf('/');
  const exact = slash > 0 ? [{ server: entry.slice(0, slash), thing: entry.slice(slash + 1) }] : [];
  const readers: Readers[] = [];
  const entries: EntryTrace['entries'][number][] = [];
  let cut = named.length === bounds.entries;
  for (const one of [...named, ...exact]) {
    const rows = await readsOfThing(db, { ...one, since }, bounds.reads);
    const [latest] = rows;
    if (latest === undefined) continue;
    const gone = await forgottenAmong(db, one.server, { things: [one.thing], digests: [] });
    entries.push({ ...one, name: latest.name, forgotten: gone.has(one.thing) });
    readers.push(...readersOf(rows));
    cut ||= rows.length === bounds.reads;
  }
  if (entries.length === 0) {
    throw new AppError('not_found', 'Nothing of this name, or of this server and thing, was read since.', {
      next: 'Name it as a read shows it, such as WEB-12, or as SERVER/THING; or look further back with --since.',
    });
  }
  const influence = await influencedBy(db, { entries, since }, written);
  return {
    entries,
    readers,
    influenced: influence.changes,
    cut: cut || influence.cut,
    ...(await readsKept(db)),
  };
}

/** Rows come the latest first, and so do readers. */
function readersOf(rows: readonly ReadRow[]): readonly Readers[] {
  const all = new Map<string, Readers>();
  for (const { server, thing, agent, blueprint, revision, trust, rank, first_at: first, at: last } of rows) {
    const key = JSON.stringify([agent, blueprint, revision]);
    const known = all.get(key);
    const ranks = [known?.rank ?? null, rank].filter((one) => one !== null);
    all.set(key, {
      ...(known ?? { server, thing, agent, blueprint, revision, last }),
      trust: known?.trust === 'untrusted' ? 'untrusted' : trust,
      rank: ranks.length === 0 ? null : Math.min(...ranks),
      first: known && known.first < first ? known.first : first,
      times: (known?.times ?? 0) + 1,
    });
  }
  return [...all.values()];
}
