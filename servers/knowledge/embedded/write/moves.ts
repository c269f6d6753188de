import type { Place } from '#capabilities/knowledge/types.ts';
import type { PageMove, PageTrash, PageUntrash, Written } from '#capabilities/knowledge-write/ports.ts';
import { hasUnder } from '../read/summaries.ts';
import { indexPage } from '../store/index-page.ts';
import { namespaceByRef } from '../store/namespaces.ts';
import { aboveOf, pageById, putPlace, withAllUnder } from '../store/places.ts';
import { revisionById } from '../store/revisions.ts';
import type { PageRow } from '../store/rows.ts';
import {
  assertShown,
  openNamespace,
  openPage,
  parentAt,
  refused,
  stale,
  viewOf,
  type Writing,
  writtenPage,
} from './writing.ts';

/** Brings a page, with all that is under it, to another place. */
export function movePage(writing: Writing, { page, from, to }: PageMove): Written {
  const { row } = openPage(writing, page);
  assertAt(writing, row, from);
  assertDecided(writing, row);
  putUnder(writing, row, to);
  return written(writing, row);
}

/** Puts a page without any under it into the trash, if it says what is expected. */
export function trashPage(writing: Writing, { page, place, revision }: PageTrash): Written {
  const { row, head } = openPage(writing, page);
  assertAt(writing, row, place);
  assertDecided(writing, row);
  if (revisionById(writing.store, head).ref !== revision) throw stale('The page was changed since.');
  if (hasUnder(viewOf(writing), row.id)) throw refused('There are pages under it, which would go with it.');
  putAt(writing, row, { namespace: row.namespace, parent: row.parent, trashed: true });
  return written(writing, row);
}

/** Takes a page out of the trash, to a place that is there. */
export function untrashPage(writing: Writing, { page, place }: PageUntrash): Written {
  const { row } = openPage(writing, page, true);
  assertDecided(writing, row);
  putUnder(writing, row, place);
  return written(writing, row);
}

/** Throws `NotDone` stale for a page that is not where it has to be. */
function assertAt({ store }: Writing, { namespace, parent }: PageRow, { namespace: wanted, above }: Place): void {
  const now = parent === null ? null : pageById(store, parent).ref;
  if (namespace !== namespaceByRef(store, wanted.id)?.id || now !== (above.at(-1)?.id ?? null)) {
    throw stale('The page is at another place by now.');
  }
}

/** Where a page is cannot wait: what everybody sees moves only when somebody decided that. Throws `NotDone` refused. */
function assertDecided({ origin }: Writing, { published }: PageRow): void {
  if (!origin.accepted && published !== null) throw refused('A person has to decide where a page is.');
}

function putUnder(writing: Writing, row: PageRow, to: Place): void {
  const { store } = writing;
  const parent = parentAt(writing, to);
  const { id: namespace } = openNamespace(writing, to.namespace);
  const isAbove = parent !== null && [...aboveOf(store, parent.parent), parent].some(({ id }) => id === row.id);
  // It was looked at before: another move came first.
  if (isAbove) throw stale('The place that it is to come to is under it by now.');
  if (row.published !== null) assertShown(parent);
  putAt(writing, row, { namespace, parent: parent?.id ?? null, trashed: false });
  if (namespace === row.namespace) return;
  for (const id of withAllUnder(store, row.id)) {
    if (id === row.id) continue;
    const { parent: above, trashed } = pageById(store, id);
    putAt(writing, pageById(store, id), { namespace, parent: above, trashed: trashed === 1 });
  }
}

type To = { readonly namespace: number; readonly parent: number | null; readonly trashed: boolean };

/** The index follows where a page comes to another namespace, or is in the trash no more, or now. */
function putAt({ store, changeId, at }: Writing, row: PageRow, to: To): void {
  putPlace(store, row.id, { ...to, change: changeId }, at);
  if (to.namespace !== row.namespace || to.trashed !== (row.trashed === 1)) indexPage(store, pageById(store, row.id));
}

function written(writing: Writing, { id, ref }: PageRow): Written {
  const { published } = pageById(writing.store, id);
  return writtenPage(writing, { ref }, published === null ? null : revisionById(writing.store, published).ref);
}
