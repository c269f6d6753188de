import type { Place, Revision } from '#capabilities/knowledge/types.ts';
import { namespaceById } from '../store/namespaces.ts';
import { pageById } from '../store/places.ts';
import { revisionById } from '../store/revisions.ts';
import type { NamespaceRow, PageRow, RevisionRow } from '../store/rows.ts';
import { provenanceOf } from './provenance.ts';
import { headOf, isoOf, namespaceRef, type View } from './view.ts';

/** A revision of a page as it is told, with the last place that the page had while it was so. */
export function revisionFor(view: View, page: PageRow, row: RevisionRow): Revision {
  const { ref, at, title, note, accepted } = row;
  const { store } = view;
  const found = placeAt(view, page, lastMomentOf(view, page, row));
  return {
    ...{ id: ref, at: isoOf(at), title, note },
    provenance: provenanceOf(store, page.namespace, row, accepted),
    ...(found !== null && { place: found.place }),
  };
}

/** Right before something else was published in its place; null while nothing was. */
function lastMomentOf({ store }: View, { id, published }: PageRow, { id: revision, at }: RevisionRow): number | null {
  if (published === revision) return null;
  const next = store.one<{ at: number }>(
    `select at from head where page = ? and id > (select max(id) from head where page = ? and revision = ?) order by id limit 1`,
    id,
    id,
    revision,
  );
  return next === undefined ? null : Math.max(next.at - 1, at);
}

/** Where a page was, in words of that time. */
export type PlaceThen = { readonly namespace: NamespaceRow; readonly place: Place; readonly trashed: boolean };

/** Where a page was at a moment; null: where it is. */
export function placeAt(view: View, row: PageRow, at: number | null): PlaceThen | null {
  const then = placeRowAt(view, row, at);
  const namespace = then === null ? null : namespaceById(view.store, then.namespace);
  if (then === null || namespace === null) return null;
  const above: Place['above'] = [];
  for (let parent = then.parent; parent !== null; ) {
    const page = pageById(view.store, parent);
    const there = placeRowAt(view, page, at);
    // What it was called here is not told of one that is in another namespace by now.
    const isElsewhere = there !== null && there.namespace !== page.namespace;
    above.unshift({ id: page.ref, ...(isElsewhere ? { title: '' } : titleAt(view, page, at)) });
    parent = there?.parent ?? null;
  }
  return { namespace, place: { namespace: namespaceRef(namespace), above }, trashed: then.trashed === 1 };
}

type PlaceRow = Pick<PageRow, 'namespace' | 'parent' | 'trashed'>;

function placeRowAt({ store }: View, row: PageRow, at: number | null): PlaceRow | null {
  if (at === null) return row;
  const query = 'select namespace, parent, trashed from place where page = ? and at <= ? order by id desc limit 1';
  return store.one<PlaceRow>(query, row.id, at) ?? null;
}

/** What a page was called that stands above another; what its viewer may not see of it has no name. */
export function titleAt(view: View, page: PageRow, at: number | null): Omit<Place['above'][number], 'id'> {
  // Of what has lost its acceptance since, what everybody saw before that.
  const query = `select head.revision from head left join revision on revision.id = head.revision
    where head.page = ? and head.at <= ? and coalesce(revision.accepted, 1) = 1 order by head.id desc limit 1`;
  const then = at === null ? undefined : view.store.one<{ revision: number | null }>(query, page.id, at)?.revision;
  const revision = then ?? headOf(view, page);
  if (revision === null) return { title: '' };
  const { title, trust } = revisionById(view.store, revision);
  return { title, ...(trust === 'untrusted' && { trust }) };
}
