import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { readContentKeys } from '#shared/ledger/content-keys.ts';
import { readContents } from '#shared/ledger/contents.ts';
import { openEncryptedLedger } from '#shared/ledger/open-encrypted.ts';
import { alice, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { run } from './run.ts';

const day = 86_400_000;
let kit: NotesKit;
let config: string;
beforeEach(async () => {
  kit = await notesKit();
  // What is kept now is old when the command looks at it, which has a clock of its own.
  kit.clock.advance(Date.now() - 100 * day - kit.clock.now().getTime());
  mkdirSync(join(kit.dir, 'data'), { mode: 0o700 });
  config = join(kit.dir, 'countersign.yaml');
  writeFileSync(config, `data: ./data\nledger: ${kit.ledgerPath}\nretention: { contents: 90d }\n`);
});
afterEach(() => kit.close());

const contents = async (...args: string[]) => {
  const { code, stdout, stderr } = await run(['contents', ...args, '--config', config, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
};

async function applied(): Promise<string> {
  const id = await kit.approved({ a: 'a text' });
  await workAll(kit.context, 1);
  expect(await kit.status(id)).toBe('applied');
  return id;
}

test('what the retention is over for is dropped, and a restore of it says so', async () => {
  const id = await applied();
  const open = await kit.propose({ b: 'another' });
  expect(await contents('gc', '--older-than', '120d')).toMatchObject({ contents: 0 });
  const planned = await contents('gc', '--dry-run');
  expect(planned).toMatchObject({ contents: 1, chunks: 1, dry_run: true });
  expect(await contents('gc')).toEqual({ ...planned, dry_run: false });
  expect((await readContents(kit.ledger.db, kit.ledger.vault, open.changeId)).size).toBe(1);

  const { ledger, clock } = kit;
  const request = { change_id: id, choice: 'refuse', reason: 'try' } as const;
  const restore = await requestRestore({ ledger, now: clock.now }, { person: alice }, request);
  await workAll(kit.context, 1);
  expect(await kit.status(restore)).toBe('failed');
  const row = await ledger.db.selectFrom('changes').select('note').where('id', '=', restore).executeTakeFirstOrThrow();
  const today = new Date().toISOString().slice(0, 10);
  expect(row.note).toBe(`Its contents were dropped on ${today}, after the retention of 90 days.`);
});

test('a new key becomes the first, and everything is encrypted with it', async () => {
  const id = await applied();
  const { key, file } = await contents('new-key');
  expect(file).toBe(join(kit.dir, 'data/keys/contents.keys'));
  expect([...readContentKeys(file).keys()]).toEqual([key]);
  expect(await contents('rotate')).toEqual({ key, chunks: 1, left: [] });
  expect(readFileSync(kit.ledgerPath).includes('a text')).toBe(false);

  await expect(openEncryptedLedger(kit.ledgerPath, undefined)).rejects.toMatchObject({ code: 'bad_configuration' });
  const ledger = await openEncryptedLedger(kit.ledgerPath, file);
  const found = await readContents(ledger.db, ledger.vault, id);
  await ledger.close();
  expect([...found.values()].map((bytes) => Buffer.from(bytes).toString())).toEqual(['a text']);
});

test('nothing is made where there is no ledger, nor dropped without a retention', async () => {
  const missing = await run(['contents', 'rotate', '--data', join(kit.dir, 'nowhere')]);
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no ledger at') });
  const forever = await run(['contents', 'gc', '--ledger', kit.ledgerPath]);
  expect(forever).toMatchObject({ code: 2, stderr: expect.stringContaining('--older-than') });
});
