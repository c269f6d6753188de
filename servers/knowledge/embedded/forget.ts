import { forgottenPath } from './import/standing.ts';
import { bodyText } from './store/bodies.ts';
import { indexPage } from './store/index-page.ts';
import { wordsOf } from './store/namespaces.ts';
import { pageById, pageByRef, putPlace } from './store/places.ts';
import type { PageRow, RevisionRow } from './store/rows.ts';
import { momentOf, type Store } from './store/store.ts';

/** What a page has that is to be forgotten. */
export type Remembered = {
  readonly namespace: string;
  /** The last title that it had. */
  readonly title: string;
  readonly revisions: number;
  readonly comments: number;
  /** Each text once; without those that another page said first: whoever copies a page must not take it along. */
  readonly texts: readonly string[];
  /** Pages right under it, which come to where it is. */
  readonly under: readonly string[];
  /** Other pages that said, or say, the same to the letter: the text stays for as long as these do. */
  readonly alsoSaidBy: readonly string[];
};

/** What there is of a page, whoever may see it; null where there is nothing of it. */
export function rememberedOf(store: Store, ref: string): Remembered | null {
  return store.read(() => {
    const page = pageByRef(store, ref);
    return page === null ? null : lookAt(store, page);
  });
}

/**
 * Takes everything that a page says out of the file: its revisions, comments, drafts and its place in the index. What is
 * left is that there was one, and where, so that pages that were under it have a past. Answers what it had; null where
 * there was nothing.
 */
export function forgetPage(store: Store, ref: string): Remembered | null {
  return store.write(() => {
    const page = pageByRef(store, ref);
    const found = page === null ? null : lookAt(store, page);
    if (page === null || found === null) return null;
    const at = momentOf(store);
    for (const each of store.all<PageRow>('select * from page where parent = ?', page.id)) {
      const { namespace, trashed } = each;
      putPlace(store, each.id, { namespace, parent: page.parent, trashed: trashed === 1, change: null }, at);
    }
    removeTexts(store, page, at);
    return found;
  });
}

/**
 * Makes sure that nothing of what was forgotten is left in the bytes of the file: the index is merged, so that it has no
 * words of what is gone, and the file written anew. Answers whether the log of writes is empty, too.
 */
export function shredForgotten(store: Store): boolean {
  store.write(() => {
    for (const { id } of store.all<{ id: number }>('select id from namespace')) {
      store.run(`insert into ${wordsOf(id)} (${wordsOf(id)}) values ('optimize')`);
    }
  });
  return store.shred();
}

function removeTexts(store: Store, page: PageRow, at: number): void {
  const path = page.path === null ? null : forgottenPath(page.path);
  store.run('update page set published = null, path = ?, updated_at = ? where id = ?', path, at, page.id);
  indexPage(store, pageById(store, page.id));
  store.run('insert into forgotten values (?, ?)', page.id, at);
  const bodies = store.all<{ body: number }>('select distinct body from revision where page = ?', page.id);
  for (const table of ['draft', 'head', 'comment', 'revision'])
    store.run(`delete from ${table} where page = ?`, page.id);
  for (const { body } of bodies) {
    store.run(
      'delete from body where id = ? and not exists (select 1 from revision where revision.body = body.id)',
      body,
    );
  }
}

/** Bodies that no other page had before this one. */
const ownTexts = `select own.body from (select body, min(id) as id from revision where page = ? group by body) own
  where not exists (select 1 from revision other where other.body = own.body and other.id < own.id) order by own.id desc`;

function lookAt(store: Store, page: PageRow): Remembered | null {
  const rows = store.all<RevisionRow>('select * from revision where page = ? order by id desc', page.id);
  const [last] = rows;
  if (last === undefined) return null;
  const refs = (query: string): string[] => store.all<{ ref: string }>(query, page.id).map(({ ref }) => ref);
  const { count: comments } = store.one<{ count: number }>(
    'select count(*) as count from comment where page = ?',
    page.id,
  ) ?? { count: 0 };
  const { key: namespace } = store.one<{ key: string }>('select key from namespace where id = ?', page.namespace) ?? {
    key: '',
  };
  return {
    ...{ namespace, title: last.title, revisions: rows.length, comments },
    texts: store.all<{ body: number }>(ownTexts, page.id).map(({ body }) => bodyText(store, body)),
    under: refs('select ref from page where parent = ? and trashed = 0'),
    alsoSaidBy: refs(
      `select distinct page.ref from revision own join revision other on other.body = own.body and other.page <> own.page
       join page on page.id = other.page where own.page = ? order by page.ref limit 100`,
    ),
  };
}
