import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';

/**
 * SQLite for Kysely with write transactions that take the write lock at once. Kysely begins with a plain `begin`: two
 * connections that read and then write would both hold a snapshot, and the second gets SQLITE_BUSY_SNAPSHOT whatever
 * its busy timeout is.
 */
export function sqliteDialect(database: Database.Database): Dialect {
  const config = { database: { prepare: cachedPrepare(database), close: () => database.close() } };
  const dialect = new SqliteDialect(config);
  return {
    createAdapter: () => new TransactionalAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => new ImmediateDriver(config, database),
  };
}

/**
 * SQLite takes DDL into transactions, which Kysely's own adapter does not say. Saying so makes a migration one
 * transaction: two processes that open a new ledger at once wait for each other, and one that is killed leaves nothing.
 */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: Database.Database;

  constructor(config: ConstructorParameters<typeof SqliteDriver>[0], database: Database.Database) {
    super(config);
    this.#database = database;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** A full disk ends the transaction by itself: to roll back once more would fail and hide why. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection);
  }
}

type Statement = Database.Statement<unknown[], unknown>;

/** Kysely prepares each query anew; the set of queries here is small and fixed, so each is prepared once. */
function cachedPrepare(database: Database.Database): (sql: string) => Statement {
  const statements = new Map<string, Statement>();
  return (sql) => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare<unknown[], unknown>(sql);
    // Lists of values of many lengths make many texts; what does not fit is prepared each time, as Kysely would.
    if (statements.size < 500) statements.set(sql, statement);
    return statement;
  };
}

/**
 * Opens the file with the settings that the ledger's promises rest on: WAL, and a commit that is on disk when it
 * returns (`synchronous=FULL`); and what is deleted is overwritten. Folder 0700, files 0600.
 */
export function openSqliteFile(path: string): Database.Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new Database(path, { timeout: 10_000 });
  chmodSync(path, 0o600);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma('trusted_schema = OFF');
  // What is dropped, or encrypted anew, is not to be read in the free pages of the file.
  database.pragma('secure_delete = ON');
  return database;
}
