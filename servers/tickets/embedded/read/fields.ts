import type { CustomKind, CustomValue, FieldValues } from '#capabilities/ticket/types.ts';
import type { Sql } from '#shared/sqlite/sql.ts';
import { namedIn, personIn, refOf, type TicketRow, type View } from './refs.ts';

function labelsOf(sql: Sql, ticket: number): string[] {
  const rows = sql.all<{ label: string }>('select label from ticket_label where ticket = ?', ticket);
  return rows.map(({ label }) => label).sort();
}

/** Numbers of people, in order of their ids as text. */
function assigneesOf(sql: Sql, ticket: number): number[] {
  const rows = sql.all<{ person: number }>('select person from ticket_assignee where ticket = ?', ticket);
  return rows.map(({ person }) => person).sort((one, other) => (String(one) < String(other) ? -1 : 1));
}

/** The fields that a ticket's type has, with what is in them. */
export function customOf(sql: Sql, { id, type }: Pick<TicketRow, 'id' | 'type'>): CustomValue[] {
  const rows = sql.all<{ id: number; name: string; kind: CustomKind; value: string | null }>(
    `select field.id, name, kind, value from type_field join field on field.id = type_field.field
     left join ticket_value on ticket_value.field = field.id and ticket_value.ticket = ? where type_field.type = ?`,
    id,
    type,
  );
  const values = rows.map((row) => ({ ...row, id: String(row.id) }));
  return values.sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** All fields of a ticket that can be written. */
export function fieldsOf(view: View, row: TicketRow): Required<FieldValues> {
  const { sql } = view;
  return {
    title: row.title,
    description: row.description === null ? null : { format: 'markdown', text: row.description },
    labels: labelsOf(sql, row.id),
    assignees: assigneesOf(sql, row.id).map((person) => personIn(sql, row.project, person)),
    priority: row.priority === null ? null : namedIn(sql, 'priority', row.priority),
    parent: refOf(view, row.parent),
    due: row.due,
    custom: customOf(sql, row),
  };
}
