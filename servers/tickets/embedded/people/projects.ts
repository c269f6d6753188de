import type { ProjectRef, Status } from '#capabilities/ticket/types.ts';
import type { CustomField } from '#capabilities/ticket-read/ports.ts';
import type { Sql } from '#shared/sqlite/sql.ts';

/** How a project is set up. What stands in one list is named in another by its name. */
export type ProjectDefinition = {
  readonly key: string;
  readonly name: string;
  readonly audience: NonNullable<ProjectRef['audience']>;
  readonly customers: boolean;
  readonly statuses: readonly (readonly [name: string, category: Status['category']])[];
  readonly fields: readonly Pick<CustomField, 'name' | 'kind' | 'options'>[];
  readonly types: readonly TypeDefinition[];
  readonly members: readonly MemberDefinition[];
};

export type TypeDefinition = {
  readonly name: string;
  /** The status that a ticket begins with. */
  readonly start: string;
  readonly transitions: readonly TransitionDefinition[];
  readonly fields: readonly { readonly name: string; readonly required: boolean }[];
};

export type TransitionDefinition = {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Fields that have to be filled in before. */
  readonly requires?: readonly string[];
};

export type MemberDefinition = {
  readonly login: string;
  readonly standing: 'member' | 'app' | 'guest' | 'customer';
  readonly access: 'read' | 'write';
};

/** Makes a project, in the transaction that it is given. */
export function createProject(sql: Sql, definition: ProjectDefinition): void {
  const { key, name, audience, customers } = definition;
  const { id: project } = sql.run(
    'insert into project (key, name, audience, customers) values (?, ?, ?, ?)',
    ...[key, name, audience, customers ? 1 : 0],
  );
  const statuses = idsByName(
    definition.statuses,
    ([status]) => status,
    ([status, category]) =>
      sql.run('insert into status (project, name, category) values (?, ?, ?)', project, status, category),
  );
  const fields = idsByName(
    definition.fields,
    (field) => field.name,
    ({ name: field, kind, options }) =>
      sql.run(
        'insert into field (project, name, kind, options) values (?, ?, ?, ?)',
        project,
        field,
        kind,
        JSON.stringify(options),
      ),
  );
  for (const type of definition.types) createType(sql, { project, type, statuses, fields });
  for (const member of definition.members) setMember(sql, key, member);
}

type Names = (name: string) => number;

function idsByName<T>(
  all: readonly T[],
  nameOf: (each: T) => string,
  add: (each: T) => { readonly id: number },
): Names {
  const ids = new Map(all.map((each) => [nameOf(each), add(each).id]));
  return (name) => {
    const id = ids.get(name);
    if (id === undefined) throw new Error(`${name} is not defined`);
    return id;
  };
}

function createType(
  sql: Sql,
  { project, type, statuses, fields }: { project: number; type: TypeDefinition; statuses: Names; fields: Names },
): void {
  const start = statuses(type.start);
  const { id } = sql.run('insert into type (project, name, start) values (?, ?, ?)', project, type.name, start);
  for (const { name, required } of type.fields) {
    sql.run('insert into type_field values (?, ?, ?)', id, fields(name), required ? 1 : 0);
  }
  for (const { name, from, to, requires = [] } of type.transitions) {
    const { id: transition } = sql.run(
      'insert into transition (type, name, source, target) values (?, ?, ?, ?)',
      ...[id, name, statuses(from), statuses(to)],
    );
    for (const field of requires) sql.run('insert into transition_field values (?, ?)', transition, fields(field));
  }
}

/** Lets somebody into a project, or sets anew what they may do there. */
export function setMember(sql: Sql, projectKey: string, { login, standing, access }: MemberDefinition): void {
  sql.run(
    `insert or replace into member select project.id, person.id, ?, ? from project, person where key = ? and login = ?`,
    ...[standing, access, projectKey, login],
  );
}

/** Closes a project to all writes, or opens it again. */
export function archiveProject(sql: Sql, key: string, archived: boolean): void {
  sql.run('update project set archived = ? where key = ?', archived ? 1 : 0, key);
}

export type NewPerson = {
  readonly login: string;
  readonly name: string;
  readonly email: string | null;
  /** Whether it is software. */
  readonly app: boolean;
};

export function addPerson(sql: Sql, { login, name, email, app }: NewPerson): void {
  sql.run('insert into person (login, name, email, app) values (?, ?, ?, ?)', login, name, email, app ? 1 : 0);
}
