import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { newSqliteLedger } from '#test/fakes/new-ledger.ts';

/** A ledger of the test's own, in a folder that goes with it. */
export async function newLedger(): Promise<{ readonly ledger: Ledger; readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'knowledge-ledger-'));
  const path = join(folder, 'ledger.db');
  await newSqliteLedger(path);
  const ledger = await openLedger(path);
  onTestFinished(async () => {
    await ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { ledger, folder };
}
