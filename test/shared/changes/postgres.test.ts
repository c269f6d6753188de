import { sql } from 'kysely';
import { afterAll, beforeAll, describe } from 'vitest';
import { appendOnlyTables } from '#shared/ledger/append-only.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { ledgers } from '#test/fakes/notes-kit.ts';
import { onPostgres } from '../ledger/engines.ts';

/** What is proved of changes on SQLite, once more with a PostgreSQL ledger: the same tests, imported. */
onPostgres((server) => {
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
  afterAll(() => ledger.close());

  // Each by itself, as what one does before each test is not for those of another.
  describe('proposing', async () => {
    await import('./propose.test.ts');
  });
  describe('carrying out', async () => {
    await import('./execute.test.ts');
  });
  describe('deciding on several', async () => {
    await import('./several.test.ts');
  });
  describe('review rules', async () => {
    await import('./review.test.ts');
  });
  describe('code owners', async () => {
    await import('./code-owners.test.ts');
  });
  describe('what rules decide by themselves', async () => {
    await import('./policy.test.ts');
  });
  describe('what reviews on the backend decide', async () => {
    await import('./github-review.test.ts');
  });
  describe('two who come at the same time', async () => {
    await import('./races.test.ts');
  });
  describe('who looks at what waits', async () => {
    await import('./attention.test.ts');
  });
  describe('changes that come after others', async () => {
    await import('./chains.test.ts');
  });
  describe('task grants', async () => {
    await import('./grants.test.ts');
  });
  describe('task grants on tickets', async () => {
    await import('./ticket-grants.test.ts');
  });
  describe('new versions', async () => {
    await import('./versions.test.ts');
  });
  describe('restoring', async () => {
    await import('./restore.test.ts');
  });
  describe('restoring several', async () => {
    await import('./restore-several.test.ts');
  });
  describe('sets', async () => {
    await import('./sets.test.ts');
  });
  describe('dying at any point', async () => {
    await import('./crash.test.ts');
  });
});

async function empty({ db }: Ledger): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql.raw(['changes', ...appendOnlyTables].map((table) => `delete from ${table}`).join('; ')).execute(tx);
  });
}
