import Database from 'better-sqlite3';
import { sha256 } from '#shared/crypto/canonical.ts';
import { chainStart } from '#shared/ledger/events.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { searchedOf } from '#shared/ledger/search/keep.ts';
import { tidySearch } from '#shared/ledger/search/tidy.ts';
import { type EventRow, type History, historyOf, type Row } from './history.ts';

export type Fill = {
  readonly path: string;
  /** Changes that ended, and changes that are open. */
  readonly ended: number;
  readonly open: number;
  /** Told now and then how many changes are there. */
  readonly progress?: (made: number) => void;
};

const millisecondsBetween = 60_000;

/**
 * Makes a ledger with a past. The rows go in past the triggers, which would take a day, and are put under them again;
 * the chain of events is whole. Answers how many events there are.
 */
export async function fillLedger({ path, ended, open, progress }: Fill): Promise<number> {
  await (await openLedger(path)).close();
  const database = new Database(path);
  // Without a journal, which is refused otherwise; and from the write-ahead log there is no way there at once.
  database.unsafeMode();
  database.pragma('journal_mode = DELETE');
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -4000000');
  withoutTriggers(database);
  const rows = writer(database);
  const events = chain(database);
  const all = ended + open;
  const start = Date.now() - all * millisecondsBetween;
  for (let at = 0; at < all; at += 1) {
    if (at % 10_000 === 0) {
      if (at > 0) database.exec('commit');
      database.exec('begin');
      progress?.(at);
    }
    const made = historyOf(at, new Date(start + at * millisecondsBetween), at >= ended);
    rows(made);
    for (const event of made.events) events.add(event);
  }
  if (all > 0) database.exec('commit');
  database.close();
  // Puts the triggers back, and the write-ahead log on.
  const ledger = await openLedger(path);
  // As the approvals server does once a day.
  await tidySearch(ledger);
  await ledger.close();
  return events.count();
}

function withoutTriggers(database: Database.Database): void {
  const names = database.prepare("select name from sqlite_master where type = 'trigger'").pluck().all();
  for (const name of names) database.exec(`drop trigger "${name}"`);
}

function writer(database: Database.Database): (history: History) => void {
  const statements = new Map<string, Database.Statement>();
  const insert = (table: string, row: Row): void => {
    let statement = statements.get(table);
    if (!statement) {
      const columns = Object.keys(row);
      const places = columns.map((column) => `@${column}`);
      statement = database.prepare(`insert into ${table} (${columns}) values (${places})`);
      statements.set(table, statement);
    }
    statement.run(row);
  };
  const places = database.prepare('insert into search (position, change_id) values (?, ?)');
  const texts = database.prepare('insert into search_words (rowid, words) values (?, ?)');
  return ({ changes, sealed, events: _, ...lists }) => {
    insert('changes', changes);
    insert('sealed', sealed);
    const searched = searchedOf(String(sealed['body']));
    const position = BigInt(searched.first);
    places.run(position, searched.id);
    texts.run(position, searched.words.join(' '));
    for (const [table, rows] of Object.entries(lists)) for (const row of rows) insert(table, row);
  };
}

function chain(database: Database.Database): { add: (event: EventRow) => void; count: () => number } {
  const insert = database.prepare(
    'insert into events (at, type, change_id, actor, body, previous, hash) values (?, ?, ?, ?, ?, ?, ?)',
  );
  let previous = chainStart;
  let count = 0;
  return {
    add: ({ at, type, change_id, actor, body }) => {
      // The canonical JSON of the event, written out: none of these values has anything to escape but the two texts.
      const said = `{"actor":${JSON.stringify(actor)},"at":"${at}","body":${JSON.stringify(body)},"change_id":"${change_id}","previous":"${previous}","type":"${type}"}`;
      const hash = sha256(said);
      insert.run(at, type, change_id, actor, body, previous, hash);
      previous = hash;
      count += 1;
    },
    count: () => count,
  };
}
