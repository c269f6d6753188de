import { SqliteAdapter, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** Pages of the index that one transaction merges: some milliseconds, which is what another write waits for it. */
const pages = 200;

/** What SQLite counts when a merge found nothing more to do. */
const nothing = 2;

/**
 * Puts together what was added to SQLite's index of words since, so that a search looks in few places of it however
 * many changes there are. PostgreSQL sees to its own.
 */
export async function tidySearch(ledger: Ledger): Promise<void> {
  if (!(ledger.db.getExecutor().adapter instanceof SqliteAdapter)) return;
  await ledger.write((tx) => sql`insert into search_words (search_words, rank) values ('usermerge', 2)`.execute(tx));
  for (let done = false; !done; ) {
    done = await ledger.write(async (tx) => {
      const count = async (): Promise<number> =>
        (await sql<{ count: number }>`select total_changes() as count`.execute(tx)).rows[0]?.count ?? 0;
      const before = await count();
      await sql`insert into search_words (search_words, rank) values ('merge', ${pages})`.execute(tx);
      return (await count()) - before < nothing;
    });
  }
}
