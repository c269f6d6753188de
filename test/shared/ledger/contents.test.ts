import { createSecretKey, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '#shared/crypto/canonical.ts';
import { keepContents, readContents } from '#shared/ledger/contents.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { noVault, type Vault, vaultOf } from '#shared/ledger/vault.ts';
import { lookAt, onEachEngine, type Raw } from './engines.ts';
import { insertPlanning } from './rows.ts';

const keyOf = (id: string, seed = id) => [id, createSecretKey(sha256(seed).slice(0, 32), 'utf8')] as const;
const vault: Vault = vaultOf(() => new Map([keyOf('new'), keyOf('old')]));

onEachEngine((open) => {
  let raw: Raw;
  let ledger: Ledger;
  beforeAll(async () => {
    raw = await open();
    ledger = await openLedger(raw.location);
  });
  afterAll(async () => {
    await ledger.close();
    await raw.close();
  });

  async function kept(all: readonly Uint8Array[], by: Vault = vault): Promise<string> {
    const id = await insertPlanning(raw);
    await ledger.write((tx) => keepContents(tx, by, id, new Map(all.map((bytes) => [sha256(bytes), bytes]))));
    return id;
  }
  const read = async (id: string, by: Vault = vault): Promise<Buffer[]> =>
    [...(await readContents(ledger.db, by, id)).values()].map((bytes) => Buffer.from(bytes));
  const chunksOf = (bytes: Uint8Array) =>
    raw.all('select * from content_chunks where sha256 = ? order by position', sha256(bytes));

  const half = 512 * 1024;
  test.each([
    [0, 0],
    [1, 1],
    [half - 1, 1],
    [half, 1],
    [half + 1, 2],
    [2 * half, 2],
    [9 * half + 17, 10],
  ])('%i bytes are kept in %i chunks and come back as they were', async (length, count) => {
    for (const bytes of [randomBytes(length), Buffer.alloc(length, 'text \n')]) {
      const id = await kept([bytes]);
      expect(await chunksOf(bytes)).toHaveLength(count);
      expect((await read(id)).map((one) => one.equals(bytes))).toEqual([true]);
    }
  });

  test('many contents of one change are read, each whole', async () => {
    const all = Array.from({ length: 30 }, (_, at) => randomBytes(at * 20_000));
    const found = await readContents(ledger.db, vault, await kept(all));
    expect(found.size).toBe(30);
    for (const bytes of all) expect(Buffer.from(found.get(sha256(bytes)) ?? []).equals(bytes)).toBe(true);
  });

  test('the same contents of two changes are kept once, and under the first key', async () => {
    const bytes = randomBytes(2 * half);
    const [one, two] = [await kept([bytes]), await kept([bytes], noVault)];
    const rows = await chunksOf(bytes);
    expect(rows.map((row) => row['key_id'])).toEqual(['new', 'new']);
    expect(await read(one)).toEqual(await read(two));
  });

  test('nothing of what is encrypted can be read in the database, and no two chunks share a nonce', async () => {
    const bytes = Buffer.alloc(3 * half, 'secret ');
    await kept([bytes]);
    const rows = await chunksOf(bytes);
    expect(rows.some((row) => Buffer.from(row['data'] as Uint8Array).includes('secret'))).toBe(false);
    expect(new Set(rows.map((row) => Buffer.from(row['nonce'] as Uint8Array).toString('hex'))).size).toBe(3);
  });

  test('what was kept without a key is read beside what was kept with one', async () => {
    const [plain, secret] = [randomBytes(10), randomBytes(10)];
    const id = await kept([plain], noVault);
    await ledger.write((tx) => keepContents(tx, vault, id, new Map([[sha256(secret), secret]])));
    const found = await readContents(ledger.db, vault, id);
    expect([...found.keys()].sort()).toEqual([sha256(plain), sha256(secret)].sort());
  });

  test('without the key, contents cannot be read, and nothing is wrong with their change', async () => {
    const id = await kept([randomBytes(10)]);
    const missing = { code: 'ledger_unavailable', message: expect.stringContaining('the key new') };
    await expect(read(id, noVault)).rejects.toMatchObject(missing);
    await expect(
      read(
        id,
        vaultOf(() => new Map([keyOf('old')])),
      ),
    ).rejects.toMatchObject(missing);
  });

  describe('contents that somebody altered are refused:', () => {
    const wrong = { code: 'seal_mismatch', message: expect.stringContaining('contents') };
    async function altered(by: Vault, sql: (digest: string) => readonly [string, ...unknown[]]): Promise<string> {
      const bytes = Buffer.concat([randomBytes(half), Buffer.alloc(half, 'a'), randomBytes(100)]);
      const id = await kept([bytes], by);
      const look = await lookAt(raw.location);
      await look.run(...sql(sha256(bytes)));
      await look.close();
      return id;
    }

    describe.each([
      ['encrypted', vault],
      ['not encrypted', noVault],
    ])('%s,', (_what, by) => {
      test('one chunk has other bytes', async () => {
        const other = randomBytes(100);
        const id = await altered(by, (digest) => [
          'update content_chunks set data = ? where sha256 = ? and position = 2',
          other,
          digest,
        ]);
        await expect(read(id, by)).rejects.toMatchObject(wrong);
      });

      test('one chunk is gone', async () => {
        const id = await altered(by, (digest) => [
          'delete from content_chunks where sha256 = ? and position = 1',
          digest,
        ]);
        await expect(read(id, by)).rejects.toMatchObject(wrong);
      });

      test('two chunks changed places', async () => {
        const id = await altered(by, (digest) => [
          'update content_chunks set position = case position when 0 then 5 else 0 end where sha256 = ? and position < 2',
          digest,
        ]);
        await expect(read(id, by)).rejects.toMatchObject(wrong);
      });
    });

    test('a whole ciphertext stands in the place of another', async () => {
      const [one, two] = [randomBytes(100), randomBytes(100)];
      const id = await kept([one]);
      await kept([two]);
      const look = await lookAt(raw.location);
      for (const column of ['nonce', 'data']) {
        await look.run(
          `update content_chunks set ${column} = (select ${column} from content_chunks where sha256 = ?) where sha256 = ?`,
          sha256(two),
          sha256(one),
        );
      }
      await look.close();
      await expect(read(id)).rejects.toMatchObject(wrong);
    });

    test('another key has the same name', async () => {
      const id = await kept([randomBytes(100)]);
      const other = vaultOf(() => new Map([keyOf('new', 'other')]));
      await expect(read(id, other)).rejects.toMatchObject(wrong);
    });
  });
});
