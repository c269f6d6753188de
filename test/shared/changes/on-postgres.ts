import { sql } from 'kysely';
import { afterAll, beforeAll } from 'vitest';
import { appendOnlyTables } from '#shared/ledger/append-only.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { ledgers } from '#test/fakes/notes-kit.ts';
import { onPostgres } from '../ledger/engines.ts';

/** Runs tests with a PostgreSQL ledger that are otherwise run with a SQLite one. */
export function changesOnPostgres(tests: () => void): void {
  onPostgres((server) => {
    const before = { ...ledgers };
    let ledger: Ledger;
    beforeAll(async () => {
      const made = await server().ledger();
      ledger = await openLedger(made);
      // To make a new one, or to connect to one anew, takes longer than most tests do.
      ledgers.make = async () => {
        await empty(ledger);
        return made;
      };
      ledgers.open = async () => ({ ...ledger, close: async () => {} });
    });
    afterAll(async () => {
      Object.assign(ledgers, before);
      await ledger.close();
    });
    tests();
  });
}

async function empty({ db }: Ledger): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql.raw(['changes', ...appendOnlyTables].map((table) => `delete from ${table}`).join('; ')).execute(tx);
  });
}
