import { createHash } from 'node:crypto';
import { AppError } from '#shared/errors.ts';
import { plainOf } from './contents.ts';
import type { ContentsTable, LedgerDb } from './schema.ts';
import type { Vault } from './vault.ts';

/**
 * What kept contents are: `whole`; `dropped` after their retention, which is on record; `locked` with a key that is not
 * here; `missing`; or `damaged`, not what their digest says.
 */
export type ContentState = 'whole' | 'dropped' | 'locked' | 'missing' | 'damaged';

const page = 500;

/** Chunks that are in memory at once. */
const chunkPage = 8;

/** Hashes all kept contents again, one after the other, in the order of their digests. */
export async function* checkContents(
  db: LedgerDb,
  vault: Vault,
): AsyncGenerator<{ readonly sha256: string; readonly state: ContentState }> {
  for (let last = ''; ; ) {
    const wanted = db.selectFrom('contents').selectAll().where('sha256', '>', last).orderBy('sha256').limit(page);
    const rows = await wanted.execute();
    for (const row of rows) yield { sha256: row.sha256, state: await stateOf(db, vault, row) };
    last = rows.at(-1)?.sha256 ?? last;
    if (rows.length < page) return;
  }
}

/** The same for the contents of one change. */
export async function* contentStates(
  db: LedgerDb,
  vault: Vault,
  changeId: string,
): AsyncGenerator<{ readonly sha256: string; readonly state: ContentState }> {
  const used = db.selectFrom('content_uses').select('sha256').where('change_id', '=', changeId);
  const rows = await db.selectFrom('contents').selectAll().where('sha256', 'in', used).orderBy('sha256').execute();
  for (const row of rows) yield { sha256: row.sha256, state: await stateOf(db, vault, row) };
}

async function stateOf(db: LedgerDb, vault: Vault, whole: ContentsTable): Promise<ContentState> {
  const { sha256, bytes, chunks } = whole;
  const hash = createHash('sha256');
  let [length, count] = [0, 0];
  try {
    for (; count < chunks; ) {
      const some = db.selectFrom('content_chunks').selectAll().where('sha256', '=', sha256);
      const rows = await some.where('position', '>=', count).orderBy('position').limit(chunkPage).execute();
      for (const row of rows) {
        if (row.position !== count) return 'damaged';
        const plain = plainOf(vault, row);
        hash.update(plain);
        length += plain.byteLength;
        count += 1;
      }
      if (rows.length === 0) return count === 0 && (await isDropped(db, sha256)) ? 'dropped' : 'missing';
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.code === 'ledger_unavailable' ? 'locked' : 'damaged';
  }
  return length === bytes && hash.digest('hex') === sha256 ? 'whole' : 'damaged';
}

async function isDropped(db: LedgerDb, sha256: string): Promise<boolean> {
  const drop = db.selectFrom('content_drops').select('id').where('sha256', '=', sha256).limit(1);
  return (await drop.executeTakeFirst()) !== undefined;
}
