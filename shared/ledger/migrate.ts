import { type Migration, Migrator } from 'kysely/migration';
import { first } from './migrations/0001-first.ts';
import { stops } from './migrations/0002-stops.ts';
import { lastEvent } from './migrations/0003-last-event.ts';
import { keys } from './migrations/0004-keys.ts';
import { after } from './migrations/0005-after.ts';
import { sets } from './migrations/0006-sets.ts';
import { chunks } from './migrations/0007-chunks.ts';
import { scale } from './migrations/0008-scale.ts';
import { acrossServers } from './migrations/0010-across-servers.ts';
import { outbox } from './migrations/0012-outbox.ts';
import { search } from './migrations/0013-search.ts';
import { calls, callsMigration } from './migrations/0014-calls.ts';
import { things } from './migrations/0015-things.ts';
import { grants } from './migrations/0016-grants.ts';
import { versions } from './migrations/0017-versions.ts';
import { assignments } from './migrations/0018-assignments.ts';
import { reviews } from './migrations/0019-reviews.ts';
import { reads, readsMigration } from './migrations/0020-reads.ts';
import { requested } from './migrations/0021-requested.ts';
import { readsKept } from './migrations/0022-reads-kept.ts';
import { quarantined } from './migrations/0023-quarantined.ts';
import { sqliteWords, type Words } from './migrations/words.ts';
import type { LedgerDb } from './schema.ts';

function migrations(words: Words): Record<string, Migration> {
  return {
    '0001-first': first(words),
    '0002-stops': stops(words),
    '0003-last-event': lastEvent,
    '0004-keys': keys(words),
    '0005-after': after(words),
    '0006-sets': sets(words),
    '0007-chunks': chunks(words),
    '0008-scale': scale,
    '0010-across-servers': acrossServers,
    '0012-outbox': outbox(words),
    '0013-search': search(words),
    [callsMigration]: calls,
    '0015-things': things(words),
    '0016-grants': grants(words),
    '0017-versions': versions(words),
    '0018-assignments': assignments(words),
    '0019-reviews': reviews(words),
    [readsMigration]: reads(words),
    '0021-requested': requested(words),
    '0022-reads-kept': readsKept(words),
    '0023-quarantined': quarantined(words),
  };
}

/** What makes a ledger of this version, in order. */
export const migrationNames: readonly string[] = Object.keys(migrations(sqliteWords)).sort();

/** Brings the tables to this version. Only reads when they are there already. */
export async function migrate(db: LedgerDb, words: Words): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations(words) } });
  const known = await migrator.getMigrations();
  if (known.every(({ executedAt }) => executedAt !== undefined)) return;
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
