import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import type { Sql } from '#shared/sqlite/sql.ts';
import { linesOf, packed } from './packing.ts';

/** Keeps a text, packed, once for however many revisions have it; answers its number. */
export function keepBody(sql: Sql, text: string): number {
  const found = findBody(sql, text);
  if (found !== null) return found;
  const { bytes, cuts } = packed(text);
  return sql.run('insert into body (digest, packed, cuts) values (?, ?, ?)', digestOf(text), bytes, cuts).id;
}

/** The number of a text; null where none such is kept. */
export function findBody(sql: Sql, text: string): number | null {
  return sql.one<{ id: number }>('select id from body where digest = ?', digestOf(text))?.id ?? null;
}

const digestOf = (text: string): Uint8Array => createHash('sha256').update(text).digest();

/** The digest of a text that was kept, in hex. */
export function bodyDigest(sql: Sql, id: number): string {
  const row = sql.one<{ digest: Uint8Array }>('select digest from body where id = ?', id);
  if (row === undefined) throw new Error('a revision has no text');
  return Buffer.from(row.digest).toString('hex');
}

/** A text that was kept. */
export function bodyText(sql: Sql, id: number): string {
  return inflateRawSync(rowOf(sql, id).packed).toString();
}

/** Some lines of a text that was kept; they count from 1. Little more than these is unpacked. */
export function bodyLines(sql: Sql, id: number, lines: { readonly first: number; readonly last: number }): string[] {
  const row = rowOf(sql, id);
  return linesOf({ bytes: row.packed, cuts: row.cuts }, lines);
}

type Row = { readonly packed: Uint8Array; readonly cuts: string | null };

function rowOf(sql: Sql, id: number): Row {
  const row = sql.one<Row>('select packed, cuts from body where id = ?', id);
  if (row === undefined) throw new Error('a revision has no text');
  return row;
}
