import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Sql } from '#shared/sqlite/sql.ts';

/** Keeps a text, packed, once for however many revisions have it; answers its number. */
export function keepBody(sql: Sql, text: string): number {
  const bytes = Buffer.from(text);
  return (
    findBody(sql, text) ??
    sql.run('insert into body (digest, packed) values (?, ?)', digestOf(bytes), deflateRawSync(bytes)).id
  );
}

/** The number of a text; null where none such is kept. */
export function findBody(sql: Sql, text: string): number | null {
  return sql.one<{ id: number }>('select id from body where digest = ?', digestOf(Buffer.from(text)))?.id ?? null;
}

const digestOf = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** The digest of a text that was kept, in hex. */
export function bodyDigest(sql: Sql, id: number): string {
  const row = sql.one<{ digest: Uint8Array }>('select digest from body where id = ?', id);
  if (row === undefined) throw new Error('a revision has no text');
  return Buffer.from(row.digest).toString('hex');
}

/** A text that was kept. */
export function bodyText(sql: Sql, id: number): string {
  const row = sql.one<{ packed: Uint8Array }>('select packed from body where id = ?', id);
  if (row === undefined) throw new Error('a revision has no text');
  return inflateRawSync(row.packed).toString();
}
