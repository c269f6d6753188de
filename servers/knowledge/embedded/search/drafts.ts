import { type View, waitingIn } from '../read/view.ts';
import type { NamespaceRow } from '../store/rows.ts';
import type { Found, Terms } from './found.ts';
import { measureOfWhole } from './measure.ts';
import { measureOfPart, passagesOfPage } from './part.ts';
import { weigh } from './weigh.ts';

/**
 * Searches the newest of what waits and the viewer sees, one by one: it is in nobody else's index. It is measured by what
 * everybody sees where is looked, and nothing is measured by it.
 */
export function searchDrafts(
  view: View,
  { namespace, terms, inside }: { namespace: NamespaceRow; terms: Terms; inside: readonly number[] | null },
): { readonly pages: ReadonlySet<number>; readonly found: readonly Found[] } {
  const { store } = view;
  const within = inside === null ? null : new Set(inside);
  const drafts = [...waitingIn(view, namespace.id)].filter(({ page }) => within === null || within.has(page));
  const pages = new Set(drafts.map(({ page }) => page));
  if (drafts.length === 0) return { pages, found: [] };
  const measure = inside === null ? measureOfWhole(store, namespace) : measureOfPart(store, namespace.id, inside);
  const waiting = drafts.flatMap(({ page, revision, text }) => passagesOfPage(page, revision, text));
  return { pages, found: weigh(waiting, terms, measure) };
}
