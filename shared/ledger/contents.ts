import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { sha256 } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import type { LedgerDb, LedgerTx } from './schema.ts';

/** Keeps contents under their digest, once whoever needs them, and notes that this change does. */
export async function keepContents(
  tx: LedgerTx,
  changeId: string,
  contents: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  for (const [digest, bytes] of contents) {
    const packed = zstdCompressSync(bytes);
    const smaller = packed.byteLength < bytes.byteLength;
    await tx
      .insertInto('contents')
      .values({
        sha256: digest,
        bytes: bytes.byteLength,
        encoding: smaller ? 'zstd' : 'raw',
        data: smaller ? packed : bytes,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await tx
      .insertInto('content_uses')
      .values({ change_id: changeId, sha256: digest })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** The contents that a change needs, each hashed again. Throws when one is not what its digest says. */
export async function readContents(db: LedgerDb, changeId: string): Promise<Map<string, Uint8Array>> {
  const rows = await db
    .selectFrom('contents as c')
    .innerJoin('content_uses as u', 'u.sha256', 'c.sha256')
    .where('u.change_id', '=', changeId)
    .select(['c.sha256', 'c.encoding', 'c.data'])
    .execute();
  return new Map(
    rows.map((row) => {
      const bytes = row.encoding === 'zstd' ? zstdDecompressSync(row.data) : row.data;
      if (sha256(bytes) !== row.sha256) {
        throw new AppError('seal_mismatch', 'The change is refused: its contents are not what their digest says.');
      }
      return [row.sha256, bytes];
    }),
  );
}
