import type { Sql } from '#shared/sqlite/sql.ts';
import { wordsOf } from '../store/namespaces.ts';
import { best, idf } from './bm25.ts';
import { bestOfEach, type Found, type Searched, scored } from './found.ts';
import type { WholeMeasure } from './measure.ts';
import type { Term } from './terms.ts';
import type { Measure } from './weigh.ts';

/** So many passages are looked at in the first place, and at most: a page can have many of those that are found. */
const [first, last] = [60, 4_000];

/** A namespace that is searched in whole, by its own index and with its own statistics. */
export type Looked = { readonly sql: Sql; readonly searched: Searched; readonly measure: WholeMeasure };

type Row = {
  readonly passage: number;
  readonly page: number;
  readonly first: number;
  readonly last: number;
  readonly revision: number;
  readonly rank: number;
};

/** What is looked for: what has all of some terms, or any. Scores are shares of what all terms of `rating` would come to. */
type Ranking = ({ readonly having: readonly Term[] } | { readonly any: readonly Term[] }) & {
  readonly rating: readonly Term[];
  readonly hasAll: boolean;
  /** Pages that are not wanted. */
  readonly except: ReadonlySet<number>;
};

/** What the index finds and puts in order by itself. */
export function ranked({ sql, searched, measure }: Looked, { rating, hasAll, except, ...ranking }: Ranking): Found[] {
  const { namespace, most } = searched;
  const words = wordsOf(namespace.id);
  const match = 'any' in ranking ? matchOf(ranking.any, 'OR') : matchOf(ranking.having, 'AND');
  const highest = best(rating.map((term) => idf(measure.having(term), measure)));
  const query = `select passage.id as passage, passage.page, first, last, page.published as revision, found.rank
    from (select rowid, rank from ${words} where ${words} match ? order by rank limit ?) as found
    join passage on passage.id = found.rowid join page on page.id = passage.page order by found.rank, passage.id`;
  for (let limit = first; ; limit *= 20) {
    const rows = sql.all<Row>(query, match, limit);
    const found = rows
      .filter(({ page }) => !except.has(page))
      .map(({ rank, ...row }) => ({ ...row, score: scored(hasAll, highest === 0 ? 0 : -rank / highest) }));
    const pages = bestOfEach(found);
    if (pages.length >= most || rows.length < limit || limit >= last) return pages;
  }
}

/** Terms as FTS5 takes them. */
export function matchOf(terms: readonly Term[], operator: 'AND' | 'OR'): string {
  return terms.map((term) => term.match).join(` ${operator} `);
}

/** In how many passages terms are, each counted by itself. */
export function placesOf(terms: readonly Term[], measure: Measure): number {
  return terms.reduce((sum, term) => sum + measure.having(term), 0);
}
