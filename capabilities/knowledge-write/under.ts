import * as z from 'zod';
import type { PageRef } from '#capabilities/knowledge/types.ts';
import type { KnowledgeReader, PageSummary } from '#capabilities/knowledge-read/ports.ts';

/** How many pages are under a page; `more`: there may be others, since not all of them were asked for. */
export const pagesUnder = z.strictObject({ pages: z.number().int().nonnegative(), more: z.boolean() });
export type PagesUnder = z.infer<typeof pagesUnder>;

const pageOfList = 100;

/** Counts the pages under a page, at most `requests` times asking for a page of a list: one tells only what is right under it. */
export async function countUnder(
  reader: KnowledgeReader,
  { id, namespace }: Pick<PageRef, 'id' | 'namespace'>,
  requests: number,
): Promise<PagesUnder> {
  const parents = [id];
  let [pages, left] = [0, requests];
  for (let parent = parents.shift(); parent !== undefined; parent = parents.shift()) {
    let cursor: string | null | undefined;
    while (cursor !== null) {
      if (left === 0) return { pages, more: true };
      left -= 1;
      const list = await reader.children(namespace, parent, { limit: pageOfList, ...(cursor && { cursor }) });
      pages += list.items.length;
      parents.push(...list.items.filter(mayHaveSome).map((child) => child.id));
      cursor = list.cursor;
    }
  }
  return { pages, more: false };
}

function mayHaveSome({ parent }: Pick<PageSummary, 'parent'>): boolean {
  return parent !== false;
}

/** How many they are, in words: "12 pages", "one page", "100 pages or more". */
export function countedPages({ pages, more }: PagesUnder): string {
  const count = pages === 1 ? 'one page' : `${pages} pages`;
  return more ? `${count} or more` : count;
}
