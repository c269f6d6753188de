import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { sql } from 'kysely';
import { AppError } from '#shared/errors.ts';
import type { ContentChunksTable, ContentsTable, LedgerDb, LedgerTx } from './schema.ts';
import { damagedChunk, type Vault } from './vault.ts';

/** The largest chunk that is made. */
const chunkBytes = 512 * 1024;

/** Chunks that are read at once: with each unpacked one, no more than this is in memory besides the contents. */
const page = 8;

/** Where chunks begin and end follows from these two, so that what was made with another size stays readable. */
function sizeOf({ bytes, chunks }: { readonly bytes: number; readonly chunks: number }): number {
  return Math.ceil(bytes / Math.max(chunks, 1));
}

/** Keeps contents under their digest, once whoever needs them, and notes that this change does. */
export async function keepContents(
  tx: LedgerTx,
  vault: Vault,
  changeId: string,
  contents: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  for (const [sha256, bytes] of contents) {
    const whole = { sha256, bytes: bytes.byteLength, chunks: Math.ceil(bytes.byteLength / chunkBytes) };
    const kept = await tx
      .insertInto('contents')
      .values(whole)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    await tx
      .insertInto('content_uses')
      .values({ change_id: changeId, sha256 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    if (kept.numInsertedOrUpdatedRows === 1n) await insertChunks(tx, vault, whole, bytes);
    else await keepAgain(tx, vault, sha256, bytes);
  }
}

/** What is kept already needs nothing, unless it was dropped since. */
async function keepAgain(tx: LedgerTx, vault: Vault, sha256: string, bytes: Uint8Array): Promise<void> {
  const known = await tx.selectFrom('contents').selectAll().where('sha256', '=', sha256).executeTakeFirstOrThrow();
  const { there } = await tx
    .selectFrom('content_chunks')
    .select((eb) => eb.fn.countAll<number>().as('there'))
    .where('sha256', '=', sha256)
    .executeTakeFirstOrThrow();
  if (there < known.chunks) await insertChunks(tx, vault, known, bytes);
}

async function insertChunks(tx: LedgerTx, vault: Vault, whole: ContentsTable, bytes: Uint8Array): Promise<void> {
  const size = sizeOf(whole);
  for (let position = 0; position < whole.chunks; position += 1) {
    await tx
      .insertInto('content_chunks')
      .values(chunkOf(vault, whole.sha256, position, bytes.subarray(position * size, (position + 1) * size)))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

function chunkOf(vault: Vault, sha256: string, position: number, plain: Uint8Array): ContentChunksTable {
  const packed = zstdCompressSync(plain);
  const smaller = packed.byteLength < plain.byteLength;
  const encoding: 'raw' | 'zstd' = smaller ? 'zstd' : 'raw';
  const name = { sha256, position, bytes: plain.byteLength, encoding };
  return { ...name, ...vault.lock(smaller ? packed : plain, name) };
}

/** The bytes of one chunk as it is kept. Throws AppError `seal_mismatch` or `ledger_unavailable`. */
export function plainOf(vault: Vault, row: ContentChunksTable): Uint8Array {
  const data = vault.unlock(row, row);
  if (row.encoding === 'raw') return data;
  try {
    return zstdDecompressSync(data, { maxOutputLength: row.bytes + 1 });
  } catch (cause) {
    throw damagedChunk(cause);
  }
}

/**
 * The contents that a change needs, each hashed again chunk by chunk. Throws AppError `seal_mismatch` when one is not
 * what its digest says, `expired` when it was dropped, `ledger_unavailable` when the key to it is not here.
 */
export async function readContents(db: LedgerDb, vault: Vault, changeId: string): Promise<Map<string, Uint8Array>> {
  const wanted = await db
    .selectFrom('contents as c')
    .innerJoin('content_uses as u', 'u.sha256', 'c.sha256')
    .where('u.change_id', '=', changeId)
    .select(['c.sha256', 'c.bytes', 'c.chunks'])
    .execute();
  const found = new Map(wanted.map((whole) => [whole.sha256, collector(whole)]));
  for await (const row of chunksOf(db, changeId)) found.get(row.sha256)?.add(row.position, plainOf(vault, row));
  const read = new Map<string, Uint8Array>();
  for (const [sha256, { end }] of found) read.set(sha256, end() ?? (await missing(db, sha256)));
  return read;
}

/** Puts chunks together as they come, in their order. `end` is null when some did not come. */
function collector(whole: ContentsTable) {
  const bytes = new Uint8Array(whole.bytes);
  const hash = createHash('sha256');
  const size = sizeOf(whole);
  let count = 0;
  return {
    add: (position: number, chunk: Uint8Array): void => {
      const from = position * size;
      if (position !== count || chunk.byteLength !== Math.min(size, whole.bytes - from)) throw damagedChunk();
      bytes.set(chunk, from);
      hash.update(chunk);
      count += 1;
    },
    end: (): Uint8Array | null => {
      if (count < whole.chunks) return null;
      if (hash.digest('hex') !== whole.sha256) throw damagedChunk();
      return bytes;
    },
  };
}

async function* chunksOf(db: LedgerDb, changeId: string): AsyncGenerator<ContentChunksTable> {
  for (let last = { sha256: '', position: -1 }; ; ) {
    const rows = await db
      .selectFrom('content_chunks as k')
      .innerJoin('content_uses as u', 'u.sha256', 'k.sha256')
      .where('u.change_id', '=', changeId)
      .where(sql<boolean>`(k.sha256, k.position) > (${last.sha256}, ${last.position})`)
      .selectAll('k')
      .orderBy('k.sha256')
      .orderBy('k.position')
      .limit(page)
      .execute();
    yield* rows;
    last = rows.at(-1) ?? last;
    if (rows.length < page) return;
  }
}

async function missing(db: LedgerDb, sha256: string): Promise<never> {
  const dropped = await db
    .selectFrom('content_drops')
    .selectAll()
    .where('sha256', '=', sha256)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!dropped) throw damagedChunk();
  const { at, days } = dropped;
  throw new AppError(
    'expired',
    `Its contents were dropped on ${at.slice(0, 10)}, after the retention of ${days} days.`,
  );
}
