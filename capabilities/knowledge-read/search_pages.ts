import * as z from 'zod';
import { cursorInput, fittedPage } from '#capabilities/common/fit.ts';
import { hiddenLeftOut, showing } from '#capabilities/common/shown-text.ts';
import { startOf } from '#capabilities/common/slice.ts';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { shorten, wellFormed } from '#capabilities/common/text.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { sameNamespace } from '#capabilities/knowledge/keys.ts';
import { coversPage, whereOf } from './find-page.ts';
import type { Hit, KnowledgeQuery } from './ports.ts';
import { provenanceShort, shortOf } from './provenance-view.ts';
import { rankedFrom, rankedOn } from './ranked.ts';
import { toldOfPage } from './told.ts';
import { namespaceInput, readTool } from './tool.ts';

/** So many pages of the backend are gone through for one that has something to show. */
const rounds = 5;
/** Room for one snippet, in bytes of JSON. */
const snippetBytes = 700;

const hitView = z.strictObject({
  rank: z.number().int(),
  page: z.string(),
  title: z.string(),
  namespace: z.string(),
  where: z.array(z.string()).describe('The titles of the pages above it, from the top.'),
  heading: z.string().exactOptional().describe('The nearest heading above the snippet.'),
  line: z.number().int().exactOptional().describe('Where the snippet begins: start_line of read_page.'),
  snippet: z.string(),
  score: z.number().nullable().describe('The higher the better, within one answer.'),
  revision: z.string().nullable(),
  updated_at: z.string(),
  ...provenanceShort.shape,
});

type HitView = z.infer<typeof hitView>;

const marked = ['pages[].title', 'pages[].where', 'pages[].heading', 'pages[].snippet'] as const;

export const searchPages = readTool({
  name: 'search_pages',
  title: 'Search pages',
  description: `Finds pages that you may read by the words in their titles and texts, best first: those with all words, then those with any. There are no operators. read_page shows one. ${untrustedNote}`,
  input: z.strictObject({
    query: wellFormed({ min: 1, max: 1000 })
      .refine((text) => /[\p{L}\p{N}\p{S}]/u.test(text), { error: 'must have a word' })
      .describe('Words, in any language.'),
    namespaces: z
      .array(namespaceInput)
      .min(1)
      .max(50)
      .optional()
      .describe('Only in these; in all that you may read unless given.'),
    limit: z.number().int().min(1).max(50).default(10).describe('How many at most; 10 unless given.'),
    cursor: cursorInput,
  }),
  output: z.strictObject({
    pages: z.array(hitView),
    next_cursor: z.string().nullable(),
    ...hiddenLeftOut,
    untrusted: untrusted(marked),
  }),
  asks: ({ namespaces = [] }) => namespaces.map((namespace) => ({ want: 'read', namespace })),
  read: async ({ query: text, namespaces, limit, cursor }, reader, may, opened) => {
    const allowed = { may, opened };
    const { show, leftOut } = showing();
    const within = opened
      .filter(({ namespace }) => namespaces?.some((key) => sameNamespace(key, namespace)) ?? true)
      .map(({ namespace, under }): KnowledgeQuery['within'][number] => ({ namespace, under: under ?? null }));
    const load = (page: Parameters<typeof reader.search>[1]) =>
      within.length === 0 ? Promise.resolve({ items: [], cursor: null }) : reader.search({ within, text }, page);
    const from = rankedFrom(cursor);
    let seen = from.rank;
    const view = (hit: Hit): HitView | null => {
      if (hit.trashed || !coversPage(allowed, hit)) return null;
      seen += 1;
      const shown = { rank: seen, ...viewOf(hit, show), where: whereOf(hit, allowed, show) };
      const { revision, provenance } = hit;
      return telling(shown, toldOfPage(hit, { revision, trust: provenance.trust, rank: seen }));
    };
    let found = { items: [] as HitView[], next_cursor: from.inner ?? null };
    for (let round = 1; round <= rounds; round += 1) {
      found = await fittedPage({ limit, cursor: found.next_cursor ?? undefined }, load, view);
      if (found.items.length > 0 || found.next_cursor === null) break;
    }
    const { items: pages } = found;
    const next = rankedOn(from.rank + pages.length, found.next_cursor);
    return { pages, next_cursor: next, ...leftOut(), untrusted: [...marked] };
  },
  told: toldIn,
});

function viewOf(hit: Hit, show: (text: string) => string) {
  const { content, cut } = startOf(show(hit.snippet), snippetBytes);
  return {
    ...{ page: hit.id, title: shorten(show(hit.title), 200), namespace: hit.namespace.key },
    ...(hit.heading !== null && { heading: shorten(show(hit.heading), 120) }),
    ...(hit.line !== null && { line: hit.line }),
    snippet: cut ? `${content}…` : content,
    score: hit.score === null ? null : Number(hit.score.toPrecision(5)),
    ...{ revision: hit.revision, updated_at: hit.updatedAt },
    ...shortOf(hit.provenance, show),
  };
}
