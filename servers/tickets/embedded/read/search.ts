import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { TicketQuery, TicketSummary } from '#capabilities/ticket-read/ports.ts';
import { digest } from '#shared/crypto/canonical.ts';
import { cut, type Position, positionOf } from '#shared/sqlite/cursor.ts';
import { type ProjectRow, visibleProjectByKey } from './access.ts';
import type { Clause } from './conditions.ts';
import { conditionsOf } from './conditions-of.ts';
import type { TicketRow, View } from './refs.ts';
import { summaryOf } from './tickets.ts';

/**
 * One page of what a query finds, project by project: each has an index in the order that is wanted, so that none of
 * them is sorted in whole. A cursor says only where to go on; which projects are looked at, the query says each time.
 */
export function search(view: View, query: TicketQuery, { limit, cursor }: PageRequest): Page<TicketSummary> {
  const of = digest(JSON.parse(JSON.stringify(query))).slice(0, 12);
  const after = cursor === undefined ? null : positionOf(of, cursor);
  const found = [...new Set(query.projects)]
    .map((key) => visibleProjectByKey(view.sql, key, view.self))
    .filter((project) => project !== null)
    .flatMap((project) => searchProject(view, project, { query, after, most: limit + 1 }))
    .sort((one, other) => other.at - one.at || other.id - one.id);
  const page = cut(found, { limit, of, at: (row) => row });
  const items = page.rows.flatMap(({ id, project }) => {
    const row = view.sql.one<TicketRow>('select * from ticket where id = ?', id);
    return row === undefined ? [] : [summaryOf(view, row, project)];
  });
  return { items, cursor: page.cursor };
}

/** So many tickets are quickly gone through one by one, in whatever order. */
const few = 250;

type Found = Position & { readonly project: ProjectRow };
type Wanted = { readonly query: TicketQuery; readonly after: Position | null; readonly most: number };

function searchProject(view: View, project: ProjectRow, { query, after, most }: Wanted): Found[] {
  const conditions = conditionsOf(view, project.id, query);
  if (conditions === null) return [];
  const order = `${query.sort}_at`;
  const start = conditions.find(({ ids }) => ids !== undefined && isFew(view, ids))?.ids;
  const from =
    start === undefined
      ? 'ticket'
      : `(select distinct found from (${start.sql})) cross join ticket on ticket.id = found`;
  const tests = conditions.map(({ test, forMany = test }) => (start === undefined ? forMany : test));
  if (after !== null) tests.push({ sql: `(${order}, ticket.id) < (?, ?)`, values: [after.at, after.id] });
  const rows = view.sql.all<Position>(
    `select ticket.id, ${order} as at from ${from}
     where ${['project = ? and archived = 0', ...tests.map(({ sql }) => sql)].join(' and ')}
     order by ${order} desc, ticket.id desc limit ?`,
    ...[...(start?.values ?? []), project.id, ...tests.flatMap(({ values }) => values), most],
  );
  return rows.map((row) => ({ ...row, project }));
}

function isFew({ sql }: View, { sql: ids, values }: Clause): boolean {
  const counted = `select count(*) as count from (${ids} limit ${few + 1})`;
  return (sql.one<{ count: number }>(counted, ...values)?.count ?? 0) <= few;
}
