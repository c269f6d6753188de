import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import { isPostgresUrl } from '#shared/ledger/location.ts';
import { sqliteTriggers } from '#shared/ledger/sqlite-triggers.ts';
import { newSqliteLedger } from '#test/fakes/new-ledger.ts';
import { ledgers } from '#test/fakes/notes-kit.ts';
import { type PostgresServer, startPostgres } from '#test/fakes/postgres.ts';
import { withPostgres } from '#test/fakes/postgres-cluster.ts';

/** A second look at a ledger, as a program would have that goes round ours. */
export type Raw = {
  readonly engine: 'sqlite' | 'postgres';
  readonly location: string;
  /** Values stand where `?` is. */
  readonly run: (sql: string, ...values: readonly unknown[]) => Promise<void>;
  readonly all: (sql: string, ...values: readonly unknown[]) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** The first column of the first row. */
  readonly get: (sql: string, ...values: readonly unknown[]) => Promise<unknown>;
  /** Takes every constraint of ours away, lets something be done, and puts them back. */
  readonly unguarded: (work: () => Promise<void>) => Promise<void>;
  /** How this engine refuses a row that is there already. */
  readonly already: RegExp;
  /** The forms of `insert` and `update` that this engine has. */
  readonly inserts: readonly string[];
  readonly updates: readonly string[];
  readonly close: () => Promise<void>;
};

/** The same tests on each engine; those with Postgres are passed over where it is not installed. */
export function onEachEngine(tests: (open: () => Promise<Raw>) => void): void {
  describe('on SQLite', () => tests(sqliteRaw));
  onPostgres((server) => tests(() => postgresRaw(server())));
}

/** Tests with a PostgreSQL server of their own. */
export function onPostgres(tests: (server: () => PostgresServer) => void): void {
  const name = withPostgres ? 'on Postgres' : 'on Postgres, which is not installed';
  describe.skipIf(!withPostgres)(name, () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.stop());
    tests(() => server);
  });
}

/** The same tests of kits on each engine, each kit with a ledger of its own. */
export function kitsOnEachEngine(tests: (engine: Raw['engine']) => void): void {
  describe('on SQLite', () => tests('sqlite'));
  onPostgres((server) => {
    const { make } = ledgers;
    beforeAll(() => {
      ledgers.make = () => server().ledger();
    });
    afterAll(() => {
      ledgers.make = make;
    });
    tests('postgres');
  });
}

async function sqliteRaw(): Promise<Raw> {
  const dir = await mkdtemp(join(tmpdir(), 'countersign-ledger-'));
  const location = join(dir, 'ledger.db');
  await newSqliteLedger(location);
  const db = new Database(location);
  // What is tried here is what the database refuses, not what a disk keeps.
  db.pragma('synchronous = OFF');
  const all = async (sql: string, ...values: readonly unknown[]) =>
    db.prepare<unknown[], Record<string, unknown>>(sql).all(...values);
  return {
    engine: 'sqlite',
    location,
    run: async (sql, ...values) => {
      db.prepare(sql).run(...values);
    },
    all,
    get: async (sql, ...values) => firstOf(await all(sql, ...values)),
    unguarded: async (work) => {
      const triggers = db.prepare("select name from sqlite_master where type = 'trigger'").pluck().all();
      for (const name of triggers) db.exec(`drop trigger "${name}"`);
      await work();
      for (const statement of sqliteTriggers()) db.exec(statement);
    },
    already: /countersign: this is in \w+ already/,
    inserts: ['insert', 'replace', 'insert or replace', 'insert or ignore'],
    updates: ['update', 'update or replace', 'update or ignore'],
    close: async () => {
      db.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Looks as the superuser. */
export async function postgresRaw(server: PostgresServer): Promise<Raw> {
  const location = await server.ledger();
  const client = new pg.Client({ connectionString: location });
  // Some tests end the server under it.
  client.on('error', () => {});
  await client.connect();
  const all = async (sql: string, ...values: readonly unknown[]): Promise<Record<string, unknown>[]> => {
    return (await client.query(numbered(sql), [...values])).rows;
  };
  return {
    engine: 'postgres',
    location,
    run: async (sql, ...values) => {
      await all(sql, ...values);
    },
    all,
    get: async (sql, ...values) => firstOf(await all(sql, ...values)),
    unguarded: async (work) => {
      await client.query('set session_replication_role = replica');
      await work();
      await client.query('set session_replication_role = origin');
    },
    already: /duplicate key/,
    inserts: ['insert'],
    updates: ['update'],
    close: () => client.end(),
  };
}

const firstOf = (rows: readonly Readonly<Record<string, unknown>>[]): unknown => Object.values(rows[0] ?? {})[0];

/** Writes a ledger past all of its constraints, as whoever has its file or is its superuser can. */
export type Look = Pick<Raw, 'run' | 'close'>;

export async function lookAt(location: string): Promise<Look> {
  if (isPostgresUrl(location)) {
    const client = new pg.Client({ connectionString: location });
    await client.connect();
    await client.query('set session_replication_role = replica');
    return {
      run: async (sql, ...values) => {
        await client.query(numbered(sql), [...values]);
      },
      close: () => client.end(),
    };
  }
  const db = new Database(location);
  const triggers = db.prepare("select name from sqlite_master where type = 'trigger'").pluck().all();
  for (const name of triggers) db.exec(`drop trigger "${name}"`);
  return {
    run: async (sql, ...values) => {
      db.prepare(sql).run(...values);
    },
    close: async () => {
      db.close();
    },
  };
}

/** Postgres numbers the places of values. */
export function numbered(sql: string): string {
  let count = 0;
  return sql.replaceAll('?', () => {
    count += 1;
    return `$${count}`;
  });
}
