import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { Status } from '#capabilities/ticket/types.ts';
import type { TicketQuery, TicketSummary } from '#capabilities/ticket-read/ports.ts';
import { digest } from '#shared/crypto/canonical.ts';
import { foldCase } from '#shared/tools/fold.ts';
import { numberOf } from '../tracker/ids.ts';
import { phrase } from '../tracker/words.ts';
import { type ProjectRow, visibleProjectByKey } from './access.ts';
import { type Clause, inSome, matching, within } from './clauses.ts';
import { cut, type Position, positionOf } from './cursor.ts';
import { idsIn, priorities, typesOf } from './projects.ts';
import { statusOf, type TicketRow, type View } from './refs.ts';
import { summaryOf } from './tickets.ts';

type Found = Position & { readonly project: ProjectRow };

const dayMs = 86_400_000;

/**
 * One page of what a query finds, project by project: each has an index in the order that is wanted, so that none of
 * them is sorted in whole. A cursor says only where to go on; which projects are looked at, the query says each time.
 */
export function search(view: View, query: TicketQuery, { limit, cursor }: PageRequest): Page<TicketSummary> {
  const of = digest({ ...query, projects: [...query.projects] }).slice(0, 12);
  const after = cursor === undefined ? null : positionOf(of, cursor);
  const projects = [...new Set(query.projects)]
    .map((key) => visibleProjectByKey(view.sql, key, view.self))
    .filter((project) => project !== null);
  const found = projects
    .flatMap((project) => searchProject(view, project, { query, after, most: limit + 1 }))
    .sort((one, other) => other.at - one.at || other.id - one.id);
  const page = cut(found, { limit, of, at: (row) => row });
  const items = page.rows.flatMap(({ id, project }) => {
    const row = view.sql.one<TicketRow>('select * from ticket where id = ?', id);
    return row === undefined ? [] : [summaryOf(view, row, project)];
  });
  return { items, cursor: page.cursor };
}

function searchProject(
  view: View,
  project: ProjectRow,
  { query, after, most }: { query: TicketQuery; after: Position | null; most: number },
): Found[] {
  const clauses = clausesOf(view, project, query);
  if (clauses === 'nothing') return [];
  const order = `${query.sort}_at`;
  const all = [within(order, after), ...clauses].filter((clause) => clause !== null);
  const rows = view.sql.all<Position>(
    `select id, ${order} as at from ticket where project = ? and archived = 0 ${all.map(({ sql }) => `and ${sql}`).join(' ')}
     order by ${order} desc, id desc limit ?`,
    project.id,
    ...all.flatMap(({ values }) => values),
    most,
  );
  return rows.map((row) => ({ ...row, project }));
}

/** What holds for each ticket that is found; `nothing` where none can be. */
function clausesOf(view: View, project: ProjectRow, query: TicketQuery): readonly (Clause | null)[] | 'nothing' {
  const { sql } = view;
  const phrases = query.text.map(phrase);
  const statuses = idsIn(sql, 'status', project.id).map((id) => statusOf(sql, id));
  const inCategory = ({ category }: Status): boolean => query.categories.includes(category);
  const assignee = peopleOf(view, query.assignee);
  const reporter = peopleOf(view, query.reporter);
  const wanted = {
    type: chosen(typesOf(sql, project.id), query.types),
    status: chosen(statuses, query.statuses),
    priority: chosen(priorities(sql), query.priorities),
    category: query.categories.length === 0 ? null : statuses.filter(inCategory).map(({ id }) => numberOf(id)),
  };
  const isEmpty = (ids: readonly number[] | null): boolean => ids?.length === 0;
  if (phrases.includes(null) || [...Object.values(wanted), assignee, reporter].some(isEmpty)) return 'nothing';
  return [
    inSome('type', wanted.type),
    inSome('status', wanted.status),
    inSome('status', wanted.category),
    inSome('priority', wanted.priority),
    ...phrases.filter((each) => each !== null).map(matching),
    ...query.labels.map((label) => labelled(label, true)),
    ...query.withoutLabels.map((label) => labelled(label, false)),
    query.assignee === 'none'
      ? { sql: 'id not in (select ticket from ticket_assignee)', values: [] }
      : assigned(assignee),
    query.reporter === 'none' ? { sql: 'reporter is null', values: [] } : inSome('reporter', reporter),
    since('updated_at', query.updated.from),
    until('updated_at', query.updated.to),
    since('created_at', query.created.from),
    until('created_at', query.created.to),
  ];
}

/** The numbers of what names stand for; null where none are wanted. */
function chosen(all: readonly { id: string; name: string }[], names: readonly string[]): number[] | null {
  if (names.length === 0) return null;
  const wanted = new Set(names.map(foldCase));
  return all.filter(({ name }) => wanted.has(foldCase(name))).map(({ id }) => numberOf(id));
}

function peopleOf({ sql, self }: View, who: string | null): number[] | null {
  if (who === null || who === 'none') return null;
  if (who === 'me') return [self];
  const rows = sql.all<{ id: number; login: string; name: string }>('select id, login, name from person');
  const wanted = foldCase(who);
  return rows
    .filter(({ id, login, name }) => [String(id), foldCase(login), foldCase(name)].includes(wanted))
    .map(({ id }) => id);
}

function labelled(label: string, has: boolean): Clause {
  const not = has ? '' : 'not ';
  return { sql: `id ${not}in (select ticket from ticket_label where folded = ?)`, values: [foldCase(label)] };
}

function assigned(people: readonly number[] | null): Clause | null {
  if (people === null) return null;
  const sql = 'id in (select ticket from ticket_assignee where person in (select value from json_each(?)))';
  return { sql, values: [JSON.stringify(people)] };
}

function since(column: string, day: string | null): Clause | null {
  return day === null ? null : { sql: `${column} >= ?`, values: [Date.parse(day)] };
}

function until(column: string, day: string | null): Clause | null {
  return day === null ? null : { sql: `${column} < ?`, values: [Date.parse(day) + dayMs] };
}
