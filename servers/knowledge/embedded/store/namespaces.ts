import type { NamespaceRef } from '#capabilities/knowledge/types.ts';
import type { Sql } from '#shared/sqlite/sql.ts';
import { weights } from '../search/bm25.ts';
import { newRef } from './ids.ts';
import type { NamespaceRow } from './rows.ts';

/** How a namespace is set up. */
export type NamespaceDefinition = {
  readonly key: string;
  readonly name: string;
  readonly audience: NonNullable<NamespaceRef['audience']>;
};

/** Everybody: what people may do whom no row of their own names. */
export const everybody = '*';

/** Makes a namespace with an index of its own, in the transaction that it is given; answers its number. */
export function addNamespace(sql: Sql, { key, name, audience }: NamespaceDefinition): number {
  const { id } = sql.run(
    'insert into namespace (ref, key, name, audience) values (?, ?, ?, ?)',
    ...[newRef('ns'), key, name, audience],
  );
  sql.run(`create virtual table ${wordsOf(id)} using fts5 (
    title, heading, body, content = '', contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So'"
  )`);
  const rank = `bm25(${[weights.title, weights.heading, weights.body].map((weight) => weight.toFixed(1)).join(', ')})`;
  sql.run(`insert into ${wordsOf(id)} (${wordsOf(id)}, rank) values ('rank', ?)`, rank);
  return id;
}

/** The table of words of a namespace. */
export function wordsOf(namespace: number): string {
  return `words_${namespace}`;
}

/** What somebody may do with the pages of a namespace, {@link everybody} with them. */
export function setMember(sql: Sql, namespace: number, login: string, access: 'read' | 'write'): void {
  sql.run(
    'insert into member values (?, ?, ?) on conflict do update set access = excluded.access',
    namespace,
    login,
    access,
  );
}

export function addPerson(sql: Sql, login: string, name: string): void {
  sql.run('insert into person values (?, ?) on conflict do update set name = excluded.name', login, name);
}

/** Nothing can be written to a namespace that is archived. */
export function archiveNamespace(sql: Sql, key: string, archived: boolean): void {
  sql.run('update namespace set archived = ? where key = ?', archived ? 1 : 0, key);
}

export function namespaceByKey(sql: Sql, key: string): NamespaceRow | null {
  return sql.one<NamespaceRow>('select * from namespace where key = ?', key) ?? null;
}

export function namespaceByRef(sql: Sql, ref: string): NamespaceRow | null {
  return sql.one<NamespaceRow>('select * from namespace where ref = ?', ref) ?? null;
}

export function namespaceById(sql: Sql, id: number): NamespaceRow | null {
  return sql.one<NamespaceRow>('select * from namespace where id = ?', id) ?? null;
}
