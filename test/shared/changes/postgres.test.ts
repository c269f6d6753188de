import { beforeAll, describe } from 'vitest';
import { appendOnlyTables } from '#shared/ledger/append-only.ts';
import { ledgers } from '#test/fakes/notes-kit.ts';
import { onPostgres } from '../ledger/engines.ts';

/** What is proved of changes on SQLite, once more with a PostgreSQL ledger: the same tests, imported. */
onPostgres((server) => {
  beforeAll(async () => {
    const made = await server().ledger();
    // To empty one takes a fraction of the time that a new one does.
    const empty = ['changes', ...appendOnlyTables].map((table) => `delete from ${table}`).join('; ');
    ledgers.make = async () => {
      await server().run(made, 'set session_replication_role = replica', empty);
      return made;
    };
  });

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
  describe('code owners as approvers', async () => {
    await import('./code-owners.test.ts');
  });
  describe('what rules decide by themselves', async () => {
    await import('./policy.test.ts');
  });
  describe('who looks at what waits', async () => {
    await import('./attention.test.ts');
  });
  describe('changes that come after others', async () => {
    await import('./chains.test.ts');
  });
  describe('restoring', async () => {
    describe('new versions', async () => {
      await import('./versions.test.ts');
    });
    await import('./restore.test.ts');
    await import('./restore-several.test.ts');
    await import('./sets.test.ts');
  });
  describe('dying at any point', async () => {
    await import('./crash.test.ts');
  });
});
