import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { NamespaceRef, PageDocument } from '#capabilities/knowledge/types.ts';
import type { KnowledgePage, Namespace, PageSummary } from '#capabilities/knowledge-read/ports.ts';
import { bodyText } from '../store/bodies.ts';
import { namespaceByKey, namespaceByRef } from '../store/namespaces.ts';
import { pageByRef } from '../store/places.ts';
import { revisionById } from '../store/revisions.ts';
import type { PageRow, RevisionRow } from '../store/rows.ts';
import { countComments } from './comments.ts';
import { afterOf, listed, rowAfter } from './listing.ts';
import { revisionFor } from './revisions.ts';
import { summaryOf } from './summaries.ts';
import { headOf, namespaceRef, seenPage, urlOf, type View, visible } from './view.ts';

export function readNamespace({ store, viewer }: View, key: string): Namespace | null {
  const row = namespaceByKey(store, key);
  if (row === null) return null;
  const seen = visible(viewer);
  const count = `select count(*) as count from page where namespace = ? and trashed = 0 and ${seen.sql}`;
  const { count: pages } = store.one<{ count: number }>(count, row.id, ...seen.values) ?? { count: 0 };
  return { ...namespaceRef(row), url: urlOf(store.origin, row.key), archived: row.archived === 1, pages };
}

export function documentOf({ store }: View, { body }: Pick<RevisionRow, 'body'>): PageDocument {
  return { format: 'markdown', text: bodyText(store, body) };
}

/** A page as its viewer sees it; null where they see none. */
export function readPage(view: View, ref: string): KnowledgePage | null {
  const seen = seenPage(view, ref);
  if (seen === null) return null;
  const { row } = seen;
  const head = revisionById(view.store, seen.head);
  return {
    ...summaryOf(view, row, head),
    body: documentOf(view, head),
    revision: revisionFor(view, row, head),
    ...(head.id !== row.published && { published: publishedOf(view, row) }),
    comments: countComments(view, row.id),
  };
}

function publishedOf(view: View, page: PageRow): NonNullable<KnowledgePage['published']> | null {
  if (page.published === null) return null;
  const row = revisionById(view.store, page.published);
  return { revision: revisionFor(view, page, row), body: documentOf(view, row) };
}

/** Those right under a page, or at the top of a namespace, without the trash. */
export function readChildren(
  view: View,
  namespace: NamespaceRef,
  parent: string | null,
  { limit, cursor }: PageRequest,
): Page<PageSummary> {
  const above = parent === null ? null : pageByRef(view.store, parent);
  const where = namespaceByRef(view.store, namespace.id);
  const isHere = parent === null || (above !== null && above.namespace === where?.id);
  if (where === null || !isHere) return { items: [], cursor: null };
  const list = `children ${namespace.id} ${parent ?? ''}`;
  const after = afterOf(list, cursor);
  const { position, id } = after === null ? { position: 0, id: 0 } : rowAfter(pageByRef(view.store, after));
  const seen = visible(view.viewer);
  const rows = view.store.all<PageRow>(
    `select page.* from page where namespace = ? and parent is ? and trashed = 0 and (position, id) > (?, ?) and ${seen.sql}
     order by position, id limit ?`,
    ...[where.id, above?.id ?? null, position, id, ...seen.values, limit + 1],
  );
  const page = listed(rows, { limit, list, idOf: ({ ref }) => ref });
  const items = page.rows.flatMap((row) => {
    const head = headOf(view, row);
    return head === null ? [] : [summaryOf(view, row, revisionById(view.store, head))];
  });
  return { items, cursor: page.cursor };
}
