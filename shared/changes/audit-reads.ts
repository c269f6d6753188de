import { readsDroppedUntil } from '#shared/ledger/drop-reads.ts';
import type { EventRow } from '#shared/ledger/events.ts';
import { type ReadRow, readsIn } from '#shared/ledger/reads.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Tell } from './audit.ts';
import { toldDigest } from './told.ts';

/** What an event of calls says that its answers told. */
type Said = {
  readonly server?: string;
  readonly tool?: string;
  readonly first?: string;
  readonly told_count?: number;
  readonly told_digest?: string;
  readonly told_before?: number;
  readonly kept_digest?: string;
};

const isAllNew = ({ told_before: before }: Said): boolean => before === undefined;

/**
 * Compares the record of what was read with the events that tell of it, as those are passed in their order: rows were kept
 * in the same. Ends with what no event told of.
 */
export async function auditReads(db: LedgerDb, tell: Tell) {
  const dropped = (await readsDroppedUntil(db)) ?? '';
  const rows = readsIn(db)[Symbol.asyncIterator]();
  let next: ReadRow | undefined;
  let begun = false;
  const advance = async (): Promise<void> => {
    const { value, done } = await rows.next();
    next = done ? undefined : value;
  };
  const look = async (): Promise<ReadRow | undefined> => {
    if (!begun) await advance();
    begun = true;
    return next;
  };
  return {
    pass: async ({ seq, type, hash, at, actor, body }: EventRow): Promise<void> => {
      if (type !== 'tool.read') return;
      const said = JSON.parse(body) as Said;
      if (said.told_count === undefined) return;
      const kept: ReadRow[] = [];
      for (let row = await look(); row?.event === hash; row = next) {
        kept.push(row);
        await advance();
      }
      const { agent, blueprint } = JSON.parse(actor) as { agent?: string; blueprint?: string };
      const isSame = kept.every(
        (row) =>
          row.agent === agent &&
          row.blueprint === blueprint &&
          row.server === said.server &&
          row.tool === said.tool &&
          row.at === at &&
          row.first_at === (said.first ?? at),
      );
      const [count, digest] = isAllNew(said)
        ? [said.told_count, said.told_digest]
        : [said.told_count - (said.told_before ?? 0), said.kept_digest];
      // What is being dropped goes some at a time.
      if (isSame && at < dropped && kept.length < count) return;
      if (isSame && kept.length === count && toldDigest(kept) === digest) return;
      tell('read', `event ${seq}`, 'What was read is not on record as its event tells.');
    },
    end: async (): Promise<void> => {
      let more = 0;
      for (let row = await look(); row !== undefined; row = next) {
        more += 1;
        await advance();
      }
      if (more > 0)
        tell('read', 'reads', `${more} reads are on record of which no event tells, or not in their order.`);
    },
  };
}
