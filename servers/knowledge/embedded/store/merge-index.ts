import { wordsOf } from './namespaces.ts';
import type { Store } from './store.ts';

/** Pages of the index that one transaction merges: some ten milliseconds, which is what another write waits for it. */
const pages = 400;

/** What SQLite counts when a merge found nothing more to do: see https://sqlite.org/fts5.html#the_merge_command */
const nothing = 2;

/** An index in so many parts is searched about as fast as one in a single part, which takes a second to make of a large one. */
const few = 6;

/**
 * Puts together what was added to the index of a namespace at different times, so that a search looks in one place of it
 * and not in a dozen.
 * @param between is waited for after each transaction, so that others come in
 */
export async function mergeIndex(store: Store, namespace: number, between: () => Promise<unknown>): Promise<void> {
  const words = wordsOf(namespace);
  const changes = (): number => store.one<{ count: number }>('select total_changes() as count')?.count ?? 0;
  const parts = store.one<{ count: number }>(`select count(distinct segid) as count from ${words}_idx`)?.count ?? 0;
  if (parts <= few) return;
  // A number below zero begins: all that there is comes together then, however unlike in size.
  for (let [next, done] = [-pages, false]; !done; next = pages) {
    done = store.write(() => {
      const before = changes();
      store.run(`insert into ${words} (${words}, rank) values ('merge', ?)`, next);
      return changes() - before < nothing;
    });
    await between();
  }
}
