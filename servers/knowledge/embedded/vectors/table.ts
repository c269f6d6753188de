import type { Sql } from '#shared/sqlite/sql.ts';
import type { Store } from '../store/store.ts';
import { NoVectors } from './port.ts';

/** A passage that has no vector yet. */
export type Waiting = { readonly id: number; readonly page: number; readonly first: number };

/** The longest vector that the table takes: a limit of sqlite-vec. */
const mostDimensions = 8_192;

/** Begins anew where the vectors are of another model, or of another file of pages: none of them means anything here. */
export function beginVectors(store: Store, model: string): void {
  store.write(() => {
    const wanted = { form: '1', origin: store.origin, model };
    if (Object.entries(wanted).every(([name, value]) => known(store, name) === value)) return;
    store.run('drop table if exists vectors.vector');
    store.run('delete from vectors.vectored');
    store.run('delete from vectors.known');
    for (const [name, value] of Object.entries(wanted))
      store.run('insert into vectors.known values (?, ?)', name, value);
  });
}

/** How many numbers a vector has; null before there was one. */
export function dimensionOf(sql: Sql): number | null {
  const value = known(sql, 'dimension');
  return value === undefined ? null : Number(value);
}

/** Throws {@link NoVectors} for a vector that cannot be compared with those that are there. */
export function assertDimension(sql: Sql, vector: Float32Array): void {
  const dimension = dimensionOf(sql) ?? Math.min(vector.length, mostDimensions);
  if (vector.length === dimension) return;
  const message = `the vectors have ${vector.length} numbers now, and not ${dimension}: the model is another, or its name should be`;
  throw new NoVectors('unavailable', message);
}

function known(sql: Sql, name: string): string | undefined {
  return sql.one<{ value: string }>('select value from vectors.known where name = ?', name)?.value;
}

/** Some passages without a vector, from after a number on. */
export function waitingAfter(sql: Sql, after: number, most: number): Waiting[] {
  const query = `select id, page, first from passage where id > ? and ${unknown} order by id limit ?`;
  return sql.all<Waiting>(query, after, most);
}

const unknown = 'not exists (select 1 from vectors.vectored where vectored.passage = passage.id)';

/** Passages of everything, of a namespace, or of some pages (a JSON array of their numbers). */
export type Part = { readonly namespace: number } | { readonly pages: string } | null;

/** How many passages of a part have no vector yet. @param after a number up to which none waits */
export function countWaiting(sql: Sql, part: Part, after: number): number {
  const [where, values] = within(part);
  const query = `select count(*) as count from passage where id > ? and ${where} and ${unknown}`;
  return sql.one<{ count: number }>(query, after, ...values)?.count ?? 0;
}

/** How many passages a part has. */
export function countPassages(sql: Sql, part: Part): number {
  const [where, values] = within(part);
  return sql.one<{ count: number }>(`select count(*) as count from passage where ${where}`, ...values)?.count ?? 0;
}

function within(part: Part): [where: string, values: (string | number)[]] {
  if (part === null) return ['true', []];
  if ('namespace' in part) return ['namespace = ?', [part.namespace]];
  return ['page in (select value from json_each(?))', [part.pages]];
}

/** How many passages the endpoint did not take. */
export function countRefused(sql: Sql): number {
  return sql.one<{ count: number }>('select count(*) as count from vectors.vectored where taken = 0')?.count ?? 0;
}

/** Keeps the vector of a passage that is still there, or for null that it has none. */
export function keepVector(sql: Sql, passage: number, vector: Float32Array | null): void {
  const row = sql.one<{ namespace: number; ref: string }>(
    `select passage.namespace, revision.ref from passage join page on page.id = passage.page
     join revision on revision.id = page.published where passage.id = ? and ${unknown}`,
    passage,
  );
  if (row === undefined) return;
  const isTaken = vector?.some((each) => each !== 0) === true;
  if (vector !== null && isTaken) {
    makeTable(sql, vector);
    const query = `insert into vectors.vector (passage, namespace, embedding)
      values (cast(? as integer), cast(? as integer), ?)`;
    sql.run(query, passage, row.namespace, bytesOf(vector));
  }
  sql.run('insert into vectors.vectored values (?, ?, ?)', passage, row.ref, isTaken ? 1 : 0);
}

function makeTable(sql: Sql, vector: Float32Array): void {
  assertDimension(sql, vector);
  if (dimensionOf(sql) !== null) return;
  sql.run(`create virtual table vectors.vector using vec0 (
    passage integer primary key, namespace integer partition key, embedding float[${vector.length}] distance_metric=cosine
  )`);
  sql.run("insert into vectors.known values ('dimension', ?)", String(vector.length));
}

/** Takes out vectors of passages that are gone, so many at most; answers how many. The library overwrites what it takes out. */
export function purgeVectors(sql: Sql, most: number): number {
  return purge(sql, 'not exists (select 1 from passage where id = vectored.passage)', most);
}

/**
 * The same of passages whose page shows another revision, as where the file of pages is a copy from before: a number can
 * mean another passage there.
 */
export function purgeStrangers(sql: Sql, most: number): number {
  const isOther = `not exists (
    select 1 from passage join page on page.id = passage.page join revision on revision.id = page.published
    where passage.id = vectored.passage and revision.ref = vectored.revision
  )`;
  return purge(sql, isOther, most);
}

function purge(sql: Sql, where: string, most: number): number {
  type Row = { readonly passage: number; readonly taken: number };
  const gone = sql.all<Row>(`select passage, taken from vectors.vectored where ${where} limit ?`, most);
  for (const { passage, taken } of gone) {
    if (taken === 1) sql.run('delete from vectors.vector where passage = ?', passage);
    sql.run('delete from vectors.vectored where passage = ?', passage);
  }
  return gone.length;
}

export function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}
