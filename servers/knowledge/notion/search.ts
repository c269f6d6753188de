import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { sameNamespace } from '#capabilities/knowledge/keys.ts';
import type { Hit, KnowledgeQuery } from '#capabilities/knowledge-read/ports.ts';
import { type NotionPage, page } from './answers.ts';
import type { Reads } from './api.ts';
import type { Asking } from './asking.ts';
import { offsetOf } from './cursor.ts';
import { readError } from './errors.ts';
import type { Spot } from './namespaces.ts';
import { rawPage, summaryOf } from './pages.ts';
import { provenanceOf } from './people.ts';

/** So many of what Notion finds are looked up, and in so many requests it is asked. */
const mostLookedUp = 120;
const mostRequests = 3;

/**
 * One page of a search: pages whose titles Notion finds for the words, in its order. It searches all that the integration
 * can see: each is looked up, and what is not where was looked is left out. A cursor counts what was told alone, so that
 * nothing of the others is in it.
 */
export async function search(asking: Asking, query: KnowledgeQuery, request: PageRequest): Promise<Page<Hit>> {
  const offset = offsetOf(request);
  const text = query.text.trim();
  const wanted = offset + request.limit + 1;
  const hits: Found[] = [];
  if (text === '' || !query.within.some(({ namespace }) => isKnown(asking, namespace)))
    return { items: [], cursor: null };
  for await (const candidate of candidates(asking.reads, text)) {
    const found = await within(asking, query, candidate);
    if (found !== null) hits.push(found);
    if (hits.length >= wanted) break;
  }
  const items = hits.slice(offset, wanted - 1);
  const who = await asking.people.known(items.map(({ found }) => found.last_edited_by?.id));
  return {
    items: items.map(({ found, spot }) => ({
      ...summaryOf(found, spot),
      ...{ heading: null, line: null, score: null, revision: null, snippet: found.title },
      provenance: provenanceOf(who(found.last_edited_by?.id)),
    })),
    cursor: hits.length >= wanted ? String(wanted - 1) : null,
  };
}

const isKnown = ({ namespaces }: Asking, key: string): boolean =>
  namespaces.keys.some((each) => sameNamespace(each, key));

async function* candidates(reads: Reads, text: string): AsyncGenerator<NotionPage> {
  let cursor: string | null = null;
  let left = mostLookedUp;
  for (let asked = 0; asked < mostRequests; asked += 1) {
    const some: Awaited<ReturnType<Reads['search']>> = await reads.search(text, cursor).catch((error: unknown) => {
      throw readError(error);
    });
    for (const each of some.results) {
      const parsed = page.safeParse(each);
      if (left === 0) return;
      left -= 1;
      if (parsed.success && !parsed.data.in_trash) yield parsed.data;
    }
    cursor = some.next_cursor ?? null;
    if (cursor === null) return;
  }
}

type Found = { readonly found: NotionPage; readonly spot: Spot };

/** The page as it is now, where it is now: the index may be behind. Null where it is not where was looked. */
async function within(asking: Asking, query: KnowledgeQuery, told: NotionPage): Promise<Found | null> {
  if (!isWithin(query, told, await asking.namespaces.locate(told))) return null;
  const found = await rawPage(asking.reads, told.id);
  const spot = found && (await asking.namespaces.locate(found));
  if (found === null || spot === null || found.in_trash || spot.trashed) return null;
  return isWithin(query, found, spot) && hasWords(found, query.text) ? { found, spot } : null;
}

/** Whether any of the words is in the title as it is now. */
function hasWords({ title }: NotionPage, text: string): boolean {
  const words = text.toLowerCase().match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
  return words.some((word) => title.toLowerCase().includes(word));
}

function isWithin({ within: places }: KnowledgeQuery, { id }: NotionPage, spot: Spot | null): boolean {
  if (spot === null) return false;
  const { namespace, above } = spot.place;
  const path = [...above.map((each) => each.id), id];
  return places.some(
    (each) =>
      sameNamespace(each.namespace, namespace.key) &&
      (each.under === null || each.under.some((under) => path.includes(under))),
  );
}
