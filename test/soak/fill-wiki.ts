import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { byPerson } from '#servers/knowledge/embedded/store/author.ts';
import {
  addNamespace,
  addPerson,
  everybody,
  namespaceByKey,
  setMember,
} from '#servers/knowledge/embedded/store/namespaces.ts';
import { addPage } from '#servers/knowledge/embedded/store/pages.ts';
import { momentOf, openStore, type Store } from '#servers/knowledge/embedded/store/store.ts';

/** How many pages of strangers there are: each is news to its reader once. */
const strangersPages = 3_000;

/** The namespace that agents write to, the one that is brought back, the one of notes, and the one of strangers. */
export type Namespace = 'wiki' | 'past' | 'notes' | 'visited';
const namespaces: readonly Namespace[] = ['wiki', 'past', 'notes', 'visited'];

/** Makes the file of the pages, with what people wrote before any agent came. */
export function fillWiki(path: string): void {
  mkdirSync(dirname(path), { mode: 0o700, recursive: true });
  openStore({ path, fill, now: Date.now }).close();
}

function fill(store: Store): void {
  addPerson(store, 'dana', 'Dana Ruiz');
  addPerson(store, 'guest', 'A guest');
  for (const key of namespaces)
    setMember(store, addNamespace(store, { key, name: key, audience: 'internal' }), everybody, 'write');
  for (let number = 0; number < strangersPages; number += 1)
    put(store, 'visited', { title: `From a stranger ${number}`, text: `Words of stranger ${number}.\n` }, 'guest');
}

/** Writes a page as a person does in the wiki itself; answers its id. */
export function writtenByHand(path: string, namespace: Namespace, page: { title: string; text: string }): string {
  const store = openStore({ path, fill, now: Date.now });
  try {
    return store.write(() => put(store, namespace, page, 'dana'));
  } finally {
    store.close();
  }
}

function put(store: Store, key: Namespace, { title, text }: { title: string; text: string }, login: string): string {
  const namespace = namespaceByKey(store, key);
  if (namespace === null) throw new Error(`there is no ${key}`);
  const author = byPerson(login, login === 'guest' ? 'untrusted' : 'trusted');
  const { page } = addPage(store, {
    ...{ namespace: namespace.id, parent: null, at: momentOf(store), title, text, author, note: null },
  });
  return String(store.one<{ ref: string }>('select ref from page where id = ?', page)?.ref);
}
