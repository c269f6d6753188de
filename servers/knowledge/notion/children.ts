import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { NamespaceRef, Place } from '#capabilities/knowledge/types.ts';
import type { PageSummary } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { NotionBlock } from './answers.ts';
import type { Reads } from './api.ts';
import type { Asking } from './asking.ts';
import { offsetOf, sliceOf } from './cursor.ts';
import { orNull } from './errors.ts';
import { rawPage } from './pages.ts';

/**
 * Pages right under one, or at the top of a namespace, in the order in which they stand there. In Notion they are blocks
 * of its text, also of columns and toggles. Rows of databases are none of them.
 */
export async function readChildren(
  asking: Asking,
  namespace: NamespaceRef,
  parent: string | null,
  request: PageRequest,
): Promise<Page<PageSummary>> {
  const offset = offsetOf(request);
  const above = parent === null ? [] : await aboveUnder(asking, namespace, parent);
  if (above === null) return { items: [], cursor: null };
  const [blocks, home] = await Promise.all([
    childPages(asking.reads, parent ?? namespace.id),
    rawPage(asking.reads, parent ?? namespace.id),
  ]);
  const { items, cursor } = sliceOf(blocks, offset, request.limit);
  const located = await Promise.all(
    items.map(async (block) => summaryOf(asking, block, { namespace, above }, home?.url)),
  );
  return { items: located.filter((each) => each !== null), cursor };
}

async function aboveUnder(asking: Asking, namespace: NamespaceRef, parent: string): Promise<Place['above'] | null> {
  const holder = await rawPage(asking.reads, parent);
  const spot = holder && (await asking.namespaces.locate(holder));
  if (holder === null || spot?.place.namespace.id !== namespace.id) return null;
  return [...spot.place.above, { id: holder.id, title: holder.title }];
}

/** Null for a page that another namespace is under: it is no page of this one. */
async function summaryOf(
  { namespaces }: Asking,
  { id, child_page, created_time = '', last_edited_time = '' }: NotionBlock,
  { namespace, above }: Place,
  home = 'https://www.notion.so/',
): Promise<PageSummary | null> {
  const spot = await namespaces.locate({ id, parent: { type: 'page_id', page_id: above.at(-1)?.id ?? namespace.id } });
  if (spot === null) return null;
  const times = { createdAt: created_time, updatedAt: last_edited_time };
  const url = new URL(`/${id.replaceAll('-', '')}`, home).href;
  return { id, title: child_page?.title ?? '', url, namespace, above, parent: null, ...times, trashed: false };
}

/** So many requests are made for the blocks of one page, and so deep is looked. */
const mostRequests = 40;
const mostDeep = 6;

/** What has blocks of its own that are no page's. */
const closed: ReadonlySet<string> = new Set(['child_page', 'child_database', 'unsupported', 'synced_block']);

/** The blocks of a page that are pages. Throws AppError `unsupported` for a page with more blocks than are looked through. */
export async function childPages(reads: Reads, pageId: string): Promise<readonly NotionBlock[]> {
  let requests = 0;
  const under = async (id: string, depth: number): Promise<readonly NotionBlock[]> => {
    const found: NotionBlock[] = [];
    let cursor: string | null = null;
    do {
      requests += 1;
      if (requests > mostRequests || depth > mostDeep) throw tooMany();
      const some: Awaited<ReturnType<Reads['children']>> | null = await orNull(reads.children(id, cursor));
      for (const block of some?.results ?? []) found.push(...(await pagesIn(block, depth)));
      cursor = some?.next_cursor ?? null;
    } while (cursor !== null);
    return found;
  };
  const pagesIn = async (block: NotionBlock, depth: number): Promise<readonly NotionBlock[]> => {
    if (block.child_page !== undefined) return block.in_trash ? [] : [block];
    return block.has_children && !closed.has(block.type ?? '') ? under(block.id, depth + 1) : [];
  };
  return under(pageId, 0);
}

function tooMany(): AppError {
  const message = 'The page has more blocks than are looked through for the pages under it.';
  return new AppError('unsupported', message, { next: 'search_pages finds pages by their titles.' });
}
