import { statSync } from 'node:fs';
import { embeddedReader } from '#servers/knowledge/embedded/reader.ts';
import { imported } from '#servers/knowledge/embedded/store/author.ts';
import { mergeIndex } from '#servers/knowledge/embedded/store/merge-index.ts';
import { addNamespace, everybody, namespaceByKey, setMember } from '#servers/knowledge/embedded/store/namespaces.ts';
import { addPage } from '#servers/knowledge/embedded/store/pages.ts';
import { openStore } from '#servers/knowledge/embedded/store/store.ts';
import { type Engine, wanted } from './engine.ts';

/** What the pages are in. */
export const namespace = 'manuals';

/** The embedded knowledge base as its search tool asks it: answers with titles, snippets and where they come from. */
export function embedded(path: string): Engine {
  const store = openStore({
    path,
    now: () => Date.parse('2026-11-01T00:00:00Z'),
    fill: (sql) => {
      setMember(sql, addNamespace(sql, { key: namespace, name: 'Manuals', audience: 'internal' }), everybody, 'read');
    },
  });
  const reader = embeddedReader(store, null);
  const { id: inside = 0 } = namespaceByKey(store, namespace) ?? {};
  const author = imported('manuals', 'trusted');
  return {
    add: (batch) =>
      store.write(() => {
        for (const { at, page } of batch) {
          const { title, text } = page;
          const about = { title: title.slice(0, 200), text, author, note: null, at: store.now() };
          // The path says which page of the corpus it is.
          addPage(store, { ...about, namespace: inside, parent: null, path: String(at) });
        }
        return undefined;
      }),
    settle: () => mergeIndex(store, inside, async () => {}),
    search: async (text) => {
      const { items } = await reader.search({ within: [{ namespace, under: null }], text }, { limit: wanted });
      return items.map(({ id }) =>
        Number(store.one<{ path: string }>('select path from page where ref = ?', id)?.path),
      );
    },
    size: () => {
      store.all('pragma wal_checkpoint(truncate)');
      return statSync(path).size;
    },
    close: async () => store.close(),
  };
}
