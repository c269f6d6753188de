import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '#shared/crypto/canonical.ts';
import { addContentKey, fileVault, readContentKeys } from '#shared/ledger/content-keys.ts';
import { keepContents, readContents } from '#shared/ledger/contents.ts';
import { assertKeysFit } from '#shared/ledger/keys-in-use.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { rotateContents } from '#shared/ledger/rotate-contents.ts';
import { noVault } from '#shared/ledger/vault.ts';
import { onEachEngine, type Raw } from './engines.ts';
import { insertPlanning } from './rows.ts';

const actor = { kind: 'person', issuer: 'local', subject: 'operator' } as const;
const now = () => new Date();
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-keys-'));
  file = join(folder, 'keys', 'contents.keys');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a file of keys', () => {
  test('is made for nobody else to read, and has the newest key first', () => {
    const one = addContentKey(file, now());
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const two = addContentKey(file, now());
    expect([...readContentKeys(file).keys()]).toEqual([two, one]);
    expect(readFileSync(file, 'utf8')).toMatch(/^contents-\d{4}-\d\d-\d\d-[0-9a-f]{8} [A-Za-z0-9+/]{43}=\n/);
  });

  test('may have empty lines and remarks', () => {
    const id = addContentKey(file, now());
    writeFileSync(file, `# of last year\n\n${readFileSync(file, 'utf8')}`);
    expect([...readContentKeys(file).keys()]).toEqual([id]);
  });

  const key = Buffer.alloc(32, 7).toString('base64');
  test.each([
    ['no key', '# none\n', 'holds no key'],
    ['a short key', `a ${Buffer.alloc(16).toString('base64')}\n`, 'key 1 is not an id and 32 bytes'],
    ['no id', `${key}\n`, 'key 1 is not'],
    ['one id twice', `a ${key}\na ${key}\n`, 'two keys have one id'],
  ])('with %s is refused, and not quoted', (_what, text, why) => {
    addContentKey(file, now());
    writeFileSync(file, text);
    const read = () => readContentKeys(file);
    expect(read).toThrow(expect.objectContaining({ code: 'bad_configuration', message: expect.stringContaining(why) }));
    expect(read).not.toThrow(key);
    expect(() => addContentKey(file, now())).toThrow(why);
  });

  test('that others can read, or that is not there, is refused', () => {
    expect(() => fileVault(file)).toThrow('cannot be read');
    addContentKey(file, now());
    writeFileSync(join(folder, 'open'), readFileSync(file), { mode: 0o644 });
    expect(() => fileVault(join(folder, 'open'))).toThrow('others can read it');
  });
});

onEachEngine((open) => {
  let raw: Raw;
  let plain: Ledger;
  beforeAll(async () => {
    raw = await open();
    plain = await openLedger(raw.location);
  });
  afterAll(async () => {
    await plain.close();
    await raw.close();
  });
  beforeEach(() => raw.unguarded(() => raw.run('delete from content_chunks')));
  const withKeys = (): Ledger => ({ ...plain, vault: fileVault(file) });

  async function keep(ledger: Ledger, bytes: Uint8Array): Promise<string> {
    const id = await insertPlanning(raw);
    await ledger.write((tx) => keepContents(tx, ledger.vault, id, new Map([[sha256(bytes), bytes]])));
    return id;
  }
  const read = async (ledger: Ledger, id: string) => [...(await readContents(ledger.db, ledger.vault, id)).values()];
  const keysUsed = async (): Promise<unknown[]> =>
    (await raw.all('select distinct key_id from content_chunks order by 1')).map(({ key_id }) => key_id);

  test('everything is encrypted with the first key, whatever it was kept with, while it is read and written', async () => {
    const bytes = randomBytes(9_000_000);
    const early = await keep(plain, bytes);
    const one = addContentKey(file, now());
    const ledger = withKeys();
    const later = await keep(ledger, Buffer.from('one'));
    const first = await rotateContents(ledger, { actor, now });
    expect(first).toMatchObject({ key: one, left: [] });
    expect(await keysUsed()).toEqual([one]);

    const two = addContentKey(file, now());
    const rotating = rotateContents(ledger, { actor, now });
    const reads = await Promise.all(Array.from({ length: 2 }, () => read(ledger, early)));
    expect(reads.every(([whole]) => Buffer.from(whole ?? []).equals(bytes))).toBe(true);
    expect(await rotating).toMatchObject({ key: two, chunks: first.chunks + 1, left: [] });
    expect(await keysUsed()).toEqual([two]);

    writeFileSync(file, `${readFileSync(file, 'utf8').split('\n')[0]}\n`);
    expect(await read(ledger, later)).toEqual([new Uint8Array(Buffer.from('one'))]);
    expect(await rotateContents(ledger, { actor, now })).toEqual({ key: two, chunks: 0, left: [] });
    const said = await raw.all("select body from events where type = 'contents.rotated' order by seq desc limit 2");
    expect(said.map(({ body }) => JSON.parse(String(body)).key)).toEqual([two, one]);
  });

  test('what was interrupted goes on where it was', async () => {
    await keep(plain, randomBytes(10_000_000));
    const key = addContentKey(file, now());
    const ledger = withKeys();
    let writes = 0;
    const dying: Ledger = {
      ...ledger,
      write: (work) =>
        ledger.write(async (tx) => {
          const done = await work(tx);
          writes += 1;
          if (writes > 1) throw new Error('died');
          return done;
        }),
    };
    await expect(rotateContents(dying, { actor, now })).rejects.toThrow('died');
    expect(await keysUsed()).toHaveLength(2);
    expect(await rotateContents(ledger, { actor, now })).toMatchObject({ chunks: 4, left: [] });
    expect(await keysUsed()).toEqual([key]);
  });

  test('a key that is missing, or another under its id, is found when a server starts', async () => {
    const id = addContentKey(file, now());
    const ledger = withKeys();
    await keep(ledger, Buffer.from('text'));
    await assertKeysFit(ledger.db, ledger.vault);
    const missing = { code: 'bad_configuration', message: expect.stringContaining(`${id}, which contents`) };
    await expect(assertKeysFit(plain.db, noVault)).rejects.toMatchObject(missing);
    writeFileSync(file, `${id} ${randomBytes(32).toString('base64')}\n`);
    await expect(assertKeysFit(ledger.db, fileVault(file))).rejects.toMatchObject(missing);
    rmSync(file);
    const later = keep(ledger, Buffer.from('more'));
    await expect(later).rejects.toMatchObject({ code: 'ledger_unavailable' });
  });

  test('a chunk is altered only to be under another key', async () => {
    await keep(plain, Buffer.from('fixed'));
    for (const set of [
      'encoding = encoding',
      "key_id = 'k', nonce = data, bytes = 1",
      "key_id = 'k', nonce = data, position = 7",
    ]) {
      const altered = raw.run(`update content_chunks set ${set}`);
      await expect(altered, set).rejects.toThrow('countersign: content_chunks is append-only');
    }
  });

  test('without a key nothing is encrypted', async () => {
    await expect(rotateContents(plain, { actor, now })).rejects.toMatchObject({ code: 'bad_configuration' });
  });
});
