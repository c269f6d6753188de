import type { FieldValues } from '#capabilities/ticket/types.ts';
import type { Sql } from '#shared/sqlite/sql.ts';
import { foldCase } from '#shared/tools/fold.ts';
import type { FieldChange } from '../tracker/history.ts';
import { numberOf } from '../tracker/ids.ts';
import { indexTicket } from '../tracker/text-index.ts';

type Values = Required<FieldValues>;
type Told = { readonly [field: string]: string | null };

/** What the history tells of a ticket's fields; null where one is empty. */
function told({ title, description, labels, assignees, priority, parent, due, custom }: Values): Told {
  return {
    title: title || null,
    description: description?.text || null,
    labels: labels.join(', ') || null,
    assignees: assignees.map(({ name }) => name).join(', ') || null,
    priority: priority?.name ?? null,
    parent: parent?.key ?? null,
    due,
    ...Object.fromEntries(custom.map(({ name, value }) => [`field ${name}`, value])),
  };
}

/** What a write came to, field by field. */
export function changesBetween(before: Values, after: Values): FieldChange[] {
  const [old, present] = [told(before), told(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(present)])]
    .map((field) => ({ field, before: old[field] ?? null, after: present[field] ?? null }))
    .filter((change) => change.before !== change.after);
}

/** Puts values into a ticket that were found fit for it. */
export function putFields(sql: Sql, ticket: number, values: FieldValues): void {
  const { title, description, labels, assignees, priority, parent, due, custom } = values;
  const put = (column: string, value: string | number | null): void => {
    sql.run(`update ticket set ${column} = ? where id = ?`, value, ticket);
  };
  if (title !== undefined) put('title', title);
  if (description !== undefined) put('description', description?.text ?? null);
  if (title !== undefined || description !== undefined) reindex(sql, ticket);
  if (priority !== undefined) put('priority', priority && numberOf(priority.id));
  if (parent !== undefined) put('parent', parent && numberOf(parent.id));
  if (due !== undefined) put('due', due);
  if (labels !== undefined) {
    sql.run('delete from ticket_label where ticket = ?', ticket);
    for (const label of labels) sql.run('insert into ticket_label values (?, ?, ?)', ticket, foldCase(label), label);
  }
  if (assignees !== undefined) {
    sql.run('delete from ticket_assignee where ticket = ?', ticket);
    const people = new Set(assignees.map(({ id }) => numberOf(id)));
    for (const person of people) sql.run('insert into ticket_assignee values (?, ?)', ticket, person);
  }
  for (const { id, value } of custom ?? []) {
    sql.run('delete from ticket_value where ticket = ? and field = ?', ticket, numberOf(id));
    if (value !== null) sql.run('insert into ticket_value values (?, ?, ?)', ticket, numberOf(id), value);
  }
}

function reindex(sql: Sql, ticket: number): void {
  type Row = { title: string; description: string | null };
  const row = sql.one<Row>('select title, description from ticket where id = ?', ticket);
  if (row !== undefined) indexTicket(sql, ticket, row.title, row.description);
}
