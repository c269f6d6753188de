import type { PageRef, Place } from '#capabilities/knowledge/types.ts';
import type { Written } from '#capabilities/knowledge-write/ports.ts';
import { NotDone, type Origin, type Viewer } from '#shared/tools/index.ts';
import { seenPage, urlOf, type View } from '../read/view.ts';
import { authorOf } from '../store/author.ts';
import { namespaceByRef } from '../store/namespaces.ts';
import type { AuthorColumns, NamespaceRow, PageRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

/** What a write happens with: the file, in a transaction; for which change; whom it comes from; and when. */
export type Writing = {
  readonly store: Store;
  readonly changeId: string;
  readonly origin: Origin;
  readonly at: number;
};

export const refused = (message: string): NotDone => new NotDone('refused', message);
export const stale = (message: string): NotDone => new NotDone('stale', message);

/** Whoever writes sees what waits of theirs; a person sees all of it. */
export function viewOf({ store, origin: { agent } }: Writing): View {
  const viewer: Viewer = agent === null ? { kind: 'people' } : { kind: 'agent', agent };
  return { store, viewer };
}

export function authorIn({ origin, changeId }: Writing): AuthorColumns {
  return authorOf(origin, changeId);
}

/** A namespace that something can be written to. Throws `NotDone` refused. */
export function openNamespace({ store }: Writing, { id }: PageRef['namespace']): NamespaceRow {
  const row = namespaceByRef(store, id);
  if (row === null) throw refused('There is no such namespace.');
  if (row.archived === 1) throw refused('The namespace is archived, so that nothing can be written to it.');
  return row;
}

/** A page with the state that whoever writes sees. */
export type Open = { readonly row: PageRow; readonly head: number };

/**
 * A page that can be written to, in the namespace that the write is for. Throws `NotDone` stale where it is not there any
 * more, or in the trash, or not in it where it has to be; refused where nothing can be written to its namespace.
 */
export function openPage(writing: Writing, ref: PageRef, inTrash = false): Open {
  const found = seenPage(viewOf(writing), ref.id);
  if (found === null) throw stale('The page is not there any more.');
  const namespace = openNamespace(writing, ref.namespace);
  if (found.row.namespace !== namespace.id) throw stale('The page was moved to another namespace.');
  if ((found.row.trashed === 1) !== inTrash) {
    throw stale(inTrash ? 'The page is not in the trash any more.' : 'The page is in the trash by now.');
  }
  return found;
}

/** What is right above a place, which has to be there; null at the top of a namespace. Throws as {@link openPage}. */
export function parentAt(writing: Writing, { namespace, above }: Place): PageRow | null {
  openNamespace(writing, namespace);
  const parent = above.at(-1);
  if (parent === undefined) return null;
  return openPage(writing, { ...parent, url: '', namespace }).row;
}

/** Nobody would find what everybody may see under what only some may see. Throws `NotDone` refused. */
export function assertShown(parent: PageRow | null): void {
  if (parent !== null && parent.published === null) {
    throw refused('The page above it waits to be accepted itself. Accept that first.');
  }
}

/** The answer of a write to a page. Nothing comes out otherwise than written here. */
export function writtenPage({ store }: Writing, { ref }: Pick<PageRow, 'ref'>, revision: string | null): Written {
  return { id: ref, url: urlOf(store.origin, ref), revision, differs: [] };
}
