import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sha256 } from '#shared/crypto/canonical.ts';
import { keepContents, readContents } from '#shared/ledger/contents.ts';
import { appendEvent, eventsOf, verifyEvents } from '#shared/ledger/events.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { ledgerName } from '#shared/ledger/location.ts';
import { logTo } from '#shared/telemetry/log.ts';
import { onPostgres, postgresRaw, type Raw } from './engines.ts';
import { insertPlanning, insertSealed, insertSnapshot, sealedBody } from './rows.ts';

test.each([
  ['/data/ledger.db', '/data/ledger.db'],
  ['postgres://u:secret@db.internal:5432/countersign?password=secret', 'postgres://db.internal:5432/countersign'],
  ['postgresql://u:se@cret@db/c', 'postgres://db/c'],
  ['POSTGRES:///c?host=/run&password=secret', 'postgres:///c'],
])('%s is named without a secret', (location, name) => {
  expect(ledgerName(location)).toBe(name);
});

test.each([
  'postgres://alice:secret@127.0.0.1:1/x',
  'postgres://alice:secret@127.0.0.1:port/x',
  'postgres://alice:secret@:::/x',
])('a ledger that cannot be opened is said to be one, and no password is (%#)', async (url) => {
  const error: unknown = await openLedger(url).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'ledger_unavailable' });
  const lines: string[] = [];
  logTo('test', (line) => lines.push(line))('it failed', { error });
  expect(lines.join('')).toContain('ledger_unavailable');
  expect(lines.join('')).not.toContain('secret');
});

onPostgres((server) => {
  let raw: Raw;
  let ledger: Ledger;
  let other: Ledger;
  beforeEach(async () => {
    raw = await postgresRaw(server());
    ledger = await openLedger(raw.location);
    other = await openLedger(raw.location);
  });
  afterEach(async () => {
    vi.useRealTimers();
    await Promise.all([ledger.close(), other.close()]);
    await raw.close().catch(() => {});
  });

  const event = (body: string) => ({
    at: '2027-01-01T00:00:00.000Z',
    type: 'test',
    changeId: null,
    actor: { kind: 'server', server: 'test' } as const,
    body: { body },
  });
  /** Listens to commits where nothing looks for them now and then. Answers once the connection for it stands. */
  async function listen(to: Ledger): Promise<{ next: () => Promise<void>; stop: () => void }> {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    let told = Promise.withResolvers<void>();
    const quiet = to.onCommit(() => told.resolve());
    const stop = (): void => {
      quiet();
      vi.useRealTimers();
    };
    await told.promise;
    const next = (): Promise<void> => {
      told = Promise.withResolvers();
      return told.promise;
    };
    return { next, stop };
  }
  const record = (to: Ledger, body = 'x') => to.write((tx) => appendEvent(tx, event(body)));
  const count = async (): Promise<number> => Number(await raw.get('select count(*) from events'));

  describe('writers', () => {
    test('on several connections come one after the other, and the chain holds', async () => {
      await Promise.all(Array.from({ length: 40 }, (_, index) => record(index % 2 ? ledger : other, `${index}`)));
      expect(await count()).toBe(40);
      expect(await verifyEvents(ledger.db)).toBeNull();
    });

    test('see what was committed while they waited', async () => {
      const seen: number[] = [];
      const add = (to: Ledger) =>
        to.write(async (tx) => {
          const { n } = await tx
            .selectFrom('events')
            .select((eb) => eb.fn.countAll<number>().as('n'))
            .executeTakeFirstOrThrow();
          seen.push(n);
          await appendEvent(tx, event('x'));
        });
      await Promise.all([ledger, other, ledger, other, ledger].map(add));
      expect(seen).toEqual([0, 1, 2, 3, 4]);
    });

    test('keep nothing of what fails', async () => {
      const failed = ledger.write(async (tx) => {
        await appendEvent(tx, event('x'));
        throw new Error('on purpose');
      });
      await expect(failed).rejects.toThrow('on purpose');
      expect(await count()).toBe(0);
    });

    test('are run again after a serialisation failure or a deadlock, and not for ever', async () => {
      for (const code of ['40001', '40P01']) {
        let runs = 0;
        const fail = (times: number) => (tx: Parameters<Parameters<Ledger['write']>[0]>[0]) => {
          runs += 1;
          if (runs > times) return appendEvent(tx, event(code));
          return sql.raw(`do $$ begin raise sqlstate '${code}'; end $$`).execute(tx);
        };
        await ledger.write<unknown>(fail(2));
        expect(runs).toBe(3);
        runs = 0;
        await expect(ledger.write<unknown>(fail(99))).rejects.toMatchObject({ code });
        expect(runs).toBe(4);
      }
      expect(await count()).toBe(2);
    });

    test('say that the ledger is not to be had when somebody holds it for too long', async () => {
      await raw.run('begin');
      await raw.run('lock table events in access exclusive mode');
      const waiting = ledger.write(async (tx) => {
        await sql`set local lock_timeout = 50`.execute(tx);
        await appendEvent(tx, event('x'));
      });
      await expect(waiting).rejects.toMatchObject({ code: 'ledger_unavailable', cause: { code: '55P03' } });
      await raw.run('rollback');
      await record(ledger);
      expect(await count()).toBe(1);
    });

    test('whose executor freezes in the middle lose the ledger to the others', async () => {
      const inside = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      const frozen = ledger.write(async (tx) => {
        inside.resolve();
        await sql`set local idle_in_transaction_session_timeout = 50`.execute(tx);
        await appendEvent(tx, event('frozen'));
        await gate.promise;
        await appendEvent(tx, event('frozen'));
      });
      frozen.catch(() => {});
      await inside.promise;
      await record(other);
      gate.resolve();
      await expect(frozen).rejects.toMatchObject({ code: 'ledger_unavailable' });
      expect(await count()).toBe(1);
    });
  });

  describe('a lost connection', () => {
    const lose = (pid: number) => raw.get('select pg_terminate_backend(?)', pid);
    const pidOf = async (tx: Ledger['db']): Promise<number> => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      return rows[0]?.pid ?? 0;
    };

    test('in the middle of a transaction leaves nothing of it, and the next one is kept', async () => {
      const lost = ledger.write(async (tx) => {
        await appendEvent(tx, event('lost'));
        await lose(await pidOf(tx));
        await appendEvent(tx, event('lost'));
      });
      await expect(lost).rejects.toMatchObject({ code: 'ledger_unavailable', retryable: true });
      expect(await count()).toBe(0);
      await record(ledger);
      expect(await count()).toBe(1);
    });

    test('of a listener is made again, and what was committed meanwhile is told', async () => {
      const listening = await listen(other);
      await raw.run("select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen countersign_ledger'");
      const told = listening.next();
      await record(ledger);
      await told;
      listening.stop();
    });
  });

  test('a commit of another process is told of by the database itself', async () => {
    const listening = await listen(other);
    const told = listening.next();
    await record(ledger);
    await told;
    listening.stop();
  });

  describe('a value', () => {
    test('is for callers what it is on SQLite', async () => {
      const id = await insertPlanning(raw);
      const bytes = new Uint8Array([0, 255, 7]);
      await ledger.write((tx) => keepContents(tx, ledger.vault, id, new Map([[sha256(bytes), bytes]])));
      expect([...((await readContents(ledger.db, ledger.vault, id)).get(sha256(bytes)) ?? [])]).toEqual([0, 255, 7]);
      await ledger.write((tx) => appendEvent(tx, { ...event('x'), changeId: id }));
      const row = await ledger.db.selectFrom('events').selectAll().executeTakeFirstOrThrow();
      expect([typeof row.seq, typeof row.at, typeof row.body]).toEqual(['number', 'string', 'string']);
      const found = await ledger.db.selectFrom('changes').selectAll().executeTakeFirstOrThrow();
      expect([found.created_at, found.lease_until, found.note]).toEqual(['2027-01-01T00:00:00.000Z', null, null]);
    });

    test('may hold a NUL, and what is beside it is compared all the same', async () => {
      const text = 'a \u0000\u0000 b \\u0000 \\\u0000 c';
      await record(ledger, text);
      expect(await verifyEvents(ledger.db)).toBeNull();
      const id = await insertPlanning(raw);
      await insertSnapshot(raw, id);
      await expect(insertSealed(raw, id, { body: sealedBody(id, { text, tool: 'other' }) })).rejects.toThrow(
        'the sealed body is of another change',
      );
      await insertSealed(raw, id, { body: sealedBody(id, { text }) });
      const { body } = await ledger.db.selectFrom('sealed').select('body').executeTakeFirstOrThrow();
      expect(JSON.parse(body).text).toBe(text);
    });

    test('sorts by its bytes', async () => {
      for (const type of ['b', 'B', 'a', '_', 'ä'])
        await ledger.write((tx) => appendEvent(tx, { ...event('x'), type }));
      const rows = await ledger.db.selectFrom('events').select('type').orderBy('type').execute();
      expect(rows.map(({ type }) => type)).toEqual(['B', '_', 'a', 'b', 'ä']);
    });
  });

  describe('a ledger', () => {
    test('that several open at once for the first time is made once', async () => {
      const url = await server().create();
      const opened = await Promise.all([1, 2, 3, 4].map(() => openLedger(url)));
      await Promise.all(opened.map((one) => one.close()));
    });

    test('that could not be made whole is not half made, and is made later', async () => {
      const url = await server().create();
      await server().run(url, 'create table events (in_the_way int)');
      await expect(openLedger(url)).rejects.toMatchObject({ code: 'ledger_unavailable' });
      await server().run(url, 'drop table events');
      await (await openLedger(url)).close();
    });

    test.each([
      ['taken away', 'drop trigger changes_no_delete on changes'],
      ['switched off', 'alter table changes disable trigger changes_no_delete'],
      [
        'hollowed out',
        'create or replace function changes_no_delete() returns trigger language plpgsql as $$begin return old; end$$',
      ],
      ['left to run with another look at names', 'alter function changes_no_delete() reset search_path'],
    ])('gets back a constraint that was %s', async (_what, statement) => {
      await insertPlanning(raw);
      await raw.run(statement);
      await (await openLedger(raw.location)).close();
      await expect(raw.run('delete from changes')).rejects.toThrow('countersign: changes are kept');
      const settings = "select array_to_string(proconfig, ' ') from pg_proc where proname = 'changes_no_delete'";
      expect(await raw.get(settings)).toBe('search_path=public, pg_temp');
    });

    test('is not opened where commits are not kept', async () => {
      const url = await server().create();
      await server().run(
        url,
        "do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$",
      );
      await expect(openLedger(url)).rejects.toMatchObject({ code: 'ledger_unavailable' });
    });

    test('is emptied by nobody who keeps the triggers', async () => {
      await expect(raw.run('truncate changes cascade')).rejects.toThrow('countersign: ');
      await expect(raw.run('truncate events')).rejects.toThrow('countersign: events is kept');
    });
  });

  test('a server that is gone is said to be, and what was kept is there when it is back', async () => {
    await record(ledger);
    await server().crash();
    await expect(record(ledger)).rejects.toMatchObject({ code: 'ledger_unavailable', retryable: true });
    await expect(eventsOf(ledger.db, 'x')).rejects.toMatchObject({ code: 'ledger_unavailable' });
    await server().start();
    await record(ledger);
    const events = await ledger.db.selectFrom('events').selectAll().execute();
    expect(events).toHaveLength(2);
  });
});
