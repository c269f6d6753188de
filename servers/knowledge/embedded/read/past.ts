import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { NamespaceRef, PageRef } from '#capabilities/knowledge/types.ts';
import type { PastListed, PastPage, When } from '#capabilities/knowledge-read/ports.ts';
import { answer } from '../store/answering.ts';
import { bodyDigest } from '../store/bodies.ts';
import { namespaceByRef } from '../store/namespaces.ts';
import { pageById } from '../store/places.ts';
import { revisionById, revisionOf } from '../store/revisions.ts';
import type { PageRow, RevisionRow } from '../store/rows.ts';
import { maySee } from './history.ts';
import { afterOf, listed } from './listing.ts';
import { documentOf } from './pages.ts';
import { type PlaceThen, placeAt, revisionFor } from './revisions.ts';
import { namespaceRef, pageRef, seenPage, type View } from './view.ts';

/** A state that a page had; as of a moment, what everybody saw then. */
export function readPast(view: View, page: PageRef, when: When): PastPage | null {
  const found = seenPage(view, page.id);
  if (found === null) return null;
  if ('at' in when) return pastAt(view, found.row, Date.parse(when.at));
  const row = revisionOf(view.store, found.row.id, when.revision);
  if (row === null || !maySee(view, row)) return null;
  const revision = revisionFor(view, found.row, row);
  const { namespace } = found.row;
  const place = revision.place ?? placeAt(view, found.row, null)?.place;
  if (place === undefined) throw new Error(`page ${found.row.ref} of namespace ${namespace} is nowhere`);
  const told = { id: found.row.ref, title: row.title, url: page.url, namespace: page.namespace };
  return { page: told, place, revision, body: documentOf(view, row), trashed: found.row.trashed === 1 };
}

/** Every page that everybody saw in a namespace at a moment, by its id; without the trash. */
export function readPastPages(
  view: View,
  { id }: NamespaceRef,
  at: string | null,
  { limit, cursor }: PageRequest,
): Page<PastListed> {
  const list = `past ${id} ${at ?? 'now'}`;
  const moment = at === null ? null : Date.parse(at);
  const found: { readonly row: PageRow; readonly past: PastListed }[] = [];
  let after = afterOf(list, cursor) ?? '';
  const query = `select page.* from page where ref > ?
    and exists (select 1 from place where place.namespace = ? and place.page = page.id) order by ref limit ?`;
  for (let isMore = true; isMore && found.length <= limit; ) {
    const rows = view.store.all<PageRow>(query, after, namespaceByRef(view.store, id)?.id ?? 0, limit + 1);
    for (const row of rows) {
      const past = listedAt(view, row, moment);
      if (past !== null && past.place.namespace.id === id && !past.trashed) found.push({ row, past });
    }
    isMore = rows.length > limit;
    after = rows.at(-1)?.ref ?? after;
  }
  const { rows, cursor: next } = listed(found, { limit, list, idOf: ({ row }) => row.ref });
  return { items: rows.map(({ past }) => past), cursor: next };
}

/** A page as everybody saw it at a moment, but for what has lost its acceptance since; null: now. */
function pastAt(view: View, row: PageRow, at: number | null): PastPage | null {
  const found = foundAt(view, row, at);
  return found && { ...found.past, body: documentOf(view, found.head) };
}

/** The same without its text, which is not unpacked unless it is asked for. */
function listedAt(view: View, row: PageRow, at: number | null): PastListed | null {
  const found = foundAt(view, row, at);
  if (found === null) return null;
  const { past, head } = found;
  const digest = bodyDigest(view.store, head.body);
  return {
    ...{ ...past, digest },
    body: () => answer(view.store, () => documentOf(view, head)),
    now: () => answer(view.store, () => nowOf(view, row.id)),
  };
}

function nowOf(view: View, id: number): PastPage['place'] {
  const row = pageById(view.store, id);
  const now = placeAt(view, row, null);
  if (now === null) throw new Error(`page ${row.ref} is nowhere`);
  return now.place;
}

type FoundThen = { readonly past: Omit<PastPage, 'body'>; readonly head: RevisionRow };

function foundAt(view: View, row: PageRow, at: number | null): FoundThen | null {
  const head = publishedAt(view, row, at);
  const where = head === null ? null : placeAt(view, row, at);
  return head === null || where === null ? null : { past: pastOf(view, row, head, where), head };
}

/** Of what has lost its acceptance since, what everybody saw before that. */
function publishedAt({ store }: View, { id, published }: PageRow, at: number | null): RevisionRow | null {
  const query = `select head.revision from head left join revision on revision.id = head.revision
    where head.page = ? and head.at <= ? and coalesce(revision.accepted, 1) = 1 order by head.id desc limit 1`;
  const revision = at === null ? published : store.one<{ revision: number | null }>(query, id, at)?.revision;
  return revision === null || revision === undefined ? null : revisionById(store, revision);
}

function pastOf(
  view: View,
  row: PageRow,
  head: RevisionRow,
  { place, trashed, namespace }: PlaceThen,
): FoundThen['past'] {
  return {
    page: { ...pageRef(view, row, namespace, head.title), namespace: namespaceRef(namespace) },
    place,
    revision: revisionFor(view, row, head),
    trashed,
  };
}
