import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { NamespaceRef, Place } from '#capabilities/knowledge/types.ts';
import type { PageSummary } from '#capabilities/knowledge-read/ports.ts';
import { childPage, page, some } from './answers.ts';
import type { Asking } from './asking.ts';
import { listQuery, nextCursor } from './cursor.ts';
import { isId } from './ids.ts';
import { aboveOf, pagesById, rawPage, summaryOf } from './pages.ts';
import { v2 } from './product.ts';

const mostAtOnce = 100;
const none: Page<never> = { items: [], cursor: null };

/** Pages right under one, or at the top of a space, in the order in which Confluence shows them. */
export async function readChildren(
  asking: Asking,
  namespace: NamespaceRef,
  parent: string | null,
  { limit, cursor }: PageRequest,
): Promise<Page<PageSummary>> {
  const query = listQuery(Math.min(limit, mostAtOnce), cursor);
  if (parent === null) {
    const roots = { ...query, depth: 'root', status: 'current,archived' };
    const path = [...v2, 'spaces', namespace.id, 'pages'];
    const found = await asking.reads.get({ path, query: roots, answer: some(page) });
    if (found === null) return none;
    const here = found.results.filter(({ spaceId }) => spaceId === namespace.id);
    return {
      items: here.map((each) => summaryOf(asking.site, each, { namespace, above: [] })),
      cursor: nextCursor(found),
    };
  }
  const above = await aboveUnder(asking, namespace, parent);
  if (above === null) return none;
  const path = [...v2, 'pages', parent, 'children'];
  const found = await asking.reads.get({ path, query, answer: some(childPage) });
  if (found === null) return none;
  const pages = await pagesById(
    asking,
    found.results.map(({ id }) => id),
  );
  // The list says little of each, and nothing of whether it is still there.
  const items = found.results.flatMap(({ id }) => {
    const each = pages.get(id);
    const isHere = each?.spaceId === namespace.id && each.parentId === parent;
    return isHere ? [summaryOf(asking.site, each, { namespace, above })] : [];
  });
  return { items, cursor: nextCursor(found) };
}

async function aboveUnder(asking: Asking, namespace: NamespaceRef, parent: string): Promise<Place['above'] | null> {
  const holder = isId(parent) ? await rawPage(asking, parent) : null;
  if (holder === null || holder.spaceId !== namespace.id) return null;
  return [...(await aboveOf(asking, holder)), { id: holder.id, title: holder.title }];
}
