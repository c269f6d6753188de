import Database from 'better-sqlite3';
import type { Bench } from './bench.ts';
import { untruthIn } from './truth.ts';

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

/** What is wrong with the tracker, compared with the ledger; null when all of it is true. */
export function untruthOf(bench: Bench): Promise<string | null> {
  const writes = lookInto(bench, ({ all }) => all('select change_id, result from done order by at'));
  const told = lookInto(bench, ({ all }) => all('select distinct change_id from event where change_id is not null'));
  return untruthIn(bench, {
    server: 'tickets',
    writes: writes.map(({ change_id: id, result }) => ({ id: String(id), result: String(result) })),
    told: told.map(({ change_id: id }) => String(id)),
  });
}
