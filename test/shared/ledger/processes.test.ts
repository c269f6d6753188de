import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decide } from '#shared/changes/decide.ts';
import { startWorker, type Worker } from '#shared/changes/worker.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { appendEvent } from '#shared/ledger/events.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { basics } from '#test/fakes/environment.ts';
import { alice, type NotesKit, notesKit } from '#test/fakes/notes-kit.ts';
import { kitsOnEachEngine, onEachEngine } from './engines.ts';
import { racesOfTwo, rival } from './two-rivals.ts';

describe('two processes on one ledger', () => kitsOnEachEngine(twoProcesses));

function twoProcesses(): void {
  let kit: NotesKit;
  const notes = Array.from({ length: 8 }, (_, index) => `n${index}`);
  beforeEach(async () => {
    kit = await notesKit({ notes, more: 'limits: { writes_per_hour: 999, pending: 999 }' });
  });
  afterEach(() => kit.close());

  // With many more changes in processes.apart.test.ts.
  racesOfTwo(() => kit, notes);

  test('wake each other: a change approved in one is carried out in the other', async () => {
    const { changeId } = await kit.propose({ n0: 'x' });
    const worker: Worker = startWorker(kit.context, () => {});
    try {
      // Nothing in this process commits from here on, so that only the other one's commit can wake the worker.
      const applied = new Promise<void>((resolve) => {
        kit.store.intercept = (call, moment) => {
          if (call.startsWith('put') && moment === 'after') resolve();
        };
      });
      const order = { ledger: kit.ledgerPath, key: join(kit.dir, 'keys/decision.pem'), now: kit.clock.now().getTime() };
      const { go } = await rival({ ...order, name: 'a', decide: [changeId], claim: [] });
      expect(await go()).toEqual({ [changeId]: 'approved' });
      await applied;
    } finally {
      await worker.stop();
    }
    expect(await kit.status(changeId)).toBe('applied');
    expect(kit.store.writes('n0')).toBe(1);
  });

  test('a worker that is stopped ends what is under way, and takes up nothing more', async () => {
    const id = await kit.approved({ n0: 'x' });
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    kit.store.fail('put', gate.promise);
    kit.store.intercept = (call, moment) => {
      if (call.startsWith('open') && moment === 'after') begun.resolve();
    };
    const worker = startWorker(kit.context, () => {});
    await begun.promise;
    const stopped = worker.stop();
    const other = await kit.approved({ n1: 'x' });
    gate.resolve();
    await stopped;
    expect(await kit.status(id)).toBe('applied');
    expect(await kit.status(other)).toBe('approved');
  });

  test('a worker logs what fails, and goes on when it can', async () => {
    const id = await kit.approved({ n0: 'x' });
    const logged: string[] = [];
    const letGo = Promise.withResolvers<void>();
    const applied = Promise.withResolvers<void>();
    const quiet = kit.ledger.onCommit(() => {
      findChange(kit.ledger.db, id).then(
        (change) => {
          // The note is in the commit that lets the change go again, for later.
          if (change?.note) letGo.resolve();
          if (change?.status === 'applied') applied.resolve();
        },
        (error: unknown) => applied.reject(error),
      );
    });
    kit.store.fail('find', 'fail_before');
    const worker = startWorker(kit.context, ({ change, what }) => logged.push(`${change} ${what}`));
    await letGo.promise;
    kit.clock.advance(60_000);
    await kit.propose({ n1: 'anything that commits' });
    await applied.promise;
    quiet();
    await worker.stop();
    expect(logged).toEqual([`${id} It could not be carried out now.`]);
  });

  test('a decision that is signed in one is refused in another ledger', async () => {
    const other = await notesKit({ notes });
    try {
      const { changeId } = await kit.propose({ n0: 'x' });
      const seal = (await findSealed(kit.ledger.db, changeId))?.seal ?? '';
      const input = { changes: [{ changeId, seal }], verb: 'approve', approver: alice, reason: '' } as const;
      await expect(decide({ ledger: other.ledger, key: kit.key, now: kit.clock.now }, input)).rejects.toMatchObject({
        code: 'not_found',
      });
    } finally {
      await other.close();
    }
  });
}

onEachEngine((open) => {
  test('a process that is killed in the middle of a write leaves nothing of it, and holds nobody up', async () => {
    const raw = await open();
    const ledger = await openLedger(raw.location);
    try {
      const child = fork(fileURLToPath(new URL('./hanger.ts', import.meta.url)), [raw.location], {
        execArgv: [],
        env: { ...basics() },
      });
      await once(child, 'message');
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
      const actor = { kind: 'server', server: 'test' } as const;
      await ledger.write((tx) => appendEvent(tx, { at: '', type: 'kept', changeId: null, actor, body: {} }));
      expect(await ledger.db.selectFrom('events').select('type').execute()).toEqual([{ type: 'kept' }]);
    } finally {
      await ledger.close();
      await raw.close();
    }
  });
});

describe('a ledger', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'countersign-open-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  test('that several processes open at once for the first time is made once', async () => {
    const path = join(dir, 'new/ledger.db');
    const order = { ledger: path, key: join(dir, 'key.pem'), now: 0, decide: [], claim: [] };
    const rivals = await Promise.all(
      ['a', 'b', 'c'].map((name) => rival({ ...order, key: `${order.key}${name}`, name })),
    );
    for (const { go } of rivals) expect(await go()).toEqual({});
  });

  test('that could not be made whole is not half made, and is made later', async () => {
    const path = join(dir, 'ledger.db');
    const raw = new Database(path);
    raw.exec('create table events (in_the_way)');
    await expect(openLedger(path)).rejects.toMatchObject({ code: 'ledger_unavailable' });
    expect(raw.prepare("select 1 from sqlite_master where name = 'changes'").pluck().get()).toBeUndefined();
    raw.exec('drop table events');
    raw.close();
    await (await openLedger(path)).close();
  });

  test('is durable when a commit returns, and nobody else’s to read', async () => {
    const path = join(dir, 'new/ledger.db');
    const ledger = await openLedger(path);
    const pragmas = new Database(path);
    try {
      expect(pragmas.pragma('journal_mode', { simple: true })).toBe('wal');
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
      for (const side of ['-wal', '-shm']) expect((await stat(path + side)).mode & 0o077).toBe(0);
    } finally {
      pragmas.close();
      await ledger.close();
    }
  });

  test('gets back a constraint that somebody took away or replaced', async () => {
    const path = join(dir, 'ledger.db');
    await (await openLedger(path)).close();
    const raw = new Database(path);
    raw.exec('drop trigger changes_no_delete; drop trigger changes_move');
    raw.exec("create trigger changes_move before insert on events when false begin select raise(abort, 'x'); end");
    await (await openLedger(path)).close();
    expect(raw.prepare("select tbl_name from sqlite_master where name = 'changes_move'").pluck().get()).toBe('changes');
    expect(raw.prepare("select 1 from sqlite_master where name = 'changes_no_delete'").pluck().get()).toBe(1);
    raw.close();
  });

  test('that is no database is refused in words of ours', async () => {
    const path = join(dir, 'ledger.db');
    await writeFile(path, 'this is not a database, and it is long enough to be looked at as one'.repeat(20));
    await expect(openLedger(path)).rejects.toMatchObject({ code: 'ledger_unavailable' });
  });
});
