import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Sql } from '#shared/sqlite/sql.ts';

/** Keeps a text, packed, once for however many revisions have it; answers its number. */
export function keepBody(sql: Sql, text: string): number {
  const bytes = Buffer.from(text);
  const digest = createHash('sha256').update(bytes).digest();
  const known = sql.one<{ id: number }>('select id from body where digest = ?', digest);
  if (known !== undefined) return known.id;
  return sql.run('insert into body (digest, packed) values (?, ?)', digest, deflateRawSync(bytes)).id;
}

/** A text that was kept. */
export function bodyText(sql: Sql, id: number): string {
  const row = sql.one<{ packed: Uint8Array }>('select packed from body where id = ?', id);
  if (row === undefined) throw new Error('a revision has no text');
  return inflateRawSync(row.packed).toString();
}
