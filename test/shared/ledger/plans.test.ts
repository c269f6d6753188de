import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { type CompiledQuery, Kysely } from 'kysely';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callsSince } from '#shared/changes/calls-since.ts';
import { openSigningKey } from '#shared/changes/keys.ts';
import { sqliteInserts } from '#shared/ledger/append-only.ts';
import { listChanges } from '#shared/ledger/changes.ts';
import { refusals } from '#shared/ledger/constraints.ts';
import { openSqliteFile, sqliteDialect } from '#shared/ledger/dialect.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { postgresDialect } from '#shared/ledger/postgres/pool.ts';
import { quarantineOf } from '#shared/ledger/quarantine.ts';
import { entriesNamed, readsOfAgent, readsOfThing, untrustedReads } from '#shared/ledger/reads.ts';
import type { LedgerSchema } from '#shared/ledger/schema.ts';
import { forgottenAmong } from '#shared/ledger/tombstones.ts';
import { proposer } from '#test/bench/proposer.ts';
import { live } from '#test/bench/scale/life.ts';
import { type Operation, type Place, reads as usualReads } from '#test/bench/scale/operations.ts';
import { onPostgres, postgresRaw, type Raw } from './engines.ts';

/** And what is asked when an agent went wrong. */
const reads: readonly Operation[] = [
  ...usualReads,
  {
    name: 'what waits in quarantine',
    run: ({ ledger }) => listChanges(ledger.db, { quarantine: 'waits', limit: 51 }),
  },
  {
    name: 'whether a change waits in quarantine',
    run: ({ ledger, past: [one] }) => quarantineOf(ledger.db, one?.id ?? ''),
  },
  {
    name: 'an agent’s calls since a time',
    run: ({ ledger }) => callsSince(ledger.db, { agent: 'bench-agent', since: '2027-01-01T00:00:00Z' }),
  },
  {
    name: 'what an agent read that was untrusted',
    run: ({ ledger }) => untrustedReads(ledger.db, { agent: 'bench-agent', from: '2027-01-01T00:00:00Z' }, 10),
  },
  {
    name: 'what an agent read before a change',
    run: ({ ledger }) => readsOfAgent(ledger.db, { agent: 'bench-agent', from: '2027', to: '2028' }, 10),
  },
  {
    name: 'who read a thing since a time',
    run: ({ ledger }) => readsOfThing(ledger.db, { server: 'tickets', thing: 'ticket:1', since: '2027' }, 10),
  },
  {
    name: 'what was read under a name',
    run: ({ ledger }) => entriesNamed(ledger.db, 'WEB-1', 10),
  },
  {
    name: 'what of these was forgotten',
    run: ({ ledger }) => forgottenAmong(ledger.db, 'knowledge', { things: ['page:1'], digests: ['x'] }),
  },
];

const known = [{ id: 'chg_x', idempotency_key: 'x' }];

let folder: string;
let database: Database.Database;
let place: Place;
let queries: CompiledQuery[];

/**
 * Stops and holds are few at any age of a ledger, and so is what was cut to a limit before, and what accepts a change; a
 * match is no scan. An index holds what waits in quarantine.
 */
const few =
  /^SCAN (?:s|e|l|stops|stop_ends|h|holds|hold_ends|first|part|some|(?:\d+ )?CONSTANT ROWS?)(?: EXISTS)?$|^SCAN search_words VIRTUAL TABLE INDEX \d+:=?M|^SCAN quarantined USING (?:COVERING )?INDEX quarantined_waiting/;

/** What is put together of pages that each have a limit, or found among few changes: sorting it is cheap. */
const sortsFew =
  /\) as "part" order by |^select changes\.\* from changes cross join search |^select \* from "changes" where \(changes\.id in \(/;

function planOf(sql: string, parameters: readonly unknown[]): string[] {
  const plan = database.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all(...parameters);
  return plan.map(({ detail }) => detail);
}

/** What SQLite would read from end to end to answer this; but not the newest of all, of which it reads as many as are wanted. */
function scansOf(sql: string, parameters: readonly unknown[] = []): string[] {
  const inOrder = /^select (?:\* from "changes" order by "id" desc limit \?|"hash" from "last_event")$/.test(sql);
  return planOf(sql, parameters).flatMap((detail) => {
    const sorts = detail.includes('TEMP B-TREE') && / limit \?$/.test(sql) && !sortsFew.test(sql);
    return sorts || (detail.startsWith('SCAN') && !few.test(detail) && !inOrder) ? [`${detail}: ${sql}`] : [];
  });
}

/** The same of all that was asked until now. */
function scans(): string[] {
  const asked = new Map(queries.map((query) => [query.sql, query.parameters]));
  return [...asked].flatMap(([sql, parameters]) => scansOf(sql, parameters));
}

describe('on SQLite', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-plans-'));
    const path = join(folder, 'ledger.db');
    const made = await openLedger(path);
    await made.close();
    database = openSqliteFile(path);
    const db = new Kysely<LedgerSchema>({
      dialect: sqliteDialect(database),
      log: ({ query }) => {
        queries.push(query);
      },
    });
    const ledger: Ledger = { ...made, db, write: (work) => db.transaction().execute(work) };
    queries = [];
    place = { ledger, key: openSigningKey(join(folder, 'key.pem')), recent: known, past: known };
  });
  afterEach(async () => {
    await place.ledger.db.destroy();
    rmSync(folder, { recursive: true });
  });

  test.each(reads)('$name: every row is found by an index', async ({ run }) => {
    await run(place, 0);
    expect(queries.length).toBeGreaterThan(0);
    expect(scans()).toEqual([]);
  });

  test.each([
    ['what an executor has to do', 'changes_at_work (server=?)'],
    ['waiting: where five changes stand', 'changes USING PRIMARY KEY (id=?)'],
    ['an open change of the same content', 'changes_fingerprint (fingerprint=?)'],
    [
      'limits: proposals of the hour, and pending',
      'changes_by_owner_and_time (agent=? AND blueprint=? AND created_at>?)',
    ],
    ['people’s list, one tool, several states', 'changes_of_tool (tool=? AND status=?)'],
    ['people’s list, one agent, any state', 'changes_of_agent (agent=? AND status=?)'],
    ['search: a word of every change', 'search USING INTEGER PRIMARY KEY (rowid=?)'],
    ['search: a frequent word, pending', 'search_words VIRTUAL TABLE INDEX 192:=M'],
    ['an agent’s calls since a time', 'events_of_calls (<expr>=? AND at>?)'],
    ['what an agent read that was untrusted', 'reads_untrusted (agent=? AND at>?)'],
    ['decisions that a restored backup made void', 'events_of_no_change (type=?)'],
  ])('%s: by an index that does not grow with the past', async (name, index) => {
    await reads.find((read) => read.name === name)?.run(place, 0);
    const plans = queries.flatMap(({ sql, parameters }) => planOf(sql, parameters));
    expect(plans).toContainEqual(expect.stringContaining(index));
  });

  test('a change is proposed, decided and carried out with every row found by an index', async () => {
    await live(place, proposer(place.ledger));
    expect(queries.length).toBeGreaterThan(50);
    expect(scans()).toEqual([]);
  });

  test('every condition of a trigger is looked up by an index', () => {
    const conditions = [...refusals(), ...sqliteInserts().refusals].map(({ when }) => when);
    // Any value does: which index is used depends on the columns that are compared.
    const asked = conditions.map(
      (when) => `select 1 where ${when.replace(/\b(?:new|old)\.\w+|\(select hash from last_event\)/g, "'x'")}`,
    );
    expect(asked.length).toBeGreaterThan(30);
    expect(asked.flatMap((sql) => scansOf(sql))).toEqual([]);
  });
});

onPostgres((server) => {
  let raw: Raw;
  let ledger: Ledger;
  let asked: CompiledQuery[];
  beforeAll(async () => {
    raw = await postgresRaw(server());
    // PostgreSQL reads an empty table from end to end whenever it may, so it may only where nothing else is possible.
    await raw.run('set enable_seqscan = off');
    const made = await openLedger(raw.location);
    const log = ({ query }: { readonly query: CompiledQuery }): void => {
      asked.push(query);
    };
    ledger = { ...made, db: new Kysely<LedgerSchema>({ dialect: postgresDialect(raw.location), log }) };
    return async () => {
      await ledger.db.destroy();
      await made.close();
      await raw.close();
    };
  });

  test.each(reads)('$name: every row can be found by an index', async ({ run }) => {
    asked = [];
    await run({ ledger, recent: known, past: known }, 0);
    for (const { sql, parameters } of asked) {
      const plan = (await raw.all(`explain ${sql}`, ...parameters)).map((row) => String(row['QUERY PLAN']));
      expect(plan.filter((line) => /Seq Scan on (?!stops|stop_ends)/.test(line))).toEqual([]);
    }
  });
});
