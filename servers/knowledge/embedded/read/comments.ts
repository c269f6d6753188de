import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { PageComment, PageRef } from '#capabilities/knowledge/types.ts';
import type { SqlValue } from '#shared/sqlite/sql.ts';
import type { CommentRow, PageRow } from '../store/rows.ts';
import { afterOf, listed, rowAfter } from './listing.ts';
import { personIn, provenanceOf } from './provenance.ts';
import { isoOf, seenPage, urlOf, type View } from './view.ts';

/** A condition on `comment`: what waits is seen by its own agent and by people. */
function shown({ viewer }: View): { readonly sql: string; readonly values: readonly SqlValue[] } {
  if (viewer === null) return { sql: 'accepted = 1', values: [] };
  return viewer.kind === 'people'
    ? { sql: 'true', values: [] }
    : { sql: '(accepted = 1 or agent = ?)', values: [viewer.agent] };
}

export function countComments(view: View, page: number): number {
  const { sql, values } = shown(view);
  const query = `select count(*) as count from comment where page = ? and ${sql}`;
  return view.store.one<{ count: number }>(query, page, ...values)?.count ?? 0;
}

/** Newest first. */
export function readComments(view: View, page: PageRef, request: PageRequest): Page<PageComment> {
  const found = seenPage(view, page.id);
  if (found === null) return { items: [], cursor: null };
  const list = `comments ${page.id}`;
  const after = afterOf(list, request.cursor);
  const before = after === null ? Number.MAX_SAFE_INTEGER : rowAfter(seenComment(view, found.row.id, after)).id;
  const { sql, values } = shown(view);
  const rows = view.store.all<CommentRow>(
    `select * from comment where page = ? and id < ? and ${sql} order by id desc limit ?`,
    ...[found.row.id, before, ...values, request.limit + 1],
  );
  const { rows: kept, cursor } = listed(rows, { limit: request.limit, list, idOf: ({ ref }) => ref });
  return { items: kept.map((row) => commentOf(view, found.row, row)), cursor };
}

/** A comment of that page; null for one of another, and for one that the viewer does not see. */
export function readComment(view: View, page: PageRef, ref: string): PageComment | null {
  const found = seenPage(view, page.id);
  const row = found && seenComment(view, found.row.id, ref);
  return found === null || row === null ? null : commentOf(view, found.row, row);
}

export function seenComment(view: View, page: number, ref: string): CommentRow | null {
  const { sql, values } = shown(view);
  const query = `select * from comment where ref = ? and page = ? and ${sql}`;
  return view.store.one<CommentRow>(query, ref, page, ...values) ?? null;
}

export const commentUrl = (origin: string, page: string, comment: string): string =>
  `${urlOf(origin, page)}#${comment}`;

function commentOf({ store }: View, page: PageRow, row: CommentRow): PageComment {
  const replied = 'select ref from comment where id = ?';
  const replyTo = row.reply_to === null ? null : (store.one<{ ref: string }>(replied, row.reply_to)?.ref ?? null);
  return {
    id: row.ref,
    url: commentUrl(store.origin, page.ref, row.ref),
    author: row.person === null ? null : personIn(store, page.namespace, row.person),
    body: { format: 'markdown', text: row.body },
    replyTo,
    provenance: provenanceOf(store, page.namespace, row, row.accepted),
    createdAt: isoOf(row.created_at),
    updatedAt: isoOf(row.updated_at),
  };
}
