import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { openLedger } from '#shared/ledger/ledger.ts';
import { madeOnce } from './environment.ts';

/** Puts a SQLite ledger in which nothing was kept at a path: a copy, because making one takes longer than most tests. */
export async function newSqliteLedger(path: string): Promise<void> {
  const kept = join(madeOnce(), 'ledger.db');
  if (!existsSync(kept)) {
    const own = `${kept}.${process.pid}`;
    await (await openLedger(own)).close();
    renameSync(own, kept);
  }
  copyFileSync(kept, path);
}
