import type { Sql } from '#shared/sqlite/sql.ts';
import { wordsOf } from '../store/namespaces.ts';
import type { NamespaceRow } from '../store/rows.ts';
import { best, idf, leastIdf } from './bm25.ts';
import { bestOfEach, type Found, type Searched, scored } from './found.ts';
import type { Term } from './terms.ts';
import type { Measure } from './weigh.ts';

/** So many passages are looked at in the first place, and at most: a page can have many of those that are found. */
const [first, last] = [64, 4_096];

/** Searches all of a namespace, by its own index and with its own statistics. */
export function searchWhole(sql: Sql, searched: Searched): Found[] {
  const { namespace, terms, most } = searched;
  const rarity = rarityBy(measureOfWhole(sql, namespace));
  const all = ranked(sql, searched, { terms: terms.all, all: true, rarity });
  if (all.length >= most) return all;
  const telling = terms.any.filter((term) => rarity(term) > leastIdf);
  const any = telling.length > 0 ? telling : terms.any;
  const isSame = terms.all.length === 1 && any.length === 1 && terms.all[0]?.match === any[0]?.match;
  return isSame ? all : bestOfEach([...all, ...ranked(sql, searched, { terms: any, all: false, rarity })]);
}

type Rarity = (term: Term) => number;

/** All of a namespace, by its own index. */
export function measureOfWhole(sql: Sql, { id, passages, tokens }: NamespaceRow): Measure {
  const words = wordsOf(id);
  const count = `select count(*) as count from ${words} where ${words} match ?`;
  const having = ({ match }: Term): number => sql.one<{ count: number }>(count, match)?.count ?? 0;
  return { passages, averageTokens: tokens / Math.max(passages, 1), having };
}

function rarityBy(measure: Measure): Rarity {
  const known = new Map<string, number>();
  return (term) => {
    const value = known.get(term.match) ?? idf(measure.having(term), measure);
    known.set(term.match, value);
    return value;
  };
}

type Row = {
  readonly page: number;
  readonly first: number;
  readonly last: number;
  readonly revision: number;
  readonly rank: number;
};

function ranked(
  sql: Sql,
  { namespace, most, except }: Searched,
  { terms, all, rarity }: { readonly terms: readonly Term[]; readonly all: boolean; readonly rarity: Rarity },
): Found[] {
  const words = wordsOf(namespace.id);
  const match = terms.map((term) => term.match).join(all ? ' AND ' : ' OR ');
  const highest = best(terms.map(rarity));
  const query = `select passage.page, first, last, page.published as revision, found.rank
    from (select rowid, rank from ${words} where ${words} match ? order by rank limit ?) as found
    join passage on passage.id = found.rowid join page on page.id = passage.page order by found.rank, passage.id`;
  for (let limit = first; ; limit *= 4) {
    const rows = sql.all<Row>(query, match, limit);
    const found = rows
      .filter(({ page }) => !except.has(page))
      .map(({ rank, ...row }) => ({ ...row, score: scored(all, highest === 0 ? 0 : -rank / highest) }));
    const pages = bestOfEach(found);
    if (pages.length >= most || rows.length < limit || limit >= last) return pages;
  }
}
