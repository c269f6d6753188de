import { describe } from 'vitest';
import { changesOnPostgres } from './on-postgres.ts';

/**
 * What is proved of changes on SQLite, once more with a PostgreSQL ledger: the same tests, imported. Here is what has to
 * do with who comes first, and with what a death leaves; the rest is in postgres.apart.test.ts.
 */
changesOnPostgres(() => {
  // Each by itself, as what one does before each test is not for those of another.
  describe('carrying out', async () => {
    await import('./execute.test.ts');
  });
  describe('two who come at the same time', async () => {
    await import('./races.test.ts');
  });
  describe('changes that come after others', async () => {
    await import('./chains.test.ts');
  });
  describe('task grants', async () => {
    await import('./grants.test.ts');
  });
});
