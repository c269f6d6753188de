import Database from 'better-sqlite3';
import { canonical } from '#shared/crypto/canonical.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Json } from '#shared/tools/index.ts';
import type { Bench } from './bench.ts';

type Row = Readonly<Record<string, string | number | null>>;

/** The embedded tracker as its file has it, whatever its server says. */
type Tracker = {
  readonly all: (sql: string, ...values: (string | number)[]) => readonly Row[];
};

function lookInto<T>({ tracker }: Pick<Bench, 'tracker'>, look: (tracker: Tracker) => T): T {
  const database = new Database(tracker, { readonly: true, timeout: 10_000 });
  try {
    return look({ all: (sql, ...values) => database.prepare(sql).all(...values) as Row[] });
  } finally {
    database.close();
  }
}

/** All that people see of a ticket, but for when it was changed and what the history says. */
export type Seen = {
  readonly ticket: Row;
  readonly labels: readonly Row[];
  readonly comments: readonly Row[];
  readonly links: readonly Row[];
};

export function seenOf(bench: Bench, key: string): Seen {
  return lookInto(bench, ({ all }) => {
    const [found] = all('select * from ticket where id = (select ticket from ticket_key where key = ?)', key);
    if (found === undefined) throw new Error(`there is no ${key}`);
    const { id, updated_at: _at, version: _version, ...ticket } = found;
    const number = Number(id);
    return {
      ticket,
      labels: all('select label from ticket_label where ticket = ? order by label', number),
      comments: all('select id, author, body, visible_to from comment where ticket = ? order by id', number),
      links: all('select type, outward, inward from link where ? in (outward, inward) order by 1, 2, 3', number),
    };
  });
}

/** How often the history of a ticket tells of a change. */
export function timesTold(bench: Bench, key: string, changeId: string): number {
  const sql = `select count(*) as times from event
    where change_id = ? and ticket = (select ticket from ticket_key where key = ?)`;
  return lookInto(bench, ({ all }) => Number(all(sql, changeId, key)[0]?.['times']));
}

/** The keys of the tickets that a change made, as the history has it. */
export function madeBy(bench: Bench, changeId: string): readonly string[] {
  const sql = `select key from ticket where id in (select ticket from event e join event_change c on c.event = e.id
    where e.change_id = ? and c.field = 'type' and c.before is null)`;
  return lookInto(bench, ({ all }) => all(sql, changeId).map(({ key }) => String(key)));
}

/**
 * What is wrong with the tracker, compared with the ledger: each write in it is of a change that somebody approved and
 * that is applied, once, and the receipt of that says what the tracker answered. Null when all of it is true.
 */
export async function untruthOf(bench: Bench): Promise<string | null> {
  const writes = lookInto(bench, ({ all }) => all('select change_id, result from done order by at'));
  const told = lookInto(bench, ({ all }) => all('select distinct change_id from event where change_id is not null'));
  const ids = new Set(writes.map(({ change_id: id }) => String(id)));
  if (ids.size !== writes.length) return 'a change was written more than once';
  const unknown = told.find(({ change_id: id }) => !ids.has(String(id)));
  if (unknown !== undefined) return `the history tells of ${unknown['change_id']}, which was not kept as done`;
  const ledger = await openLedger(bench.ledger);
  try {
    const applied = await appliedIn(ledger.db);
    const missing = [...applied.keys()].find((id) => !ids.has(id));
    if (missing !== undefined) return `${missing} is applied, and the tracker does not know it`;
    for (const { change_id: id, result } of writes) {
      const receipts = applied.get(String(id));
      if (receipts === undefined) return `${id} was written, and is not both approved and applied`;
      const [receipt, ...more] = receipts;
      if (receipt === undefined || more.length > 0) return `${id} has ${receipts.length} receipts`;
      if (!isSame(receipt, String(result))) return `the receipt of ${id} is ${receipt}, and the tracker said ${result}`;
    }
    return null;
  } finally {
    await ledger.close();
  }
}

/** The changes of tickets that somebody approved and that are applied, with the receipts of their steps. */
async function appliedIn(db: LedgerDb): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db
    .selectFrom('changes as c')
    .leftJoin('outcomes as o', (join) => join.onRef('o.change_id', '=', 'c.id').on('o.receipt', 'is not', null))
    .select(['c.id', 'o.receipt'])
    .where('c.server', '=', 'tickets')
    .where('c.status', '=', 'applied')
    .where('c.id', 'in', db.selectFrom('decisions').select('change_id').where('verb', '=', 'approve'))
    .execute();
  const byId = Map.groupBy(rows, ({ id }) => id);
  return new Map([...byId].map(([id, all]) => [id, all.flatMap(({ receipt }) => receipt ?? [])]));
}

function isSame(one: string, other: string): boolean {
  return canonical(JSON.parse(one) as Json) === canonical(JSON.parse(other) as Json);
}
