import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendEvent } from '#shared/ledger/events.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';

let folder: string;
let ledger: Ledger;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-ledger-'));
  ledger = await openLedger(join(folder, 'ledger.db'));
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

const record = (bytes: number): Promise<void> =>
  ledger.write((tx) =>
    appendEvent(tx, {
      at: '2026-01-01T00:00:00.000Z',
      type: 'test',
      changeId: null,
      actor: { kind: 'server', server: 'test' },
      body: { text: 'x'.repeat(bytes) },
    }),
  );

const count = async (): Promise<number> => (await ledger.db.selectFrom('events').selectAll().execute()).length;

test('a full disk is said to be one, keeps nothing of the transaction, and is over when there is room again', async () => {
  await record(1);
  await sql`pragma max_page_count = 1`.execute(ledger.db);
  await expect(record(1_000_000)).rejects.toMatchObject({
    code: 'ledger_unavailable',
    retryable: true,
    cause: { code: 'SQLITE_FULL' },
  });
  expect(await count()).toBe(1);
  await sql`pragma max_page_count = 1000000`.execute(ledger.db);
  await record(1_000_000);
  expect(await count()).toBe(2);
});

test('a ledger that another process holds is tried again later', async () => {
  await sql`pragma busy_timeout = 1`.execute(ledger.db);
  const other = new Database(join(folder, 'ledger.db'));
  other.exec('begin immediate');
  await expect(record(1)).rejects.toMatchObject({ code: 'ledger_unavailable', cause: { code: 'SQLITE_BUSY' } });
  other.close();
  await record(1);
  expect(await count()).toBe(1);
});

test('what the ledger itself refuses stays what it is', async () => {
  await record(1);
  await expect(ledger.write((tx) => tx.deleteFrom('events').execute())).rejects.toThrow('events is append-only');
});
