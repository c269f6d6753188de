import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '#servers/knowledge/embedded/store/store.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { dumpPostgres, loadPostgres } from '#shared/ledger/postgres/dump.ts';
import { NotDone } from '#shared/tools/index.ts';
import { ledgers, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { programFolder } from '#test/fakes/postgres-cluster.ts';
import { onPostgres } from '#test/shared/ledger/engines.ts';
import { type Ran, run } from './run.ts';

/** What an operator does with a ledger in PostgreSQL, by the command. */
onPostgres((server) => {
  const { make } = ledgers;
  let kit: NotesKit;
  let dump: string;
  let keys: string;
  beforeEach(async () => {
    ledgers.make = () => server().ledger();
    kit = await notesKit();
    dump = join(kit.dir, 'ledger.dump');
    keys = join(kit.dir, 'keys/public.json');
  });
  afterEach(async () => {
    ledgers.make = make;
    await kit.close();
  });

  const on = (location: string, ...args: string[]): Promise<Ran> =>
    run([...args, '--ledger', location, '--data', join(kit.dir, 'data')], { PATH: programFolder ?? '' });

  test('a backup is restored into an empty database, where nothing approved before is written again', async () => {
    const going = await kit.approved({ a: 'one', b: 'two' });
    kit.store.intercept = (call, moment) => {
      if (moment === 'before' && call.startsWith('put b')) throw new NotDone('unavailable', 'Not now.');
    };
    await workAll(kit.context, 1);
    const approved = await kit.approved({ c: 'three' });
    expect(await on(kit.ledgerPath, 'backup', dump)).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(dump).mode & 0o777).toBe(0o600);
    expect(readdirSync(kit.dir).filter((name) => name.startsWith('ledger.dump'))).toEqual(['ledger.dump']);

    const other = await server().create();
    const restored = await on(other, 'restore-ledger', dump);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(restored.stdout).toContain('Revoked: 1. In doubt until settled by their mark: 1.');
    const ledger = await openLedger(other);
    kit.store.intercept = () => {};
    kit.store.log.length = 0;
    kit.clock.advance(10 * 60_000);
    await workAll(kit.executor('after the restore', { ledger }));
    const statusOf = async (id: string) => (await findChange(ledger.db, id))?.status;
    expect([await statusOf(going), await statusOf(approved)]).toEqual(['partial', 'revoked']);
    expect(kit.store.log.filter((call) => /^(open|put)/.test(call))).toEqual([]);
    await ledger.close();
    expect(await on(other, 'audit', 'verify', '--keys', keys)).toMatchObject({ code: 0 });
    await expect(loadPostgres(dump, other, {})).rejects.toMatchObject({
      code: 'bad_configuration',
      message: expect.stringContaining('is not empty'),
    });
  });

  test('users are made by the owner, and the auditor checks the record and notes how long it is', async () => {
    await kit.approved({ a: 'one' });
    expect(await on(kit.ledgerPath, 'ledger', 'roles')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        'countersign_github, countersign_tickets, countersign_knowledge, countersign_approvals, countersign_auditor have just',
      ),
    });
    const auditor = kit.ledgerPath.replace('postgres@', 'countersign_auditor@');
    const status = await on(auditor, 'ledger', 'status', '--json');
    expect(JSON.parse(status.stdout)).toMatchObject({
      engine: 'postgres',
      current: true,
      changes: { approved: 1 },
      oldest_open: { status: 'approved' },
    });
    const out = join(kit.dir, 'elsewhere/checkpoints.jsonl');
    expect(await on(auditor, 'audit', 'checkpoint', '--out', out)).toMatchObject({ code: 0, stderr: '' });
    const verified = await on(auditor, 'audit', 'verify', '--keys', keys, '--checkpoint', out);
    expect(verified).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('was cut off or made anew: the checkpoint'),
    });
  });

  test('imports and tombstones are put on record by a user who may, and by the knowledge server’s nothing is done', async () => {
    await on(kit.ledgerPath, 'ledger', 'roles');
    const docs = join(kit.dir, 'docs');
    mkdirSync(docs);
    mkdirSync(join(kit.dir, 'data'), { mode: 0o700 });
    writeFileSync(join(docs, 'a.md'), 'Poison.');
    const as = (name: string, ...args: string[]) =>
      on(kit.ledgerPath.replace('postgres@', `countersign_${name}@`), 'knowledge', ...args, '--json');
    const take = (name: string) => as(name, 'import', docs, '--namespace', 'docs', '--name', 'Docs');
    const forget = (name: string, id: string) => as(name, 'forget', id, '--reason', 'Wrong.', '--yes');
    const refused = { code: 2, stdout: '', stderr: expect.stringContaining('countersign_approvals') };
    expect(await take('knowledge')).toMatchObject(refused);
    const store = openStore({ path: join(kit.dir, 'data/knowledge/knowledge.db'), fill: () => {}, now: Date.now });
    expect(store.all("select 1 from namespace where key = 'docs'")).toEqual([]);
    expect(JSON.parse((await take('approvals')).stdout)).toMatchObject({ created: 1 });
    const { id, ref } = store.one<{ id: number; ref: string }>("select id, ref from page where path = 'a.md'") ?? {};
    if (id === undefined || ref === undefined) return expect.unreachable('the page is there');
    const texts = () => store.all('select 1 from revision where page = ?', id).length;
    const vectors = join(kit.dir, 'data/knowledge/vectors.db');
    writeFileSync(vectors, '');
    expect(await forget('knowledge', ref)).toMatchObject(refused);
    expect(texts()).toBe(1);
    expect(JSON.parse((await forget('approvals', ref)).stdout)).toMatchObject({
      ...{ texts: 1, taken_out: true, stays: { titles: ['a'], changes: [], vectors } },
    });
    expect(texts()).toBe(0);
    store.close();
    expect(JSON.parse((await take('approvals')).stdout)).toMatchObject({ created: 0, left: [{ why: 'forgotten' }] });
    expect(await on(kit.ledgerPath, 'audit', 'verify', '--keys', keys)).toMatchObject({ code: 0 });
  });

  test('what cannot be done is said, without a password in it', async () => {
    const told = await on(kit.ledgerPath.replace('postgres@', 'postgres:secret@'), 'ledger', 'status');
    expect(told).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Give the URL without it') });
    expect(told.stderr).not.toContain('secret');
    await expect(dumpPostgres(kit.ledgerPath, dump, { PATH: kit.dir })).rejects.toMatchObject({
      code: 'bad_configuration',
      message: expect.stringContaining('pg_dump is not installed here'),
    });
    expect(readdirSync(kit.dir).filter((name) => name.startsWith('ledger.dump'))).toEqual([]);
    writeFileSync(dump, 'This is no backup.');
    await expect(loadPostgres(dump, await server().create(), {})).rejects.toMatchObject({
      message: expect.stringContaining('There is no backup of a PostgreSQL ledger'),
    });
  });
});
