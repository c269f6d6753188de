import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { describe, expect, test } from 'vitest';
import { sha256 } from '#shared/crypto/canonical.ts';
import { readContents } from '#shared/ledger/contents.ts';
import { openSqliteFile, sqliteDialect } from '#shared/ledger/dialect.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { first } from '#shared/ledger/migrations/0001-first.ts';
import { stops } from '#shared/ledger/migrations/0002-stops.ts';
import { lastEvent } from '#shared/ledger/migrations/0003-last-event.ts';
import { keys } from '#shared/ledger/migrations/0004-keys.ts';
import { postgresWords, sqliteWords, type Words } from '#shared/ledger/migrations/words.ts';
import { postgresDialect } from '#shared/ledger/postgres/pool.ts';
import type { LedgerDb, LedgerSchema } from '#shared/ledger/schema.ts';
import { onPostgres } from './engines.ts';

const changeId = 'chg_00000000000000000000000000';
const [packed, raw] = [Buffer.alloc(2_000_000, 'text '), randomBytes(1_500_000)];

/** A ledger as it was when contents were kept whole, with some in it. */
async function oldLedger(db: LedgerDb, words: Words): Promise<void> {
  const migrations: Record<string, Migration> = {
    '0001-first': first(words),
    '0002-stops': stops(words),
    '0003-last-event': lastEvent,
    '0004-keys': keys(words),
  };
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest();
  if (error) throw error;
  await sql`insert into changes (id, server, tool, requester, fingerprint, created_at, expires_at, status, updated_at)
    values (${changeId}, 'notes', 't', '{}', 'f', '', '', 'planning', '')`.execute(db);
  const rows = [
    { bytes: packed, encoding: 'zstd', data: zstdCompressSync(packed) },
    { bytes: raw, encoding: 'raw', data: raw },
  ];
  for (const { bytes, encoding, data } of rows) {
    await sql`insert into contents values (${sha256(bytes)}, ${bytes.length}, ${encoding}, ${data})`.execute(db);
    await sql`insert into content_uses values (${changeId}, ${sha256(bytes)})`.execute(db);
  }
  await db.destroy();
}

async function assertReadable(location: string): Promise<void> {
  const ledger = await openLedger(location);
  const found = await readContents(ledger.db, ledger.vault, changeId);
  await ledger.close();
  for (const bytes of [packed, raw]) expect(Buffer.from(found.get(sha256(bytes)) ?? []).equals(bytes)).toBe(true);
}

describe('contents that were kept whole are read as before', () => {
  test('on SQLite', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-migration-'));
    try {
      const path = join(folder, 'ledger.db');
      await oldLedger(new Kysely<LedgerSchema>({ dialect: sqliteDialect(openSqliteFile(path)) }), sqliteWords);
      await assertReadable(path);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  onPostgres((server) => {
    test('as well', async () => {
      const url = await server().create();
      await oldLedger(new Kysely<LedgerSchema>({ dialect: postgresDialect(url) }), postgresWords);
      await assertReadable(url);
    });
  });
});
