import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '#shared/errors.ts';
import { type Sql, type SqlValue, statementsOf, type Transaction, transactionOf } from '#shared/sqlite/sql.ts';
import { attachVectors, type VectorFile } from '../vectors/attach.ts';
import { migrations } from './schema.ts';

/** An open knowledge base. Several processes may have one file open. */
export type Store = Sql & {
  /** One transaction that takes the write lock at once; within another, a part of that. */
  readonly write: Transaction;
  /** One state of the file, whatever others commit meanwhile. */
  readonly read: Transaction;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** `knowledge:` and a name of this very file: what was decided for another is not carried out here. */
  readonly origin: string;
  /**
   * Writes the file anew without what was deleted, and empties the log of writes. Answers whether that is empty: not while
   * another process reads. All writers wait meanwhile.
   */
  readonly shred: () => boolean;
  /** Writes a copy of it, as it is at one moment, to a file that is not there yet. */
  readonly copyTo: (path: string) => void;
  readonly close: () => void;
};

/** How long another process's transaction is waited for, in milliseconds. Nothing else is done meanwhile. */
const busyMs = 2_000;

/** So much of the file is kept in memory at most: the index of a hundred thousand passages. */
const mostCachedKiB = 65_536;

type OpenOptions = {
  /** `:memory:` for one that nobody else sees. */
  readonly path: string;
  /** Puts in what a new one begins with. */
  readonly fill: (store: Store) => void;
  readonly now: () => number;
  /** Vectors beside the pages; none unless given. */
  readonly vectors?: VectorFile;
};

/**
 * Opens the file with folder 0700 and file 0600, a commit being on disk when it returns. A new one is made and filled in
 * one transaction. Throws AppError `bad_configuration` for a file that cannot be used, has other things or is of a later
 * version.
 */
export function openStore(options: OpenOptions): Store {
  const { path } = options;
  try {
    if (path === ':memory:') return storeIn(new Database(path), options);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const database = new Database(path, { timeout: busyMs });
    chmodSync(path, 0o600);
    return storeIn(database, options);
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    const message = `COUNTERSIGN_DATA: ${path} cannot be used as the file of the knowledge base (${error.code})`;
    throw new AppError('bad_configuration', message, { cause: error });
  }
}

function storeIn(database: Database.Database, { fill, now, vectors }: OpenOptions): Store {
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    database.pragma('trusted_schema = OFF');
    database.pragma(`cache_size = -${mostCachedKiB}`);
    if (vectors !== undefined) attachVectors(database, vectors);
    const sql = statementsOf((text) => database.prepare<SqlValue[]>(text));
    const write = transactionOf(database, 'begin immediate');
    const read = transactionOf(database, 'begin');
    const rest = { ...sql, write, read, now, ...upkeepOf(database, sql) };
    const origin = write(() => {
      const isNew = migrate(database, sql);
      const name = sql.one<{ value: string }>("select value from about where name = 'instance'")?.value ?? '';
      const made = `knowledge:${name}`;
      if (isNew) fill({ ...rest, origin: made, close: () => {} });
      return made;
    });
    return { ...rest, origin, close: () => database.close() };
  } catch (error) {
    database.close();
    throw error;
  }
}

function upkeepOf(database: Database.Database, sql: Sql): Pick<Store, 'shred' | 'copyTo'> {
  return {
    shred: () => {
      database.exec('vacuum');
      const [log] = database.pragma('wal_checkpoint(truncate)') as { readonly busy: number }[];
      return log?.busy === 0;
    },
    copyTo: (path) => void sql.run('vacuum into ?', path),
  };
}

/** Whether the file was empty. */
function migrate(database: Database.Database, sql: Sql): boolean {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > migrations.length) {
    const message = 'COUNTERSIGN_DATA: the knowledge base was made by a later version of this software';
    throw new AppError('bad_configuration', message);
  }
  for (const step of migrations.slice(version)) {
    if (typeof step === 'string') database.exec(step);
    else step(sql);
  }
  database.pragma(`user_version = ${migrations.length}`);
  if (version === 0) {
    sql.run("insert into about values ('instance', ?)", randomBytes(4).toString('hex'));
    sql.run("insert into about values ('latest', '0')");
  }
  return version === 0;
}

/**
 * When a write happens, in its transaction: never before an earlier one, whatever the clock does, so that what was at a
 * moment is what had been written until then.
 */
export function momentOf(store: Pick<Store, 'one' | 'run' | 'now'>): number {
  const latest = Number(store.one<{ value: string }>("select value from about where name = 'latest'")?.value);
  const at = Math.max(store.now(), latest);
  store.run("update about set value = ? where name = 'latest'", String(at));
  return at;
}
