import { canonical } from '#shared/crypto/canonical.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Json } from '#shared/tools/index.ts';
import type { Bench } from './bench.ts';

/** What a server's own file says of changes, whatever the server says. */
export type Kept = {
  readonly server: 'tickets' | 'knowledge';
  /** Each write that was kept as done, with what was answered. */
  readonly writes: readonly { readonly id: string; readonly result: string }[];
  /** Every change that anything in the file is told to come from. */
  readonly told: readonly string[];
};

/**
 * What is wrong with a server's file, compared with the ledger: each write in it is of a change that somebody approved and
 * that is applied, once, and the receipt of that says what was answered. Null when all of it is true.
 */
export async function untruthIn(bench: Bench, { server, writes, told }: Kept): Promise<string | null> {
  const ids = new Set(writes.map(({ id }) => id));
  if (ids.size !== writes.length) return 'a change was written more than once';
  const unknown = told.find((id) => !ids.has(id));
  if (unknown !== undefined) return `${server} tells of ${unknown}, which was not kept as done`;
  return inLedger(bench, async (db) => {
    const applied = await appliedIn(db, server);
    const missing = [...applied.keys()].find((id) => !ids.has(id));
    if (missing !== undefined) return `${missing} is applied, and ${server} does not know it`;
    for (const { id, result } of writes) {
      const receipts = applied.get(id);
      if (receipts === undefined) return `${id} was written, and is not both approved and applied`;
      const [receipt, ...more] = receipts;
      if (receipt === undefined || more.length > 0) return `${id} has ${receipts.length} receipts`;
      if (!isSame(receipt, result)) return `the receipt of ${id} is ${receipt}, and ${server} said ${result}`;
    }
    return null;
  });
}

/** Looks into the ledger of a bench. */
export async function inLedger<T>(bench: Pick<Bench, 'ledger'>, look: (db: LedgerDb) => Promise<T>): Promise<T> {
  const ledger = await openLedger(bench.ledger);
  try {
    return await look(ledger.db);
  } finally {
    await ledger.close();
  }
}

/** The things of the server of pages that an agent has read, as the ledger has it. */
export function readsOf(bench: Bench, agent: string): Promise<ReadonlySet<string>> {
  return inLedger(bench, async (db) => {
    const rows = await db.selectFrom('reads').select('thing').where('agent', '=', agent).execute();
    return new Set(rows.map(({ thing }) => thing));
  });
}

/** The changes of a server that somebody approved and that are applied, with the receipts of their steps. */
async function appliedIn(db: LedgerDb, server: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db
    .selectFrom('changes as c')
    .leftJoin('outcomes as o', (join) => join.onRef('o.change_id', '=', 'c.id').on('o.receipt', 'is not', null))
    .select(['c.id', 'o.receipt'])
    .where('c.server', '=', server)
    .where('c.status', '=', 'applied')
    .where('c.id', 'in', db.selectFrom('decisions').select('change_id').where('verb', '=', 'approve'))
    .execute();
  const byId = Map.groupBy(rows, ({ id }) => id);
  return new Map([...byId].map(([id, all]) => [id, all.flatMap(({ receipt }) => receipt ?? [])]));
}

function isSame(one: string, other: string): boolean {
  return canonical(JSON.parse(one) as Json) === canonical(JSON.parse(other) as Json);
}
