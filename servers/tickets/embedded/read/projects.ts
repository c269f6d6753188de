import type { CustomKind, Named, Person, ProjectRef } from '#capabilities/ticket/types.ts';
import type { CustomField, Project } from '#capabilities/ticket-read/ports.ts';
import type { Sql } from '#shared/sqlite/sql.ts';
import { foldCase } from '#shared/tools/fold.ts';
import { numberOf } from '../tracker/ids.ts';
import { type ProjectRow, visibleProject, visibleProjectByKey } from './access.ts';
import { personIn, projectRef, statusOf, urlOf, type View } from './refs.ts';

/** A project with all that its tickets can be. */
export function readProject(view: View, key: string): Project | null {
  const row = visibleProjectByKey(view.sql, key, view.self);
  if (row === null) return null;
  const { sql } = view;
  return {
    ...projectRef(row),
    url: urlOf(view.origin, row.key),
    archived: row.archived === 1,
    types: typesOf(sql, row.id).map((type) => ({ ...type, custom: fieldsOfType(sql, numberOf(type.id)) })),
    priorities: priorities(sql),
    statuses: idsIn(sql, 'status', row.id).map((id) => statusOf(sql, id)),
  };
}

export function priorities(sql: Sql): Named[] {
  return sql.all<{ id: number; name: string }>('select id, name from priority order by id').map(named);
}

export function typesOf(sql: Sql, project: number): Named[] {
  return sql
    .all<{ id: number; name: string }>('select id, name from type where project = ? order by id', project)
    .map(named);
}

const named = ({ id, name }: { id: number; name: string }): Named => ({ id: String(id), name });

export function idsIn(sql: Sql, table: 'status' | 'type', project: number): number[] {
  return sql.all<{ id: number }>(`select id from ${table} where project = ? order by id`, project).map(({ id }) => id);
}

type FieldRow = { id: number; name: string; kind: CustomKind; options: string; required: number };

/** The fields that a type of tickets has, by id. */
export function fieldsOfType(sql: Sql, type: number): CustomField[] {
  const rows = sql.all<FieldRow>(
    `select field.id, name, kind, options, required from type_field join field on field.id = type_field.field
     where type_field.type = ? order by field.id`,
    type,
  );
  return rows.map(({ id, name, kind, options, required }) => {
    return { id: String(id), name, kind, required: required === 1, options: JSON.parse(options) as string[] };
  });
}

/** People who can be given tickets of a project. */
const assignees = `select person.id, login, name, email from member join person on person.id = member.person
  where project = ? and access = 'write' and standing <> 'customer'`;

export function isAssignable(sql: Sql, project: number, person: number): boolean {
  return sql.one(`${assignees} and person.id = ?`, project, person) !== undefined;
}

/** The one person of a project that an id, a user name, an e-mail address or a full name stands for. */
export function findAssignable(view: View, project: ProjectRef, who: string): Person | null {
  const row: ProjectRow | null = visibleProject(view.sql, numberOf(project.id), view.self);
  if (row === null) return null;
  type Row = { id: number; login: string; name: string; email: string | null };
  const people = view.sql.all<Row>(assignees, row.id);
  const wanted = foldCase(who);
  const ways: readonly ((person: Row) => string | null)[] = [
    ({ id }) => String(id),
    ({ login }) => login,
    ({ email }) => email,
    ({ name }) => name,
  ];
  for (const way of ways) {
    const found = people.filter((person) => foldCase(way(person) ?? '') === wanted);
    const [one] = found;
    if (one !== undefined) return found.length === 1 ? personIn(view.sql, row.id, one.id) : null;
  }
  return null;
}
