import type { NamespaceRef, PageRef } from '#capabilities/knowledge/types.ts';
import type { SqlValue } from '#shared/sqlite/sql.ts';
import type { Viewer } from '#shared/tools/index.ts';
import { bodyText } from '../store/bodies.ts';
import { pageByRef } from '../store/places.ts';
import { revisionById } from '../store/revisions.ts';
import type { NamespaceRow, PageRow, RevisionRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

/** What is looked with: the file, and whose eyes. Null sees nothing that waits. */
export type View = { readonly store: Store; readonly viewer: Viewer | null };

/** A condition on `page`: what a viewer sees at all, because it is published or because a draft of it is theirs to see. */
export function visible(viewer: Viewer | null): { readonly sql: string; readonly values: readonly SqlValue[] } {
  if (viewer === null) return { sql: 'page.published is not null', values: [] };
  const [and, values] = viewer.kind === 'agent' ? [' and agent = ?', [viewer.agent]] : ['', []];
  const draft = `exists (select 1 from draft where draft.page = page.id${and})`;
  return { sql: `(page.published is not null or ${draft})`, values };
}

/** The draft of a page that a viewer sees in place of what is published: an agent its own, people the newest. */
export function draftOf({ store, viewer }: View, page: number): number | null {
  if (viewer === null) return null;
  const { revision } =
    viewer.kind === 'agent'
      ? (store.one<{ revision: number }>(
          'select revision from draft where page = ? and agent = ?',
          page,
          viewer.agent,
        ) ?? {})
      : (store.one<{ revision: number | null }>('select max(revision) as revision from draft where page = ?', page) ??
        {});
  return revision ?? null;
}

/** The state of a page that a viewer sees; null where they see none. */
export function headOf(view: View, { id, published }: Pick<PageRow, 'id' | 'published'>): number | null {
  return draftOf(view, id) ?? published;
}

/** What waits in a namespace and a viewer sees, one state a page, newest first, without the trash. */
function draftsIn({ store, viewer }: View, namespace: number): { page: number; revision: number }[] {
  if (viewer === null) return [];
  const [and, values] = viewer.kind === 'agent' ? ['and agent = ?', [viewer.agent]] : ['', []];
  return store.all(
    `select draft.page, max(draft.revision) as revision from draft join page on page.id = draft.page
     where namespace = ? and trashed = 0 ${and} group by draft.page order by revision desc`,
    namespace,
    ...values,
  );
}

/** So many characters of what waits are gone through, and one page at least: nobody decides how much an agent lets wait. */
const mostWaiting = 2_000_000;

/** A state of a page that waits, with what it says. */
export type Waiting = { readonly page: number; readonly revision: RevisionRow; readonly text: string };

/** The newest of what waits in a namespace and a viewer sees, with what it says. */
export function* waitingIn(view: View, namespace: number): Generator<Waiting> {
  let left = mostWaiting;
  for (const { page, revision: id } of draftsIn(view, namespace)) {
    if (left <= 0) return;
    const revision = revisionById(view.store, id);
    const text = bodyText(view.store, revision.body);
    left -= text.length;
    yield { page, revision, text };
  }
}

/** A page that a viewer sees, with the state that they see. */
export function seenPage(view: View, ref: string): { readonly row: PageRow; readonly head: number } | null {
  const row = pageByRef(view.store, ref);
  const head = row && headOf(view, row);
  return row === null || head === null ? null : { row, head };
}

export const isoOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

export const urlOf = (origin: string, id: string): string => `${origin}/${encodeURIComponent(id)}`;

export function namespaceRef({ ref: id, key, name, audience }: NamespaceRow): NamespaceRef {
  return { id, key, name, audience };
}

export function pageRef({ store }: View, row: PageRow, namespace: NamespaceRow, title: string): PageRef {
  return { id: row.ref, title, url: urlOf(store.origin, row.ref), namespace: namespaceRef(namespace) };
}
