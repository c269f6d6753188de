import { imported } from '../store/author.ts';
import { indexPage } from '../store/index-page.ts';
import { addPage, revisePage } from '../store/pages.ts';
import { aboveOf, pageById, putPlace } from '../store/places.ts';
import type { PageRow } from '../store/rows.ts';
import { momentOf, type Store } from '../store/store.ts';
import { type Into, keyOf, lastMoveOf, type Standing, sourceOf } from './standing.ts';
import type { Wanted } from './tree.ts';

/** Writes what a file comes to, in the transaction that it is given. Answers the page; null where there is none. */
export function putPage(
  store: Store,
  into: Into,
  {
    wanted,
    standing,
    parent,
  }: { readonly wanted: Wanted; readonly standing: Standing; readonly parent: number | null },
): number | null {
  if (standing.kind === 'left') return standing.page?.published == null ? null : standing.page.id;
  const { title, text, path } = wanted;
  const author = imported(sourceOf(into, path), into.trust);
  if (standing.kind === 'create') {
    const at = momentOf(store);
    const { namespace } = into;
    return addPage(store, { namespace, parent, at, title, text, author, note: null, path: keyOf(into, path) }).page;
  }
  const { page } = standing;
  place(store, page, parent);
  if (standing.kind === 'update' && standing.text) {
    revisePage(store, { page: page.id, at: momentOf(store), title, text, author, note: null, accepted: true });
  }
  return page.id;
}

/** Puts a page that an import took away into the trash. */
export function prunePage(store: Store, { id, namespace, parent }: PageRow): void {
  putPlace(store, id, { namespace, parent, trashed: true, change: null }, momentOf(store));
  indexPage(store, pageById(store, id));
}

/** Follows the folder, unless a change has brought the page to where it is. */
function place(store: Store, page: PageRow, parent: number | null): void {
  if (page.trashed === 0 && (page.parent === parent || lastMoveOf(store, page.id) !== null)) return;
  const isBelow = parent !== null && (parent === page.id || aboveOf(store, parent).some(({ id }) => id === page.id));
  const to = isBelow ? page.parent : parent;
  if (page.trashed === 0 && to === page.parent) return;
  putPlace(store, page.id, { namespace: page.namespace, parent: to, trashed: false, change: null }, momentOf(store));
  if (page.trashed === 1) indexPage(store, pageById(store, page.id));
}
