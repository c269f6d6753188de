import { filesWritten } from '#capabilities/repo/things.ts';
import type { SealedBody } from '#shared/changes/sealed.ts';
import { type ReadThing, readsBefore } from '#shared/changes/trace-change.ts';
import { traceEntry } from '#shared/changes/trace-entry.ts';
import { AppError } from '#shared/errors.ts';
import { findChange } from '#shared/ledger/changes.ts';
import type { Entry } from '#shared/ledger/reads.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { reveal } from './reveal.ts';

/** So many reads are looked at for one page, and so many things told; what is untrusted before the rest. */
const bounds = { reads: 10_000, things: 500, since: 1_000 };

/** What the agent of a change had read before it, for people; null where a person asked. Every text is safe to look at. */
export async function readsView(db: LedgerDb, id: string) {
  const row = await findChange(db, id);
  if (!row) throw new AppError('not_found', 'There is no such change.');
  const found = await readsBefore(db, row, bounds);
  if (found === null) return { session: null, reads: [] };
  const { untrustedSince, recordedFrom, leftOutBefore, ...rest } = found;
  return {
    ...rest,
    reads: found.reads.map(thingView),
    recorded_from: recordedFrom,
    left_out_before: leftOutBefore,
    untrusted_since: untrustedSince,
  };
}

function thingView({ name, revision, ...read }: ReadThing) {
  return { ...read, thing: reveal(read.thing), name: reveal(name), revision: revision && reveal(revision) };
}

/** Who read an entry and what may have come of it, for people. */
export async function traceView(db: LedgerDb, asked: { readonly entry: string; readonly since: string }) {
  const { entries, readers, influenced, cut, recordedFrom, dropped } = await traceEntry(db, asked, writtenBy);
  return {
    entries: entries.map((one) => ({ ...entryView(one), name: reveal(one.name), forgotten: one.forgotten })),
    readers: readers.map(({ revision, agent, ...read }) => ({
      ...read,
      ...entryView(read),
      agent: reveal(agent),
      revision: revision && reveal(revision),
    })),
    influenced: influenced.map(({ id, agent, createdAt, through, wrote, ...change }) => ({
      change_id: id,
      agent: reveal(agent),
      created_at: createdAt,
      through: { ...entryView(through), change: through.change },
      wrote: wrote.map(entryView),
      ...change,
    })),
    cut,
    recorded_from: recordedFrom,
    dropped,
  };
}

const entryView = ({ server, thing }: Entry) => ({ server, thing: reveal(thing) });

/** Files are on record by the commits that a change left; who reads them names the file. */
function writtenBy({ server, target, effects }: SealedBody): readonly Entry[] {
  return filesWritten(target, effects).map((thing) => ({ server, thing }));
}
