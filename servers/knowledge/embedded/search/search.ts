import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { Hit, KnowledgeQuery } from '#capabilities/knowledge-read/ports.ts';
import { digest } from '#shared/crypto/canonical.ts';
import { cut, positionOf } from '#shared/sqlite/cursor.ts';
import { provenanceOf } from '../read/provenance.ts';
import { summaryOf } from '../read/summaries.ts';
import type { View } from '../read/view.ts';
import { bodyLines, bodyText } from '../store/bodies.ts';
import { namespaceByKey } from '../store/namespaces.ts';
import { pageById } from '../store/places.ts';
import { revisionById } from '../store/revisions.ts';
import type { NamespaceRow, RevisionRow } from '../store/rows.ts';
import { joined, mostJoined } from '../vectors/join.ts';
import type { Within } from '../vectors/nearest.ts';
import { searchDrafts } from './drafts.ts';
import { bestOfEach, type Found, type Terms } from './found.ts';
import { headingAt, headingIn } from './headings.ts';
import { pagesUnder } from './inside.ts';
import { searchPart } from './part.ts';
import { type Needle, needleOf, snippetOf } from './snippet.ts';
import { termsOf } from './terms.ts';
import { searchWhole } from './whole.ts';

/** Nobody looks further than this: who has not found it by then asks for something else. */
const mostPages = 500;

/** What is nearest in meaning to what is searched for, in one place. */
export type Nearest = (within: Within) => readonly Found[];

/**
 * One page of what a query finds. A cursor says only how many were told before; where is looked, the query says each time.
 * @param nearest null where words alone count
 */
export function search(
  view: View,
  query: KnowledgeQuery,
  { limit, cursor }: PageRequest,
  nearest: Nearest | null,
): Page<Hit> {
  const of = digest(JSON.parse(JSON.stringify(query))).slice(0, 12);
  const start = cursor === undefined ? 0 : positionOf(of, cursor).id;
  const terms = termsOf(query.text);
  const most = Math.min(start + limit + 1, mostPages);
  if (terms.all.length === 0) return { items: [], cursor: null };
  const wanted = { terms, most: nearest === null ? most : Math.max(most, mostJoined), nearest };
  const looked = placesOf(view, query).map((place) => searchPlace(view, place, wanted));
  const [words, near] = [bestOfEach(looked.flatMap((one) => one.words)), bestOfEach(looked.flatMap((one) => one.near))];
  const found = near.length === 0 ? words : joined(words, near);
  const rows = found.slice(start, most).map((each, at) => ({ each, at: start + at + 1 }));
  const page = cut(rows, { limit, of, at: (row) => ({ at: 0, id: row.at }) });
  const needles = [...terms.all, ...terms.any].map(needleOf);
  return { items: page.rows.map(({ each }) => hitOf(view, each, needles)), cursor: page.cursor };
}

type Place = { readonly namespace: NamespaceRow; readonly under: readonly string[] | null };

/** Each namespace once; one that is asked for in whole is not looked at in parts. */
function placesOf({ store }: View, { within }: KnowledgeQuery): Place[] {
  return [...Map.groupBy(within, (each) => each.namespace)].flatMap(([key, asked]) => {
    const namespace = namespaceByKey(store, key);
    if (namespace === null) return [];
    const isWhole = asked.some(({ under }) => under === null);
    return [{ namespace, under: isWhole ? null : asked.flatMap(({ under }) => under ?? []) }];
  });
}

type Wanted = { readonly terms: Terms; readonly most: number; readonly nearest: Nearest | null };
type Looked = { readonly words: readonly Found[]; readonly near: readonly Found[] };

function searchPlace(view: View, { namespace, under }: Place, { terms, most, nearest }: Wanted): Looked {
  const { store } = view;
  const inside = under === null ? null : pagesUnder(view, namespace.id, under);
  const drafts = searchDrafts(view, { namespace, terms, inside });
  const searched = { namespace, terms, most, except: drafts.pages };
  const found = inside === null ? searchWhole(store, searched) : searchPart(store, searched, inside);
  const near = nearest?.({ namespace: namespace.id, inside, except: drafts.pages }) ?? [];
  return { words: [...found, ...drafts.found], near };
}

function hitOf(view: View, found: Found, needles: readonly Needle[]): Hit {
  const { store } = view;
  const row = revisionById(store, found.revision);
  const page = pageById(store, found.page);
  const lines = bodyLines(store, row.body, found);
  const { line, text: snippet } = snippetOf(lines, found.first, needles);
  return {
    ...summaryOf(view, page, row),
    heading: headingOf(view, found, row, line),
    line: lines.length === 1 && lines[0] === '' ? null : line,
    snippet,
    score: found.score,
    revision: row.ref,
    provenance: provenanceOf(store, page.namespace, row, row.accepted),
  };
}

function headingOf({ store }: View, { passage }: Found, { body }: RevisionRow, line: number): string | null {
  const query = 'select headings from passage where id = ?';
  const kept = passage === null ? null : store.one<{ headings: string | null }>(query, passage)?.headings;
  return typeof kept === 'string' ? headingIn(kept, line) : headingAt(bodyText(store, body), line);
}
