import { phrase } from '#capabilities/common/words.ts';
import type { TicketQuery } from '#capabilities/ticket-read/ports.ts';
import { foldCase } from '#shared/tools/fold.ts';
import { numberOf } from '../tracker/ids.ts';
import {
  assigned,
  between,
  type Condition,
  inSome,
  labelled,
  matching,
  reported,
  unassigned,
  unlabelled,
  unreported,
} from './conditions.ts';
import { idsIn, priorities, typesOf } from './projects.ts';
import { statusOf, type View } from './refs.ts';

/** What a query asks of the tickets of a project; null where none of them can be it. */
export function conditionsOf(view: View, project: number, query: TicketQuery): readonly Condition[] | null {
  const { sql } = view;
  const statuses = idsIn(sql, 'status', project).map((id) => statusOf(sql, id));
  const { categories } = query;
  const conditions = [
    ...query.text.map((text) => textCondition(text)),
    mapped(chosen(typesOf(sql, project), query.types), (ids) => inSome('type', ids)),
    mapped(chosen(statuses, query.statuses), (ids) => inSome('status', ids)),
    mapped(
      chosen(statuses, categories, ({ category }) => category),
      (ids) => inSome('status', ids),
    ),
    mapped(chosen(priorities(sql), query.priorities), (ids) => inSome('priority', ids)),
    ...query.labels.map(labelled),
    ...query.withoutLabels.map(unlabelled),
    query.assignee === 'none' ? unassigned : mapped(peopleOf(view, query.assignee), assigned),
    query.reporter === 'none' ? unreported : mapped(peopleOf(view, query.reporter), reported),
    ...between('updated_at', query.updated),
    ...between('created_at', query.created),
  ];
  const wanted = conditions.filter((condition) => condition !== 'any');
  return wanted.includes(null) ? null : wanted.filter((condition) => condition !== null);
}

function textCondition(text: string): Condition | null {
  const wanted = phrase(text);
  return wanted === null ? null : matching(wanted);
}

/** `any`: nothing is asked; null: nothing can be it. */
function mapped<T extends object>(
  value: T | 'any' | null,
  condition: (value: T) => Condition,
): Condition | 'any' | null {
  return value === null || value === 'any' ? value : condition(value);
}

/** The numbers of what is called by one of these names. */
function chosen<T extends { readonly id: string; readonly name: string }>(
  all: readonly T[],
  names: readonly string[],
  nameOf: (each: T) => string = ({ name }) => name,
): number[] | 'any' | null {
  if (names.length === 0) return 'any';
  const wanted = new Set(names.map(foldCase));
  const found = all.filter((each) => wanted.has(foldCase(nameOf(each))));
  return found.length === 0 ? null : found.map(({ id }) => numberOf(id));
}

/** Everybody of an id, a user name or a full name. */
function peopleOf({ sql, self }: View, who: string | null): number[] | 'any' | null {
  if (who === null) return 'any';
  if (who === 'me') return [self];
  const rows = sql.all<{ id: number; login: string; name: string }>('select id, login, name from person');
  const wanted = foldCase(who);
  const found = rows.filter(({ id, login, name }) => [String(id), foldCase(login), foldCase(name)].includes(wanted));
  return found.length === 0 ? null : found.map(({ id }) => id);
}
