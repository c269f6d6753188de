import * as z from 'zod';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { sameNamespace } from '#capabilities/knowledge/keys.ts';
import type { Hit, KnowledgeQuery } from '#capabilities/knowledge-read/ports.ts';
import { type ConfluencePage, some } from './answers.ts';
import type { Asking } from './asking.ts';
import { containsWord, inIds, quoted, wordsOf } from './cql.ts';
import { listQuery, nextCursor } from './cursor.ts';
import { isId } from './ids.ts';
import { aboveEach, pagesById, summaryOf } from './pages.ts';
import { v1 } from './product.ts';
import { provenanceOf } from './revisions.ts';

const mostAtOnce = 25;

const result = z.object({
  content: z.object({ id: z.union([z.string(), z.number()]).transform(String) }).optional(),
  excerpt: z.string().nullish(),
});

const none: Page<never> = { items: [], cursor: null };

/**
 * One page of a search: pages that have all words, in the order that Confluence gives them. Its index may be behind: where
 * each page is, and what it is called, is asked of the pages themselves, and what is not where was looked is left out.
 */
export async function search(asking: Asking, query: KnowledgeQuery, request: PageRequest): Promise<Page<Hit>> {
  const cql = await cqlOf(asking, query);
  if (cql === null) return none;
  const asked = {
    cql,
    excerpt: 'highlight_unescaped',
    ...listQuery(Math.min(request.limit, mostAtOnce), request.cursor),
  };
  const found = await asking.reads.get({ path: [...v1, 'search'], query: asked, answer: some(result) });
  if (found === null) return none;
  const pages = await pagesById(
    asking,
    found.results.flatMap(({ content }) => content?.id ?? []),
  );
  const aboveOf = aboveEach(asking);
  const hits = await Promise.all(
    found.results.map(async ({ content, excerpt }) => {
      const there = content && pages.get(content.id);
      return there === undefined ? null : hitOf({ ...asking, aboveOf }, query, there, excerpt ?? '');
    }),
  );
  return { items: hits.filter((hit) => hit !== null), cursor: nextCursor(found) };
}

/** Null where nothing can match. A space that is not there is not asked for: Confluence may refuse the whole question. */
async function cqlOf({ spaces }: Asking, { within, text }: KnowledgeQuery): Promise<string | null> {
  const words = wordsOf(text);
  if (words.length === 0) return null;
  const known = await Promise.all(within.map(async (each) => ({ ...each, space: await spaces.byKey(each.namespace) })));
  const places = known.flatMap(({ space, under }) => {
    if (space === null) return [];
    if (under === null) return [`space = ${quoted(space.key)}`];
    const ids = under.filter(isId);
    if (ids.length === 0) return [];
    return [`(space = ${quoted(space.key)} AND (${inIds('ancestor', ids)} OR ${inIds('id', ids)}))`];
  });
  if (places.length === 0) return null;
  return `type = page AND (${places.join(' OR ')}) AND ${words.map(containsWord).join(' AND ')}`;
}

/** A page that is there, if it is where was looked. */
async function hitOf(
  asking: Asking & { readonly aboveOf: ReturnType<typeof aboveEach> },
  query: KnowledgeQuery,
  page: ConfluencePage,
  excerpt: string,
): Promise<Hit | null> {
  const [namespace, above, who] = await Promise.all([
    asking.spaces.byId(page.spaceId),
    asking.aboveOf(page),
    asking.people.known([page.version.authorId]),
  ]);
  if (namespace === null) return null;
  const path = [...above.map(({ id }) => id), page.id];
  const isWithin = query.within.some(
    (each) =>
      sameNamespace(each.namespace, namespace.key) &&
      (each.under === null || each.under.some((id) => path.includes(id))),
  );
  if (!isWithin) return null;
  return {
    ...summaryOf(asking.site, page, { namespace, above }),
    // Of which state the index has the words, nobody says.
    ...{ heading: null, line: null, score: null, revision: null },
    snippet: excerpt.replaceAll(/@@@(?:end)?hl@@@/g, ''),
    provenance: provenanceOf(who(page.version.authorId)),
  };
}
