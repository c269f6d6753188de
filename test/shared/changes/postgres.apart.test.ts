import { describe } from 'vitest';
import { changesOnPostgres } from './on-postgres.ts';

/** The rest of what is proved of changes on SQLite, with a PostgreSQL ledger: see postgres.test.ts. */
changesOnPostgres(() => {
  describe('proposing', async () => {
    await import('./propose.test.ts');
  });
  describe('new versions', async () => {
    await import('./versions.test.ts');
  });
  describe('restoring', async () => {
    await import('./restore.test.ts');
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
  describe('who looks at what waits', async () => {
    await import('./attention.test.ts');
  });
  describe('task grants on tickets', async () => {
    await import('./ticket-grants.test.ts');
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
