import { Kysely, sql } from 'kysely';
import { AppError } from '#shared/errors.ts';
import { ledgerName } from '../location.ts';
import type { LedgerDb, LedgerSchema } from '../schema.ts';
import { postgresDialect } from './pool.ts';

/**
 * Gives work the ledger in a database as it is at one moment, to read and nothing else: no migration, no trigger, no
 * lock that a writer would wait for. Throws AppError `ledger_unavailable` when it cannot be read.
 */
export async function readPostgresLedger<T>(url: string, work: (db: LedgerDb) => Promise<T>): Promise<T> {
  const db = new Kysely<LedgerSchema>({ dialect: postgresDialect(url) });
  try {
    return await db.connection().execute(async (one) => {
      await begin(one).catch((cause: unknown) => {
        throw new AppError('ledger_unavailable', `There is no ledger to read at ${ledgerName(url)}.`, { cause });
      });
      const result = await work(one);
      await sql`commit`.execute(one);
      return result;
    });
  } finally {
    await db.destroy();
  }
}

async function begin(db: LedgerDb): Promise<void> {
  await sql`begin isolation level repeatable read read only`.execute(db);
  await db.selectFrom('changes').select('id').limit(1).execute();
}
