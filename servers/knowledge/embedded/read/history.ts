import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { PageRef, Revision } from '#capabilities/knowledge/types.ts';
import { revisionOf } from '../store/revisions.ts';
import type { RevisionRow } from '../store/rows.ts';
import { afterOf, listed, rowAfter } from './listing.ts';
import { revisionFor } from './revisions.ts';
import { seenPage, type View } from './view.ts';

/** Whether a viewer may see a revision: what was never accepted is its agent's and people's alone. */
export function maySee({ viewer }: View, { accepted, agent }: Pick<RevisionRow, 'accepted' | 'agent'>): boolean {
  if (accepted === 1) return true;
  return viewer !== null && (viewer.kind === 'people' || viewer.agent === agent);
}

/** Newest first. */
export function readHistory(view: View, page: PageRef, request: PageRequest): Page<Revision> {
  const found = seenPage(view, page.id);
  if (found === null) return { items: [], cursor: null };
  const { viewer, store } = view;
  const list = `history ${page.id}`;
  const after = afterOf(list, request.cursor);
  const before = after === null ? Number.MAX_SAFE_INTEGER : rowAfter(revisionOf(store, found.row.id, after)).id;
  const isAll = viewer?.kind === 'people' ? 1 : 0;
  const rows = store.all<RevisionRow>(
    `select * from revision where page = ? and id < ? and (accepted = 1 or ? = 1 or agent = ?) order by id desc limit ?`,
    ...[found.row.id, before, isAll, viewer?.kind === 'agent' ? viewer.agent : null, request.limit + 1],
  );
  const { rows: kept, cursor } = listed(rows, { limit: request.limit, list, idOf: ({ ref }) => ref });
  return { items: kept.map((row) => revisionFor(view, found.row, row)), cursor };
}
