import type { Sql } from '#shared/sqlite/sql.ts';
import { bestOfEach, type Found } from '../search/found.ts';
import { bytesOf, countPassages, countWaiting, dimensionOf, type Part } from './table.ts';

/** So many passages of a place count, those that are nearest. */
const mostNearest = 100;

/** A place is ready once no more than this share of its passages waits for a vector. */
const mostWaiting = 0.1;

/** Where is looked: a namespace, or some pages of it. */
export type Within = {
  readonly namespace: number;
  readonly inside: readonly number[] | null;
  /** Pages that the viewer sees another state of. */
  readonly except: ReadonlySet<number>;
};

type Row = Omit<Found, 'score'> & { readonly distance: number };

/**
 * The pages of a place whose passages are nearest to a vector, as if there were nothing else; none where too few of its
 * passages have vectors. A score is how near, and can be compared between places.
 * @param filledTo a number of a passage, up to which none waits
 */
export function nearestIn(sql: Sql, within: Within, vector: Float32Array, filledTo: number): Found[] {
  const { namespace, inside, except } = within;
  const pages = inside === null ? null : JSON.stringify(inside);
  if (!isReady(sql, pages === null ? { namespace } : { pages }, filledTo)) return [];
  const only = 'and passage in (select id from passage where page in (select value from json_each(?)))';
  const query = `select passage.id as passage, passage.page, first, last, page.published as revision, found.distance
    from (
      select passage, distance from vectors.vector
      where namespace = cast(? as integer) and embedding match ? and k = ${mostNearest + 1} ${pages === null ? '' : only}
    ) as found
    join passage on passage.id = found.passage join page on page.id = passage.page
    where passage.namespace = ? order by found.distance, passage.id`;
  const values = [namespace, bytesOf(vector), ...(pages === null ? [] : [pages]), namespace];
  const found = sql.all<Row>(query, ...values);
  // Of several that are as near as the last, which ones are told would depend on where they are in the table.
  const edge = found[mostNearest]?.distance ?? Number.POSITIVE_INFINITY;
  const near = found.filter((row) => row.distance < edge && !except.has(row.page));
  return bestOfEach(near.map(({ distance, ...row }) => ({ ...row, score: -distance })));
}

function isReady(sql: Sql, part: Part, filledTo: number): boolean {
  if (dimensionOf(sql) === null) return false;
  const waiting = countWaiting(sql, part, filledTo);
  return waiting === 0 || waiting <= countPassages(sql, part) * mostWaiting;
}
