import type { Place } from '#capabilities/knowledge/types.ts';
import type { PageSummary } from '#capabilities/knowledge-read/ports.ts';
import { namespaceById } from '../store/namespaces.ts';
import { aboveOf } from '../store/places.ts';
import type { NamespaceRow, PageRow, RevisionRow } from '../store/rows.ts';
import { titleAt } from './revisions.ts';
import { isoOf, pageRef, type View, visible } from './view.ts';

export function namespaceOf({ store }: View, { namespace }: Pick<PageRow, 'namespace'>): NamespaceRow {
  const row = namespaceById(store, namespace);
  if (row === null) throw new Error('a page is in no namespace');
  return row;
}

/** The pages above one, from the top, as a viewer sees them. */
export function aboveIn(view: View, { parent }: Pick<PageRow, 'parent'>): Place['above'] {
  return aboveOf(view.store, parent).map((row) => ({ id: row.ref, ...titleAt(view, row, null) }));
}

/** A page as it is listed, by the state of it that its viewer sees. */
export function summaryOf(view: View, row: PageRow, head: RevisionRow): PageSummary {
  const waitsSince = head.accepted === 0 ? head.at : 0;
  return {
    ...pageRef(view, row, namespaceOf(view, row), head.title),
    above: aboveIn(view, row),
    trust: head.trust,
    parent: hasUnder(view, row.id),
    createdAt: isoOf(row.created_at),
    updatedAt: isoOf(Math.max(row.updated_at, waitsSince)),
    trashed: row.trashed === 1,
  };
}

/** Whether a viewer sees pages right under one that are not in the trash. */
export function hasUnder({ store, viewer }: View, page: number): boolean {
  const seen = visible(viewer);
  const query = `select 1 from page where parent = ? and trashed = 0 and ${seen.sql} limit 1`;
  return store.one(query, page, ...seen.values) !== undefined;
}
