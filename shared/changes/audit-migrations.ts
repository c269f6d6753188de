import { sql } from 'kysely';
import { migrationNames } from '#shared/ledger/migrate.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Tell } from './audit.ts';

/** Looks whether the ledger was brought to this version by its own migrations, each once and in order. */
export async function auditMigrations(db: LedgerDb, tell: Tell): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by timestamp, name`.execute(db);
  const done = rows.map(({ name }) => name);
  if (done.join() === migrationNames.join()) return;
  const behind = done.join() === migrationNames.slice(0, done.length).join();
  const message = behind
    ? 'It is of an earlier version: whatever opens it brings it to this one.'
    : `It was made by ${done.join(', ') || 'nothing'}; this version makes one by ${migrationNames.join(', ')}.`;
  tell('migrations', 'the ledger', message);
}
