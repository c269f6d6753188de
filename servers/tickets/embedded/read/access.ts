import type { ProjectRef } from '#capabilities/ticket/types.ts';
import type { Sql } from '#shared/sqlite/sql.ts';

/** What somebody may do with the tickets of a project. */
export type Access = 'none' | 'read' | 'write';

export type ProjectRow = {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly audience: NonNullable<ProjectRef['audience']>;
  readonly customers: number;
  readonly archived: number;
};

const columns = 'id, key, name, audience, customers, archived';

export function accessOf(sql: Sql, project: number, person: number): Access {
  const found = 'select access from member where project = ? and person = ?';
  return sql.one<{ access: Access }>(found, project, person)?.access ?? 'none';
}

/** A project that somebody may at least read. */
export function visibleProject(sql: Sql, id: number, person: number): ProjectRow | null {
  const row = sql.one<ProjectRow>(`select ${columns} from project where id = ?`, id);
  return row === undefined || accessOf(sql, id, person) === 'none' ? null : row;
}

/** The same by its key. */
export function visibleProjectByKey(sql: Sql, key: string, person: number): ProjectRow | null {
  const found = sql.one<{ id: number }>('select id from project where key = ?', key);
  return found === undefined ? null : visibleProject(sql, found.id, person);
}
