import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  PostgresDialect,
  PostgresDriver,
  type PostgresPoolClient,
} from 'kysely';
import pg from 'pg';
import { translated } from './errors.ts';

/** The advisory lock that whoever writes the ledger holds until its transaction ends. The number has no meaning. */
export const writeLock = 7_201_104;

/** How long another writer is waited for, and how long one may leave its transaction idle before it loses it. */
const patienceMs = 10_000;

/** OID of `bigint`: counters, sizes and times, which all stay below 2^53. */
const bigint = 20;

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === bigint ? Number : pg.types.getTypeParser(oid, format)),
};

/** What every connection to the ledger is opened with. */
export function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    types,
    fallback_application_name: 'countersign',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    lock_timeout: patienceMs,
    idle_in_transaction_session_timeout: patienceMs,
    query_timeout: 3 * patienceMs,
  };
}

/** PostgreSQL for Kysely, with transactions that take the write lock at once and errors that callers know. */
export function postgresDialect(url: string): Dialect {
  const pool = new pg.Pool({ ...connectionOptions(url), max: 8 });
  // A connection that breaks while nobody uses it is replaced; one in use tells whoever uses it.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const config = { pool: { options: pool.options, connect: () => connect(pool), end: () => pool.end() } };
  const dialect = new PostgresDialect(config);
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => new LockingDriver(config),
  };
}

/**
 * Takes the lock in a statement of its own: in `read committed` each later statement then sees everything that was
 * committed before the lock was had.
 */
class LockingDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin isolation level read committed'));
    await connection.executeQuery(CompiledQuery.raw(`select pg_advisory_xact_lock(${writeLock})`));
  }
}

const rejectTranslated = (error: unknown): never => {
  throw translated(error);
};

async function connect(pool: pg.Pool): Promise<PostgresPoolClient> {
  const client = await pool.connect().catch(rejectTranslated);
  return {
    query: (text: string, values: unknown[]) => client.query(text, values).catch(rejectTranslated),
    release: (destroy?: boolean) => client.release(destroy),
  } as Pick<PostgresPoolClient, 'release'> as PostgresPoolClient;
}
