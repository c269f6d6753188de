import { randomUUID } from 'node:crypto';
import { Kysely, sql } from 'kysely';
import { AppError } from '#shared/errors.ts';
import type { OpenedLedger } from '../ledger.ts';
import { ledgerName } from '../location.ts';
import { migrate } from '../migrate.ts';
import { postgresWords } from '../migrations/words.ts';
import type { LedgerDb, LedgerSchema } from '../schema.ts';
import { clockAhead } from './clock.ts';
import { watchNotifications } from './notifications.ts';
import { postgresDialect } from './pool.ts';
import { constrainPostgres } from './triggers.ts';
import { writer } from './write.ts';

/**
 * Opens the ledger in a database, making or migrating it first, for which the user must own it; others find it made.
 * Throws AppError `ledger_unavailable`. The URL appears in no message.
 */
export async function openPostgresLedger(url: string): Promise<OpenedLedger> {
  let db: LedgerDb | undefined;
  let ahead: () => number;
  try {
    db = new Kysely<LedgerSchema>({ dialect: postgresDialect(url) });
    await checkServer(db);
    await migrate(db, postgresWords);
    await constrainPostgres(db);
    ahead = await clockAhead(db);
  } catch (cause) {
    await db?.destroy();
    throw new AppError('ledger_unavailable', `The ledger at ${ledgerName(url)} cannot be opened.`, {
      next: needsOwner(cause)
        ? 'It is new, or of another version: its owner must open it before users with fewer rights can.'
        : 'Look into the log for why.',
      cause,
    });
  }
  const opened = db;
  const own = randomUUID();
  const commits = watchNotifications({ url, own });
  return {
    db: opened,
    write: writer({ db: opened, own, committed: commits.notify }),
    onCommit: commits.listen,
    ahead,
    close: async () => {
      await commits.stop();
      await opened.destroy();
    },
  };
}

/** What the ledger's promises rest on: a commit that is on disk when it returns, and text in which nothing is lost. */
async function checkServer(db: LedgerDb): Promise<void> {
  const { rows } = await sql<{ version: number; encoding: string; durable: boolean }>`
    select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
      current_setting('synchronous_commit') <> 'off' as durable`.execute(db);
  const [server] = rows;
  if (server === undefined || server.version < 130_000) throw new Error('PostgreSQL 13 or newer is needed.');
  if (server.encoding !== 'UTF8') throw new Error('The encoding of the database must be UTF8.');
  if (!server.durable) throw new Error('synchronous_commit must not be off.');
}

/** The user may not make or alter tables. */
function needsOwner(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === '42501';
}
