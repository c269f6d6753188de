import type { Sql } from '#shared/sqlite/sql.ts';
import { wordsOf } from '../store/namespaces.ts';
import type { NamespaceRow } from '../store/rows.ts';
import { best, idf } from './bm25.ts';
import { bestOfEach, type Found, type Searched, scored } from './found.ts';
import type { Term } from './terms.ts';
import { type Measure, tellingOf } from './weigh.ts';

/** So many passages are looked at in the first place, and at most: a page can have many of those that are found. */
const [first, last] = [60, 4_000];

/** Searches all of a namespace, by its own index and with its own statistics. */
export function searchWhole(sql: Sql, searched: Searched): Found[] {
  const { namespace, terms, most } = searched;
  const measure = measureOfWhole(sql, namespace);
  const all = ranked(sql, searched, { terms: terms.all, all: true, measure });
  if (all.length >= most) return all;
  const any = tellingOf(terms.any, measure);
  const isSame = terms.all.length === 1 && any.length === 1 && terms.all[0]?.match === any[0]?.match;
  if (isSame) return all;
  return bestOfEach([...all, ...ranked(sql, searched, { terms: any, all: false, measure })]);
}

/** All of a namespace, by its own index. */
export function measureOfWhole(sql: Sql, { id, passages, tokens }: NamespaceRow): Measure {
  const words = wordsOf(id);
  const count = `select count(*) as count from ${words} where ${words} match ?`;
  const known = new Map<string, number>();
  const having = ({ match }: Term): number => {
    const value = known.get(match) ?? sql.one<{ count: number }>(count, match)?.count ?? 0;
    known.set(match, value);
    return value;
  };
  return { passages, averageTokens: tokens / Math.max(passages, 1), having };
}

type Row = {
  readonly passage: number;
  readonly page: number;
  readonly first: number;
  readonly last: number;
  readonly revision: number;
  readonly rank: number;
};

function ranked(
  sql: Sql,
  { namespace, most, except }: Searched,
  { terms, all, measure }: { readonly terms: readonly Term[]; readonly all: boolean; readonly measure: Measure },
): Found[] {
  const words = wordsOf(namespace.id);
  const match = terms.map((term) => term.match).join(all ? ' AND ' : ' OR ');
  const highest = best(terms.map((term) => idf(measure.having(term), measure)));
  const query = `select passage.id as passage, passage.page, first, last, page.published as revision, found.rank
    from (select rowid, rank from ${words} where ${words} match ? order by rank limit ?) as found
    join passage on passage.id = found.rowid join page on page.id = passage.page order by found.rank, passage.id`;
  for (let limit = first; ; limit *= 20) {
    const rows = sql.all<Row>(query, match, limit);
    const found = rows
      .filter(({ page }) => !except.has(page))
      .map(({ rank, ...row }) => ({ ...row, score: scored(all, highest === 0 ? 0 : -rank / highest) }));
    const pages = bestOfEach(found);
    if (pages.length >= most || rows.length < limit || limit >= last) return pages;
  }
}
