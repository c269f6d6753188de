import type { Sql } from '#shared/sqlite/sql.ts';
import { bodyText } from '../store/bodies.ts';
import { wordsOf } from '../store/namespaces.ts';
import { revisionById } from '../store/revisions.ts';
import type { RevisionRow } from '../store/rows.ts';
import { bestOfEach, type Found, type Searched, type Terms } from './found.ts';
import { passagesOf } from './passages.ts';
import type { Term } from './terms.ts';
import { type Measure, tellingOf, type Weighed, weigh } from './weigh.ts';

/** So many passages are weighed at most, those with the rarest terms first. */
const mostWeighed = 2_000;

/**
 * Searches some pages of a namespace as if there were no others: the index says which passages have a term, and how rare
 * that is comes from these pages alone.
 */
export function searchPart(sql: Sql, { namespace, terms, except }: Searched, pages: readonly number[]): Found[] {
  const rowsWith = rowsIn(sql, namespace.id, pages);
  const measure = measured(sql, pages, rowsWith);
  const telling = { all: terms.all, any: tellingOf(terms.any, measure) };
  const candidates = candidatesOf(telling, rowsWith).filter(({ page }) => !except.has(page));
  return bestOfEach(weigh(withWords(sql, candidates), telling, measure));
}

/** Some pages of a namespace, as if there were no others. */
export function measureOfPart(sql: Sql, namespace: number, pages: readonly number[]): Measure {
  return measured(sql, pages, rowsIn(sql, namespace, pages));
}

type RowsWith = (term: Term) => readonly Row[];

function rowsIn(sql: Sql, namespace: number, pages: readonly number[]): RowsWith {
  const words = wordsOf(namespace);
  const query = `select passage.id, passage.page, first, last from ${words} join passage on passage.id = ${words}.rowid
    where ${words} match ? and passage.page in (select value from json_each(?)) order by passage.id`;
  const inside = JSON.stringify(pages);
  const known = new Map<string, readonly Row[]>();
  return ({ match }) => {
    const rows = known.get(match) ?? sql.all<Row>(query, match, inside);
    known.set(match, rows);
    return rows;
  };
}

function measured(sql: Sql, pages: readonly number[], rowsWith: RowsWith): Measure {
  type Size = { passages: number; tokens: number | null };
  const query =
    'select count(*) as passages, sum(tokens) as tokens from passage where page in (select value from json_each(?))';
  const { passages = 0, tokens = 0 } = sql.one<Size>(query, JSON.stringify(pages)) ?? {};
  return { passages, averageTokens: (tokens ?? 0) / Math.max(passages, 1), having: (term) => rowsWith(term).length };
}

type Row = { readonly id: number; readonly page: number; readonly first: number; readonly last: number };

function candidatesOf({ all, any }: Terms, rowsWith: RowsWith): Row[] {
  const found = new Map<number, Row>();
  const sets = all.map((term) => new Map(rowsWith(term).map((row) => [row.id, row])));
  for (const row of sets[0]?.values() ?? []) if (sets.every((set) => set.has(row.id))) found.set(row.id, row);
  const rarest = any.map(rowsWith).sort((one, other) => one.length - other.length);
  for (const row of rarest.flat()) {
    if (found.size >= mostWeighed) break;
    found.set(row.id, row);
  }
  return [...found.values()];
}

/** The candidates with what they say; each page is taken apart once. */
function withWords(sql: Sql, candidates: readonly Row[]): Weighed[] {
  return [...Map.groupBy(candidates, ({ page }) => page)].flatMap(([page, rows]) => {
    const row = sql.one<{ published: number }>('select published from page where id = ?', page);
    const wanted = new Map(rows.map(({ id, first }) => [first, id]));
    const passages = row === undefined ? [] : passagesIn(sql, page, row.published);
    return passages.flatMap((each) => {
      const passage = wanted.get(each.first);
      return passage === undefined ? [] : [{ ...each, passage }];
    });
  });
}

/** A state of a page as passages, whether or not they have numbers. */
export function passagesIn(sql: Sql, page: number, revision: number): Weighed[] {
  const row = revisionById(sql, revision);
  return passagesOfPage(page, row, bodyText(sql, row.body));
}

/** The same of a state that is known, with what it says. */
export function passagesOfPage(page: number, { id: revision, title }: RevisionRow, text: string): Weighed[] {
  return passagesOf(text).map((passage) => ({ ...passage, passage: null, page, revision, title }));
}
