import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
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

describe('while another process holds the write lock', () => {
  let other: Database.Database;
  beforeEach(() => {
    other = new Database(join(folder, 'ledger.db'));
    other.exec('begin immediate');
  });
  afterEach(() => {
    other.close();
  });

  test('what is read is answered, and what is written lands when the lock is let go', async () => {
    const ends: string[] = [];
    const written = Promise.all([1, 2, 3].map(() => record(1).then(() => ends.push('written'))));
    for (let reads = 0; reads < 20; reads += 1) {
      expect(await count()).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    ends.push('let go');
    other.exec('commit');
    await written;
    expect(ends).toEqual(['let go', 'written', 'written', 'written']);
    expect(await count()).toBe(3);
  });

  test('a write is refused after ten seconds, to be tried again later', async () => {
    await sql`pragma busy_timeout = 0`.execute(ledger.db);
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    try {
      const refused = expect(record(1)).rejects.toMatchObject({
        code: 'ledger_unavailable',
        retryable: true,
        cause: { code: 'SQLITE_BUSY' },
      });
      // Each turn of the loop is one try, which pauses for the fake milliseconds that the next one lets pass.
      for (let passed = 0; passed < 10_100; passed += 10) {
        await new Promise((resolve) => setImmediate(resolve));
        await vi.advanceTimersByTimeAsync(10);
      }
      await refused;
    } finally {
      vi.useRealTimers();
    }
    other.exec('rollback');
    await record(1);
    expect(await count()).toBe(1);
  });
});

test('a disk that is full at the commit fails all that would have shared it, and nothing of them is kept', async () => {
  await sql`pragma max_page_count = 1`.execute(ledger.db);
  const ends = await Promise.allSettled([record(1), record(1_000_000), record(1)]);
  await sql`pragma max_page_count = 1000000`.execute(ledger.db);
  const kept = ends.filter(({ status }) => status === 'fulfilled').length;
  expect(await count()).toBe(kept);
  expect(ends[1]).toMatchObject({ reason: { code: 'ledger_unavailable', cause: { code: 'SQLITE_FULL' } } });
});

test('what the ledger itself refuses stays what it is', async () => {
  await record(1);
  await expect(ledger.write((tx) => tx.deleteFrom('events').execute())).rejects.toThrow('events is append-only');
});
