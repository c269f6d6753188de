import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockData } from '#servers/suite/lock.ts';
import { decide } from '#shared/changes/decide.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { NotDone } from '#shared/tools/index.ts';
import { alice, type NotesExecutor, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { run, runProcess } from './run.ts';

let kit: NotesKit;
let restored: Ledger | undefined;
let data: string;
let backup: string;
beforeEach(async () => {
  kit = await notesKit({ notes: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] });
  restored = undefined;
  data = join(kit.dir, 'data');
  mkdirSync(data, { mode: 0o700 });
  backup = join(kit.dir, 'backup.db');
});
afterEach(async () => {
  await restored?.close();
  await kit.close();
});

const takeBackup = () => run(['backup', backup, '--ledger', kit.ledgerPath]);

/** Restores the backup into a data directory, and answers an executor that works on it. */
async function restoreLedger(): Promise<{ executor: NotesExecutor; stdout: string }> {
  const { code, stdout, stderr } = await run(['restore-ledger', backup, '--data', data]);
  expect([code, stderr]).toEqual([0, '']);
  restored = await openLedger(join(data, 'ledger.db'));
  kit.clock.advance(10 * 60_000);
  return { executor: kit.executor('after the restore', { ledger: restored }), stdout };
}

const statusOf = async (id: string) => restored && (await findChange(restored.db, id))?.status;
/** Notes that the backend cannot write now. */
const down = new Set<string>();

/** Two steps, of which the first is done and the second waits for the backend: dispatched, with no step in doubt. */
async function dispatched(first: string, second: string): Promise<string> {
  const id = await kit.approved({ [first]: 'one', [second]: 'two' });
  down.add(second);
  kit.store.intercept = (call, moment) => {
    const [operation, note = ''] = call.split(' ');
    if (operation === 'put' && moment === 'before' && down.has(note)) throw new NotDone('unavailable', 'Not now.');
  };
  await workAll(kit.context, 1);
  expect(await kit.status(id)).toBe('dispatched');
  return id;
}

test('after a restore nothing is written that was approved before, and what may have gone on is settled by its mark', async () => {
  const wentOn = await dispatched('a', 'b');
  const stayed = await dispatched('c', 'd');
  const approved = await kit.approved({ e: 'written after the backup' });
  const { changeId: waiting } = await kit.propose({ f: 'decided after the restore' });
  expect(await takeBackup()).toMatchObject({ code: 0, stdout: `The ledger is copied to ${backup}.\n`, stderr: '' });

  // What is lost with the ledger: one change went on, the other could not, and the third was carried out.
  down.delete('b');
  await workAll(kit.context, 1);
  expect(await kit.status(approved)).toBe('applied');
  expect(['b', 'd', 'e'].map(kit.store.writes)).toEqual([1, 0, 1]);

  kit.store.log.length = 0;
  down.clear();
  const { executor, stdout } = await restoreLedger();
  expect(stdout).toContain('Revoked: 1. In doubt until settled by their mark: 2.');
  expect([await statusOf(wentOn), await statusOf(stayed)]).toEqual(['unknown', 'unknown']);
  expect(await statusOf(approved)).toBe('revoked');
  await workAll(executor);
  expect(kit.store.log.filter((call) => /^(open|put)/.test(call))).toEqual([]);
  expect(await statusOf(wentOn)).toBe('applied');
  expect(await statusOf(stayed)).toBe('partial');
  expect(await statusOf(waiting)).toBe('pending');
});

test('an approval from before the restore is void even for a change that was put back to approved', async () => {
  const { changeId: id } = await kit.propose({ a: 'one' });
  await kit.decide(id);
  await takeBackup();
  const { executor } = await restoreLedger();
  await restored?.close();
  const raw = new Database(join(data, 'ledger.db'));
  for (const name of raw.prepare("select name from sqlite_master where type = 'trigger'").pluck().all()) {
    raw.exec(`drop trigger "${name}"`);
  }
  raw.prepare("update changes set status = 'approved' where id = ?").run(id);
  raw.close();
  restored = await openLedger(join(data, 'ledger.db'));
  await workAll({ ...executor, ledger: restored });
  expect(await statusOf(id)).toBe('expired');
  expect(kit.store.writes('a')).toBe(0);
});

test('what was put up for a decision before can be decided and carried out after the restore', async () => {
  const { changeId: id } = await kit.propose({ a: 'one' });
  await takeBackup();
  const { executor } = await restoreLedger();
  if (!restored) throw new Error('it was restored');
  const seal = (await findSealed(restored.db, id))?.seal ?? '';
  const input = { changes: [{ changeId: id, seal }], verb: 'approve', approver: alice, reason: '' } as const;
  await decide({ ledger: restored, key: kit.key, now: kit.clock.now }, input);
  await workAll(executor);
  expect(await statusOf(id)).toBe('applied');
});

test('the restored ledger verifies, and what was there before is kept', async () => {
  await kit.approved({ a: 'one' });
  await takeBackup();
  await (await openLedger(join(data, 'ledger.db'))).close();
  await restoreLedger();
  expect(readdirSync(data).filter((name) => name.startsWith('ledger.db.before-restore-'))).toHaveLength(1);
  const keys = join(kit.dir, 'keys/public.json');
  expect(await run(['audit', 'verify', '--data', data, '--keys', keys])).toMatchObject({ code: 0 });
});

test('a backup taken while others write is of one moment, private, and one file', async () => {
  let writing = true;
  const writer = (async () => {
    for (let text = 0; writing; text += 1) {
      await kit.propose({ g: `${text}` }).catch(() => {});
      await new Promise(setImmediate);
    }
  })();
  expect((await runProcess(['backup', backup, '--ledger', kit.ledgerPath])).code).toBe(0);
  writing = false;
  await writer;
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  expect(readdirSync(kit.dir).filter((name) => name.startsWith('backup.db'))).toEqual(['backup.db']);
  const keys = join(kit.dir, 'keys/public.json');
  expect(await run(['audit', 'verify', '--ledger', backup, '--keys', keys])).toMatchObject({ code: 0 });
});

test('a backup replaces no file, and a file that is no ledger replaces none', async () => {
  await takeBackup();
  expect(await takeBackup()).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') });
  expect(await run(['backup', join(kit.dir, 'x.db'), '--data', data])).toMatchObject({ code: 1 });
  await (await openLedger(join(data, 'ledger.db'))).close();
  writeFileSync(join(kit.dir, 'no.db'), 'This is no ledger. '.repeat(1000));
  expect(await run(['restore-ledger', join(kit.dir, 'no.db'), '--data', data])).toMatchObject({ code: 1, stdout: '' });
  expect(readdirSync(data)).toEqual(['ledger.db']);
});

test('a suite that runs keeps its ledger', async () => {
  await takeBackup();
  const lock = lockData(data);
  const ran = await runProcess(['restore-ledger', backup, '--data', data]);
  lock.release();
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('Another suite') });
});
