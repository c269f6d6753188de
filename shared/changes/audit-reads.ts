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
};

/**
 * Compares the record of what was read with the events that tell of it, as those are passed in their order: rows were kept
 * in the same. Ends with what no event told of.
 */
export function auditReads(db: LedgerDb, tell: Tell) {
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
      if (isSame && kept.length === said.told_count && toldDigest(kept) === said.told_digest) return;
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
