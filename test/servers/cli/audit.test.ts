import { generateKeyPairSync } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSigningKey, publishKey } from '#shared/changes/keys.ts';
import { checks as allChecks } from '#shared/changes/verify-change.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { run, runProcess } from './run.ts';

let kit: NotesKit;
let raw: Database.Database;
beforeEach(async () => {
  kit = await notesKit();
  await kit.approved({ a: 'one', b: 'two' });
  await workAll(kit.context);
  await kit.propose({ c: 'waits' });
  raw = new Database(kit.ledgerPath);
});
afterEach(async () => {
  raw.close();
  await kit.close();
});

const verifying = () => ['audit', 'verify', '--ledger', kit.ledgerPath, '--keys', join(kit.dir, 'keys/public.json')];
const verify = (...more: string[]) => run([...verifying(), ...more]);

/** What somebody does who can write the file: take away what guards it, and edit. */
function edit(sql: string, ...values: unknown[]): void {
  for (const name of raw.prepare("select name from sqlite_master where type = 'trigger'").pluck().all()) {
    raw.exec(`drop trigger "${name}"`);
  }
  raw.pragma('foreign_keys = OFF');
  expect(raw.prepare(sql).run(...values).changes).toBeGreaterThan(0);
}

async function codes(): Promise<string[]> {
  const { code, stdout } = await verify('--json');
  const { findings, truncation } = JSON.parse(stdout) as { findings: { code: string }[]; truncation: string };
  expect(truncation).toBe('not proven');
  expect(code).toBe(findings.length === 0 ? 0 : 1);
  return [...new Set(findings.map((finding) => finding.code))].sort();
}

test('a ledger that nobody edited has no finding, and says what it cannot prove', async () => {
  const before = raw.pragma('data_version');
  const { code, stdout, stderr } = await runProcess(verifying());
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^\d+ events, 2 changes and 1 decisions: nothing found\.\n\d+ contents are whole\.\nTruncation not proven/,
  );
  expect(raw.pragma('data_version')).toEqual(before);
});

test.each([
  [
    'an event that was edited',
    "update events set body = replace(body, 'looked', 'peeked') where seq = 3",
    ['event_edited'],
  ],
  ['one that was deleted', "delete from events where type = 'decision.made'", ['chain_broken', 'decision']],
  ['the last, deleted', 'delete from events where seq = (select max(seq) from events)', ['events_missing', 'status']],
  [
    'two that changed places',
    'update events set seq = case seq when 3 then -4 when 4 then -3 else seq end where seq in (3, 4)',
    null,
  ],
  ['a status', "update changes set status = 'rejected' where status = 'applied'", ['status']],
  ['a change that is gone', "delete from changes where status = 'pending'", ['status']],
  ['a sealed plan', "update sealed set body = replace(body, 'because', 'BECAUSE')", ['seal']],
  ['who asked', "update changes set agent = 'other' where status = 'pending'", ['seal']],
  [
    'a snapshot',
    `update snapshots set body = replace(body, '"version":0', '"version":7') where phase = 'before'`,
    ['snapshot'],
  ],
  ['a decision', "update decisions set subject = 'mallory'", ['decision']],
  ['a decision that is gone', 'delete from decisions', ['decision']],
])('finds %s', async (_what, sql, expected) => {
  edit(sql);
  if (expected === null) {
    raw.exec('update events set seq = -seq where seq < 0');
    expect(await codes()).toContain('chain_broken');
  } else expect(await codes()).toEqual(expected);
});

test('one change is checked by itself: who signed what, and whether all of it holds', async () => {
  const [id] = raw.prepare("select id from changes where status = 'applied'").pluck().all() as string[];
  const one = (...more: string[]) =>
    run([
      'changes',
      'verify',
      id ?? '',
      '--ledger',
      kit.ledgerPath,
      '--keys',
      join(kit.dir, 'keys/public.json'),
      ...more,
    ]);
  const good = await one();
  expect([good.code, good.stderr]).toEqual([0, '']);
  expect(good.stdout).toMatch(/^approve by alice \(countersign:local\), at 2027.*, over this seal, alone$/m);
  expect(good.stdout).toMatch(new RegExp(`^  key ${kit.key.id}: the signature holds$`, 'm'));
  expect(good.stdout.match(/^holds +\w+:/gm)).toHaveLength(allChecks.length);
  edit("update snapshots set body = replace(body, '\"version\":0', '\"version\":7') where phase = 'before'");
  edit("update decisions set subject = 'mallory'");
  const bad = await one('--json');
  expect(bad.code).toBe(1);
  const { holds, checks, decisions } = JSON.parse(bad.stdout);
  expect(holds).toBe(false);
  expect(
    checks.filter((check: { holds: boolean }) => !check.holds).map(({ check }: { check: string }) => check),
  ).toEqual(['snapshots', 'decisions']);
  expect(decisions).toMatchObject([{ subject: 'mallory', holds: false, keys: [kit.key.id], signed: { set: null } }]);
  const none = [
    'changes',
    'verify',
    'chg_none',
    '--ledger',
    kit.ledgerPath,
    '--keys',
    join(kit.dir, 'keys/public.json'),
  ];
  expect(await run(none)).toMatchObject({ code: 1, stderr: 'There is no such change in this ledger.\n' });
});

test('finds decisions that were signed with another key, and is content with earlier ones', async () => {
  const other = join(kit.dir, 'keys/other.json');
  publishKey(other, openSigningKey(join(kit.dir, 'keys/other.pem')));
  const args = ['audit', 'verify', '--ledger', kit.ledgerPath, '--keys', other];
  expect((await run(args)).code).toBe(1);
  expect((await run([...args, join(kit.dir, 'keys/public.json')])).code).toBe(0);
});

test('a checkpoint that is kept elsewhere shows that nothing was cut off before it, or that it was', async () => {
  const out = join(kit.dir, 'elsewhere', 'checkpoints.jsonl');
  const place = ['--ledger', kit.ledgerPath, '--data', join(kit.dir, 'data')];
  const take = () => run(['audit', 'checkpoint', '--out', out, ...place]);
  expect(await take()).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Checkpoint 1: \d+ events/),
    stderr: '',
  });
  expect(statSync(join(kit.dir, 'elsewhere', 'checkpoint-key.pem')).mode & 0o777).toBe(0o600);
  await kit.propose({ a: 'more' });
  expect((await take()).stdout).toMatch(/^Checkpoint 2/);
  const good = await verify('--checkpoint', out);
  expect(good).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/Nothing up to event \d+ was cut off or made anew/),
  });
  edit('delete from events where seq = (select max(seq) from events)');
  raw.exec("update sqlite_sequence set seq = (select max(seq) from events) where name = 'events'");
  const cut = await verify('--checkpoint', out);
  expect(cut).toMatchObject({ code: 1, stdout: expect.stringContaining('Truncated or made anew') });
  expect(await take()).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('nothing was signed') });
});

test('checkpoints are not kept beside the ledger', async () => {
  const args = ['audit', 'checkpoint', '--out', join(kit.dir, 'c.jsonl'), '--data', kit.dir];
  expect(await run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining('is in the data directory') });
});

test('says what cannot be read', async () => {
  const nowhere = await run(['audit', 'verify', '--data', join(kit.dir, 'nowhere')]);
  expect(nowhere).toMatchObject({ code: 2, stdout: '' });
  const noLedger = await run([
    'audit',
    'verify',
    '--ledger',
    join(kit.dir, 'no.db'),
    '--keys',
    join(kit.dir, 'keys/public.json'),
  ]);
  expect(noLedger).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('There is no whole ledger') });
});

test('a ledger that is damaged, or is none, is not opened', async () => {
  const path = join(kit.dir, 'damaged.db');
  raw.exec(`vacuum into '${path}'`);
  const copy = new Database(path);
  const root = copy.prepare("select rootpage from sqlite_master where name = 'events'").pluck().get() as number;
  copy.close();
  const bytes = raw.serialize();
  bytes.fill(0xff, (root - 1) * 4096, (root - 1) * 4096 + 200);
  writeFileSync(path, bytes);
  await expect(openLedger(path)).rejects.toMatchObject({
    code: 'ledger_unavailable',
    message: expect.stringContaining('is damaged'),
  });
  writeFileSync(
    path,
    generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString().repeat(50),
  );
  await expect(openLedger(path)).rejects.toMatchObject({ message: expect.stringContaining('is damaged') });
});
