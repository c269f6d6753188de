import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callRecord } from '#shared/changes/call-record.ts';
import { callsSince } from '#shared/changes/calls-since.ts';
import { appendOnlyTables } from '#shared/ledger/append-only.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { createRoles } from '#shared/ledger/postgres/roles.ts';
import { numbered, onPostgres, postgresRaw, type Raw } from './engines.ts';
import { rightsInForce, rightsWanted } from './rights.ts';
import { bring, insertDecision, insertPlanning, insertSealed, insertSnapshot, recordMove } from './rows.ts';

const names = ['github', 'tickets', 'knowledge', 'approvals', 'auditor'];

onPostgres((server) => {
  let raw: Raw;
  const users = new Map<string, pg.Client>();
  const urlOf = (name: string): string => raw.location.replace('postgres@', `countersign_${name}@`);

  beforeAll(async () => {
    raw = await postgresRaw(server());
    await createRoles(raw.location, names);
    for (const name of names) {
      const client = new pg.Client({ connectionString: urlOf(name) });
      await client.connect();
      users.set(name, client);
    }
  });
  afterAll(async () => {
    for (const client of users.values()) await client.end();
    await raw.close();
  });

  async function as(name: string, text: string, values: readonly unknown[] = []): Promise<unknown[]> {
    return (await users.get(name)?.query(text, [...values]))?.rows ?? [];
  }
  /** The same helpers as for the owner, with the rights of a server. */
  const rawAs = (name: string): Raw => ({
    ...raw,
    run: async (text, ...values) => {
      await as(name, numbered(text), values);
    },
  });
  /** A change of GitHub's, brought to where it is by the owner. */
  const ofGithub = async (status: Parameters<typeof bring>[1]): Promise<string> => bring(raw, status, 'github');
  const event = `insert into events (at, type, change_id, actor, body, previous, hash)
    values ('', 'x', $1, $2, '{}', coalesce((select hash from last_event), repeat('0', 64)), $3)`;
  const denied = /permission denied/;
  const outside = /row-level security/;

  describe.each(names)('%s', (name) => {
    test('opens the ledger that its owner made', async () => {
      const ledger = await openLedger(urlOf(name));
      await ledger.close();
    });

    const kept = ['changes', ...appendOnlyTables];
    test.each(kept)('neither deletes, empties, locks nor alters %s', async (table) => {
      await expect(as(name, `delete from ${table}`)).rejects.toThrow(denied);
      await expect(as(name, `truncate ${table}`)).rejects.toThrow(denied);
      await expect(as(name, `lock table ${table} in access exclusive mode`)).rejects.toThrow(/permission denied|LOCK/);
      for (const what of ['disable trigger all', 'disable row level security', 'add column x text']) {
        await expect(as(name, `alter table ${table} ${what}`)).rejects.toThrow('must be owner');
      }
      const [column] = (await raw.all(
        'select column_name from information_schema.columns where table_name = ? order by ordinal_position limit 1',
        table,
      )) as { column_name: string }[];
      await expect(as(name, `update ${table} set ${column?.column_name} = ${column?.column_name}`)).rejects.toThrow(
        denied,
      );
    });

    test('gets no rights by another way', async () => {
      await expect(as(name, "set session_replication_role = 'replica'")).rejects.toThrow(denied);
      await expect(as(name, 'set role postgres')).rejects.toThrow(denied);
      await expect(as(name, 'create table mine (a text)')).rejects.toThrow(denied);
      await expect(as(name, 'create temporary table sealed (a text)')).rejects.toThrow(denied);
      await expect(as(name, 'drop trigger changes_move on changes')).rejects.toThrow('must be owner');
      await expect(
        as(name, 'create or replace function changes_move() returns trigger as $$$$ language sql'),
      ).rejects.toThrow(denied);
      await expect(as(name, 'insert into kysely_migration values ($1, $2)', ['x', 'y'])).rejects.toThrow(denied);
    });

    test.skipIf(name === 'auditor')('writes in no transaction that looks at an old state', async () => {
      await as(name, 'begin isolation level repeatable read');
      const written = as(name, "update changes set note = 'x'");
      await expect(written).rejects.toThrow('countersign: only read committed');
      await as(name, 'rollback');
    });
  });

  describe('a server with a backend', () => {
    test('proposes and sees its own changes', async () => {
      const id = await insertPlanning(rawAs('github'), { server: 'github' });
      await insertSnapshot(rawAs('github'), id);
      await insertSealed(rawAs('github'), id, { server: 'github' });
      expect(await as('github', 'select id from changes where id = $1', [id])).toHaveLength(1);
      expect(await as('github', 'select 1 from sealed where change_id = $1', [id])).toHaveLength(1);
    });

    test('neither sees nor touches what is another’s', async () => {
      const id = await bring(raw, 'applied', 'github');
      for (const table of ['sealed', 'snapshots', 'attempts', 'outcomes', 'decisions']) {
        expect(await as('github', `select 1 from ${table} where change_id = $1`, [id]), table).not.toHaveLength(0);
        expect(await as('tickets', `select 1 from ${table} where change_id = $1`, [id]), table).toHaveLength(0);
      }
      expect(await as('tickets', 'select 1 from changes where id = $1', [id])).toHaveLength(0);
      const open = await ofGithub('pending');
      await as('tickets', "update changes set status = 'withdrawn' where id = $1", [open]);
      expect(await raw.get('select status from changes where id = ?', open)).toBe('pending');
      await expect(insertPlanning(rawAs('tickets'), { server: 'github' })).rejects.toThrow(outside);
      const planning = await ofGithub('planning');
      await expect(insertSnapshot(rawAs('tickets'), planning)).rejects.toThrow(outside);
      await expect(as('tickets', "insert into touches values ($1, 'r')", [planning])).rejects.toThrow(outside);
    });

    test('reads the contents of its own changes alone', async () => {
      const digest = 'c'.repeat(64);
      await raw.run('insert into contents values (?, 1, 1)', digest);
      await raw.run('insert into content_uses values (?, ?)', await ofGithub('planning'), digest);
      const chunk = "insert into content_chunks values ($1, 0, 1, 'raw', null, null, '\\x07')";
      await expect(as('tickets', chunk, [digest])).rejects.toThrow(outside);
      await as('github', chunk, [digest]);
      await raw.run("insert into content_drops (sha256, days, at) values (?, 1, '')", digest);
      for (const table of ['contents', 'content_chunks', 'content_drops']) {
        expect(await as('github', `select sha256 from ${table}`), table).toEqual([{ sha256: digest }]);
        expect(await as('tickets', `select sha256 from ${table}`), table).toEqual([]);
      }
    });

    test('decides nothing', async () => {
      const id = await ofGithub('pending');
      await expect(insertDecision(rawAs('github'), id)).rejects.toThrow(denied);
      // Even with a person's decision there, perhaps one of several that are needed.
      await insertDecision(raw, id);
      await recordMove(raw, id, 'approved');
      const approve = as('github', "update changes set status = 'approved' where id = $1", [id]);
      await expect(approve).rejects.toThrow('countersign: this user may not make this move');
    });

    test('stops nothing, and ends no stop', async () => {
      const stop = "insert into stops (scope, reason, actor, at) values ('all', 'r', '{}', '')";
      await expect(as('github', stop)).rejects.toThrow(denied);
      await expect(as('github', "insert into stop_ends values (1, 'r', '{}', '')")).rejects.toThrow(denied);
    });

    test('holds nothing, ends no hold, and drops nothing', async () => {
      const hold = "insert into holds (scope, value, reason, actor, at) values ('agent', 'a', 'r', '{}', '')";
      for (const name of ['github', 'tickets']) {
        await expect(as(name, hold)).rejects.toThrow(denied);
        await expect(as(name, "insert into hold_ends values (1, 'r', '{}', '')")).rejects.toThrow(denied);
        await expect(as(name, "insert into content_drops values (1, 'c', 1, '')")).rejects.toThrow(denied);
      }
    });

    test('records only what it or an agent did, to changes of its own', async () => {
      const id = await ofGithub('pending');
      const itself = '{"kind":"server","server":"github"}';
      await as('github', event, [id, itself, 'h1']);
      await as('github', event, [id, '{"kind":"agent","agent":"a"}', 'h2']);
      for (const other of ['{"kind":"person","subject":"alice"}', '{"kind":"server","server":"approvals"}', '{}']) {
        await expect(as('github', event, [id, other, 'h3'])).rejects.toThrow(outside);
      }
      await expect(as('github', event, [null, itself, 'h3'])).rejects.toThrow(outside);
      await expect(as('tickets', event, [id, '{"kind":"server","server":"tickets"}', 'h3'])).rejects.toThrow(outside);
      await expect(as('github', event.replace('coalesce', "'f' || coalesce"), [id, itself, 'h3'])).rejects.toThrow(
        'does not follow the last event',
      );
      expect(await as('tickets', 'select 1 from events where change_id = $1', [id])).toEqual([]);
    });
  });

  test('a server with a backend records what was read there alone, and sees of others what was untrusted', async () => {
    await as('github', event.replace("'x', $1", "'tool.read', $1").replace("'{}'", `'{"server":"github"}'`), [
      null,
      '{"kind":"agent","agent":"a"}',
      'r1',
    ]);
    const read = `insert into reads (first_at, at, agent, blueprint, server, tool, thing, name, trust, event)
      values ('', '', 'a', 'b', $1, 't', 'page:1', 'Page', $2, $3)`;
    await as('github', read, ['github', 'trusted', 'r1']);
    await as('github', read, ['github', 'untrusted', 'r1']);
    await expect(as('github', read, ['tickets', 'trusted', 'r1'])).rejects.toThrow(outside);
    await expect(as('approvals', read, ['github', 'trusted', 'r1'])).rejects.toThrow(denied);
    const seen = (name: string) => as(name, "select trust from reads where server = 'github' order by id");
    expect(await seen('github')).toEqual([{ trust: 'trusted' }, { trust: 'untrusted' }]);
    expect(await seen('approvals')).toEqual(await seen('github'));
    expect(await seen('tickets')).toEqual([{ trust: 'untrusted' }]);
  });

  test('approvals notes what was forgotten, which the server whose it was sees, and no other', async () => {
    const stone = `insert into tombstones (server, backend, thing, name, reason, actor, at)
      values ('knowledge', 'h', 'page:1', 'Page', 'r', '{}', '') returning id`;
    const [{ id }] = (await as('approvals', stone)) as [{ id: string }];
    const text = 'insert into tombstone_texts values ($1, $2)';
    await as('approvals', text, [id, 'c'.repeat(64)]);
    for (const name of ['github', 'knowledge', 'auditor']) {
      await expect(as(name, stone)).rejects.toThrow(denied);
      await expect(as(name, text, [id, 'd'.repeat(64)])).rejects.toThrow(denied);
    }
    for (const table of ['tombstones', 'tombstone_texts']) {
      expect(await as('knowledge', `select 1 from ${table}`), table).toHaveLength(1);
      expect(await as('tickets', `select 1 from ${table}`), table).toHaveLength(0);
    }
  });

  test('the knowledge server records what was read there and what its changes left, and nothing of an operator', async () => {
    const actor = '{"kind":"agent","agent":"a"}';
    const call = event.replace("'x', $1", "'tool.read', $1").replace("'{}'", `'{"server":"knowledge"}'`);
    await as('knowledge', call, [null, actor, 'k1']);
    const read = `insert into reads (first_at, at, agent, blueprint, server, tool, thing, name, trust, event)
      values ('', '', 'a', 'b', $1, 't', 'page:1', 'Page', 'untrusted', 'k1')`;
    await as('knowledge', read, ['knowledge']);
    await expect(as('knowledge', read, ['github'])).rejects.toThrow(outside);
    const person = '{"kind":"person","issuer":"local","subject":"operator"}';
    for (const type of ['import.begun', 'entry.forgotten', 'reads.dropped']) {
      await expect(as('knowledge', event.replace("'x', $1", '$1, null'), [type, person, 'k2'])).rejects.toThrow(
        outside,
      );
    }
    const dropped = "insert into read_drops (until, days, at) values ('', 2, '1')";
    for (const name of ['knowledge', 'approvals']) await expect(as(name, dropped)).rejects.toThrow(denied);
    expect(await as('knowledge', 'select at is null as empty from latest_time')).toEqual([{ empty: false }]);
    const id = await bring(raw, 'dispatched', 'knowledge');
    const left = `insert into things_left (server, thing, version, made, change_id, agent, blueprint, at)
      select $2, 'page:1', '1', 0, id, agent, blueprint, '' from changes where id = $1`;
    await as('knowledge', left, [id, 'knowledge']);
    await expect(as('tickets', left, [id, 'tickets'])).resolves.toEqual([]);
    await expect(as('knowledge', left, [id, 'github'])).rejects.toThrow('it left no such thing');
  });

  test('a server with a backend records calls of agents that made no change, of its own alone', async () => {
    const call = event.replace("'x', $1, $2, '{}'", '$1, null, $2, \'{"server":"github"}\'');
    const agent = '{"kind":"agent","agent":"a"}';
    await as('github', call, ['tool.read', agent, 'c1']);
    await as('github', call, ['tool.denied', agent, 'c2']);
    await expect(as('tickets', call, ['tool.read', agent, 'c3'])).rejects.toThrow(outside);
    await expect(as('github', call, ['tool.other', agent, 'c3'])).rejects.toThrow(outside);
    await expect(as('github', call, ['tool.read', '{"kind":"person","subject":"a"}', 'c3'])).rejects.toThrow(outside);
    expect(await as('github', "select 1 from events where type = 'tool.read'")).toEqual([]);
    expect(await as('approvals', "select 1 from events where type = 'tool.read'")).not.toEqual([]);
    const ledger = await openLedger(urlOf('github'));
    const problems: unknown[] = [];
    const now = (): Date => new Date();
    const calls = callRecord({ ledger, now, onProblem: (error) => void problems.push(error) });
    const actor = { kind: 'agent', agent: 'batch-bot', blueprint: 'b' } as const;
    for (const tool of ['one', 'two', 'three']) {
      calls.begin()({ type: 'tool.read', actor, body: { server: 'github', tool, outcome: 'ok', asks: [] }, told: [] });
    }
    await calls.close();
    await ledger.close();
    expect(problems).toEqual([]);
    const owner = await openLedger(raw.location);
    const found = await callsSince(owner.db, { agent: 'batch-bot', since: '2020-01-01T00:00:00Z' });
    await owner.close();
    expect(found.read.groups.map(({ tool }) => tool).sort()).toEqual(['one', 'three', 'two']);
  });

  describe('approvals', () => {
    test('decides, and sees everything', async () => {
      const id = await ofGithub('pending');
      await insertDecision(rawAs('approvals'), id);
      await recordMove(rawAs('approvals'), id, 'approved');
      await as('approvals', "update changes set status = 'approved' where id = $1", [id]);
      expect(await raw.get('select status from changes where id = ?', id)).toBe('approved');
      expect(await as('approvals', 'select 1 from sealed where change_id = $1', [id])).toHaveLength(1);
    });

    test('stops, and ends stops', async () => {
      const stop = "insert into stops (scope, reason, actor, at) values ('all', 'r', '{}', '') returning id";
      const [{ id }] = (await as('approvals', stop)) as [{ id: string }];
      await as('approvals', "insert into stop_ends values ($1, 'r', '{}', '')", [id]);
    });

    test('holds, and ends holds', async () => {
      const hold =
        "insert into holds (scope, value, reason, actor, at) values ('agent', 'a', 'r', '{}', '') returning id";
      const [{ id }] = (await as('approvals', hold)) as [{ id: string }];
      await as('approvals', "insert into hold_ends values ($1, 'r', '{}', '')", [id]);
      const dropped = as('approvals', "insert into content_drops (sha256, days, at) values ('c', 1, '')");
      await expect(dropped).rejects.toThrow(denied);
    });

    test('notes who looks at what waits, and nobody else does', async () => {
      const note = "insert into assignments (change_id, assignee, actor, at) values ($1, null, '{}', '')";
      const id = await ofGithub('pending');
      await as('approvals', note, [id]);
      await expect(as('github', note, [id])).rejects.toThrow(denied);
      await expect(as('approvals', note, [await ofGithub('approved')])).rejects.toThrow('does not wait');
    });

    test('keeps no review as seen, which the server of the backend does of what waits for one', async () => {
      const seen = `insert into reviews_seen (change_id, phase, review, state, head, account, login, may_write, submitted_at, seen_at)
        values ($1, 'waiting', 'r', 'approved', 'h', 'a', 'l', 1, '', '')`;
      const id = await ofGithub('pending');
      await expect(as('approvals', seen, [id])).rejects.toThrow(denied);
      await expect(as('github', seen, [id])).rejects.toThrow('it waits for no review');
    });

    test('begins and ends no step', async () => {
      const id = await ofGithub('dispatched');
      const attempt = "insert into attempts values ($1, 0, 1, 's', 'executor-1', '')";
      await expect(as('approvals', attempt, [id])).rejects.toThrow(denied);
      const outcome = "insert into outcomes values ($1, 0, 1, 'done', '{}', '')";
      await expect(as('approvals', outcome, [id])).rejects.toThrow(denied);
    });

    test('carries nothing out', async () => {
      const id = await ofGithub('approved');
      await as('approvals', "update changes set claimed_by = 'executor-1', lease_until = 1 where id = $1", [id]);
      await recordMove(raw, id, 'dispatched');
      const dispatch = as('approvals', "update changes set status = 'dispatched' where id = $1", [id]);
      await expect(dispatch).rejects.toThrow('countersign: this user may not make this move');
    });

    test('makes sets of restores, of changes of every server, and compares nothing', async () => {
      const id = await ofGithub('applied');
      const restore = await insertPlanning(rawAs('approvals'), { server: 'github', restores: `{"change_id":"${id}"}` });
      await as('approvals', 'insert into restored values ($1, $2)', [id, restore]);
      await as('approvals', "insert into sets values ('set_1', $1, '{}', '')", ['5'.repeat(64)]);
      await as('approvals', "insert into set_members values ('set_1', 0, $1)", [restore]);
      const difference = "insert into differences values ($1, '{}')";
      await expect(as('approvals', difference, [restore])).rejects.toThrow(denied);
      await expect(as('tickets', difference, [restore])).rejects.toThrow(/row-level security|no restore is planned/);
      await as('github', difference, [restore]);
      expect(await as('github', 'select * from restored where change_id = $1', [restore])).toHaveLength(1);
      expect(await as('tickets', 'select * from differences where change_id = $1', [restore])).toEqual([]);
      for (const table of ['restored', 'sets', 'set_members', 'set_seals']) {
        await expect(as('github', `insert into ${table} select * from ${table}`)).rejects.toThrow(denied);
      }
      await recordMove(raw, restore, 'compared');
      await as('github', "update changes set status = 'compared' where id = $1", [restore]);
      const seal = `insert into set_seals values ('set_1', $1, '{"set_id":"set_1"}', '')`;
      await as('approvals', seal, ['6'.repeat(64)]);
    });

    test('asks for restores and for people, and proposes nothing', async () => {
      await expect(insertPlanning(rawAs('approvals'))).rejects.toThrow(outside);
      await insertPlanning(rawAs('approvals'), { restores: '{}' });
      const asked = { server: 'github', agent: null, blueprint: null };
      const request = "insert into requested values ($1, '{}', null)";
      await as('approvals', request, [await insertPlanning(rawAs('approvals'), asked)]);
      // A server that could ask in a person's name could also plan what nobody asked for.
      await expect(as('github', request, [await insertPlanning(rawAs('github'), asked)])).rejects.toThrow(denied);
      expect(await as('github', 'select * from requested')).toHaveLength(1);
      expect(await as('tickets', 'select * from requested')).toEqual([]);
      const id = await ofGithub('planning');
      await expect(insertSealed(rawAs('approvals'), id)).rejects.toThrow(denied);
      await expect(insertSnapshot(rawAs('approvals'), id)).rejects.toThrow(denied);
      const contents = as('approvals', 'insert into contents values ($1, 0, 0)', ['e'.repeat(64)]);
      await expect(contents).rejects.toThrow(denied);
    });
  });

  describe('the auditor', () => {
    test('reads the whole record, and writes nothing', async () => {
      const id = await ofGithub('applied');
      for (const table of ['changes', 'sealed', 'snapshots', 'events', 'decisions']) {
        expect(await as('auditor', `select * from ${table}`), table).toHaveLength(
          (await raw.all(`select * from ${table}`)).length,
        );
      }
      await expect(insertPlanning(rawAs('auditor'))).rejects.toThrow(denied);
      await expect(as('auditor', "update changes set note = 'x' where id = $1", [id])).rejects.toThrow(denied);
      await expect(recordMove(rawAs('auditor'), id, 'unknown')).rejects.toThrow(denied);
    });
  });

  test('every table and view has its place: who may do what to which rows', async () => {
    expect(await rightsInForce(raw)).toEqual(rightsWanted);
  });

  test('the rights are the same when they are given again', async () => {
    const rights = () =>
      raw.all(`select grantee, table_name, column_name, privilege_type from information_schema.column_privileges
        where grantee like 'countersign%' order by 1, 2, 3, 4`);
    const before = await rights();
    await createRoles(raw.location, names);
    expect(await rights()).toEqual(before);
    expect(before.length).toBeGreaterThan(0);
  });

  test('a user that may do everything already is not taken for a server’s', async () => {
    await server().run('postgres', 'create role countersign_wiki superuser');
    await expect(createRoles(raw.location, ['wiki'])).rejects.toMatchObject({ code: 'bad_configuration' });
    await expect(createRoles(raw.location, ["x'; drop"])).rejects.toMatchObject({ code: 'bad_configuration' });
  });
});
