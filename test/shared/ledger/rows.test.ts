import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statuses } from '#shared/changes/transitions.ts';
import { onEachEngine, type Raw } from './engines.ts';
import {
  bring,
  claim,
  insertAttempt,
  insertDecision,
  insertOutcome,
  insertPlanning,
  insertSealed,
  insertSnapshot,
  leave,
  move,
  recordMove,
  sealedBody,
  sealOf,
  statusOf,
} from './rows.ts';

const intoChanges = `into changes (id, server, tool, agent, blueprint, requester, idempotency_key, fingerprint,
  created_at, expires_at, status, updated_at)
  values (?, 'x', 'x', 'note-bot', 'note-keeper', '{}', ?, ?, '', '', 'planning', '')`;

onEachEngine((open) => {
  let raw: Raw;
  beforeAll(async () => {
    raw = await open();
  });
  afterAll(() => raw.close());

  describe('a change', () => {
    let kept = 0;

    test.each(statuses.filter((status) => status !== 'planning'))('does not begin as %s', async (status) => {
      await expect(insertPlanning(raw, { status })).rejects.toThrow('countersign: a change starts as planning');
    });

    test.each([
      'id',
      'server',
      'tool',
      'agent',
      'blueprint',
      'requester',
      'restores',
      'idempotency_key',
      'fingerprint',
      'created_at',
      'expires_at',
    ])('keeps its %s', async (column) => {
      const id = await bring(raw, 'pending');
      for (const update of raw.updates) {
        const changed = raw.run(`${update} changes set ${column} = '{}' where id = ?`, id);
        await expect(changed, update).rejects.toThrow('countersign: who asked for what is fixed');
      }
    });

    test('is never deleted', async () => {
      const id = await bring(raw, 'rejected');
      await expect(raw.run('delete from changes where id = ?', id)).rejects.toThrow('countersign: changes are kept');
      await expect(raw.run('delete from changes')).rejects.toThrow('countersign: changes are kept');
    });

    test('has an agent and a blueprint, or neither', async () => {
      await expect(insertPlanning(raw, { agent: null })).rejects.toThrow(/check/i);
      await expect(insertPlanning(raw, { blueprint: null })).rejects.toThrow(/check/i);
      await insertPlanning(raw, { agent: null, blueprint: null });
    });

    test.each([
      ['its id', (id: string) => ({ id })],
      ['its fingerprint', () => ({ fingerprint: `kept ${kept}` })],
      ['its idempotency key', () => ({ idempotency_key: `kept ${kept}` })],
    ])('is not replaced by another that shares %s', async (_what, same) => {
      kept += 1;
      const id = await insertPlanning(raw, { fingerprint: `kept ${kept}`, idempotency_key: `kept ${kept}` });
      const row = { id: 'chg_other', idempotency_key: null, fingerprint: 'other', ...same(id) };
      const values = [row.id, row.idempotency_key, row.fingerprint];
      for (const verb of raw.inserts) {
        await expect(raw.run(`${verb} ${intoChanges}`, ...values)).rejects.toThrow(raw.already);
      }
      expect(await raw.get('select server from changes where id = ?', id)).toBe('notes');
    });
  });

  describe('the sealed row', () => {
    test.each([
      ['change_id', { change_id: 'chg_other' }],
      ['server', { server: 'github' }],
      ['tool', { tool: 'other' }],
      ['agent', { requester: { kind: 'agent', agent: 'other' } }],
      ['person', { requester: { kind: 'person' } }],
      ['blueprint', { blueprint: { name: 'other' } }],
      ['missing blueprint', { blueprint: null }],
      ['created_at', { created_at: 'other' }],
      ['expires_at', { expires_at: 'other' }],
      ['snapshot', { snapshot: 'f'.repeat(64) }],
      ['number of steps', { steps: ['one'] }],
      ['steps that are no list', { steps: 2 }],
    ])('is refused when its body has another %s than its change', async (_what, other) => {
      const id = await insertPlanning(raw);
      await insertSnapshot(raw, id);
      await expect(insertSealed(raw, id, { body: sealedBody(id, other) })).rejects.toThrow(
        'countersign: the sealed body is of another change',
      );
      await insertSealed(raw, id);
    });

    test('comes once', async () => {
      const id = await insertPlanning(raw);
      await insertSealed(raw, id);
      await expect(insertSealed(raw, id, { seal: 'a'.repeat(64) })).rejects.toThrow(raw.already);
    });

    test('shares its seal with no other change', async () => {
      const [first, second] = [await insertPlanning(raw), await insertPlanning(raw)];
      await insertSealed(raw, first);
      await expect(insertSealed(raw, second, { seal: sealOf(first) })).rejects.toThrow(raw.already);
    });

    test('comes while the change is planned, and not later', async () => {
      const id = await insertPlanning(raw);
      await move(raw, id, 'withdrawn');
      await expect(insertSealed(raw, id)).rejects.toThrow('another change');
    });
  });

  describe('a decision', () => {
    test('is over the seal of a change that waits for one', async () => {
      await expect(insertDecision(raw, await insertPlanning(raw))).rejects.toThrow('no such seal waits for a decision');
      for (const status of ['approved', 'rejected', 'withdrawn', 'applied'] as const) {
        const id = await bring(raw, status);
        await expect(insertDecision(raw, id, 'approve', { subject: 'bob' }), status).rejects.toThrow(
          'no such seal waits',
        );
      }
      const other = sealOf(await bring(raw, 'pending'));
      await expect(insertDecision(raw, await bring(raw, 'pending'), 'approve', { seal: other })).rejects.toThrow(
        'no such seal waits',
      );
    });

    test('is one a person and change', async () => {
      const id = await bring(raw, 'pending');
      await insertDecision(raw, id);
      await expect(insertDecision(raw, id, 'reject')).rejects.toThrow(raw.already);
      await insertDecision(raw, id, 'approve', { subject: 'bob' });
    });

    const rule = { issuer: 'countersign:policy', subject: 'note-keeper#0' };
    const leftToRule = async (other: Readonly<Record<string, unknown>> = {}): Promise<string> => {
      const id = await insertPlanning(raw);
      await insertSnapshot(raw, id);
      const body = sealedBody(id, { review: { quorum: 2, decide: 'policy', ...other } });
      await insertSealed(raw, id, { body });
      await move(raw, id, 'pending');
      return id;
    };

    test('of a rule counts where the sealed review leaves the change to it, and nowhere else', async () => {
      const id = await leftToRule();
      await insertDecision(raw, id, 'approve', rule);
      await move(raw, id, 'approved');
      for (const other of [await bring(raw, 'pending'), await leftToRule({ decide: 'people' })]) {
        await insertDecision(raw, other, 'approve', rule);
        await expect(move(raw, other, 'approved')).rejects.toThrow('pending to approved needs');
      }
    });

    test('of a rule is none of the people whom the rule asks for', async () => {
      const id = await leftToRule({ decide: undefined });
      await insertDecision(raw, id, 'approve', rule);
      await insertDecision(raw, id);
      await expect(move(raw, id, 'approved')).rejects.toThrow('pending to approved needs');
      await insertDecision(raw, id, 'approve', { subject: 'bob' });
      await move(raw, id, 'approved');
    });

    test('of a rule only approves, and only what an agent asked for', async () => {
      const refused = 'countersign: only a person may decide so';
      await expect(insertDecision(raw, await leftToRule(), 'reject', rule)).rejects.toThrow(refused);
      const id = await insertPlanning(raw, { agent: null, blueprint: null });
      await insertSnapshot(raw, id);
      await raw.run('insert into requested values (?, ?, null)', id, '{"arguments":{}}');
      const asked = {
        requester: { kind: 'person' },
        blueprint: null,
        arguments: {},
        review: { decide: 'policy' },
      };
      await insertSealed(raw, id, { body: sealedBody(id, asked) });
      await move(raw, id, 'pending');
      await expect(insertDecision(raw, id, 'approve', rule)).rejects.toThrow(refused);
    });
  });

  describe('what a change left', () => {
    test('is noted while it is carried out, for its own server, agent and blueprint', async () => {
      const left = (id: string, other: Readonly<Record<string, unknown>> = {}) => leave(raw, id, other);
      for (const status of ['pending', 'approved', 'applied', 'partial', 'failed'] as const) {
        await expect(left(await bring(raw, status)), status).rejects.toThrow('countersign: it left no such thing');
      }
      const id = await bring(raw, 'dispatched');
      for (const other of [{ server: 'pages' }, { agent: 'other-bot' }, { agent: null }, { blueprint: 'other' }]) {
        await expect(left(id, other), JSON.stringify(other)).rejects.toThrow('countersign: it left no such thing');
      }
      await left(id);
      await left(await bring(raw, 'unknown'), { version: null, made: 0 });
    });
  });

  describe('a step', () => {
    test('is begun in order', async () => {
      const id = await bring(raw, 'dispatched');
      await expect(insertAttempt(raw, id, 1)).rejects.toThrow('countersign: this step may not begin');
      await insertAttempt(raw, id, 0);
      await expect(insertAttempt(raw, id, 1)).rejects.toThrow('may not begin');
      await insertOutcome(raw, id, 0);
      await insertAttempt(raw, id, 1);
      await insertOutcome(raw, id, 1);
      await expect(insertAttempt(raw, id, 2)).rejects.toThrow('may not begin');
    });

    test('is not begun again while it is in doubt, nor once it took effect', async () => {
      const id = await bring(raw, 'dispatched');
      await insertAttempt(raw, id, 0);
      await expect(insertAttempt(raw, id, 0, 2)).rejects.toThrow('may not begin');
      await insertOutcome(raw, id, 0, 'landed');
      await expect(insertAttempt(raw, id, 0, 2)).rejects.toThrow('may not begin');
    });

    test('is begun again after it certainly did not happen', async () => {
      const id = await bring(raw, 'dispatched');
      await insertAttempt(raw, id, 0);
      await insertOutcome(raw, id, 0, 'not_done');
      await insertAttempt(raw, id, 0, 2);
    });

    test('is begun by nobody but the executor that holds the change', async () => {
      const id = await bring(raw, 'dispatched');
      await expect(insertAttempt(raw, id, 0, 1, 'executor-2')).rejects.toThrow('may not begin');
      await claim(raw, id, 'executor-2');
      await expect(insertAttempt(raw, id, 0, 1, 'executor-1')).rejects.toThrow('may not begin');
      await insertAttempt(raw, id, 0, 1, 'executor-2');
    });

    test.each(statuses.filter((status) => status !== 'dispatched'))(
      'is not begun while its change is %s',
      async (status) => {
        const id = await bring(raw, status);
        await claim(raw, id);
        const next = { applied: 2, partial: 1 }[status as string] ?? 0;
        await expect(insertAttempt(raw, id, next, 2)).rejects.toThrow('may not begin');
      },
    );

    test('takes effect once', async () => {
      const id = await bring(raw, 'dispatched');
      await insertAttempt(raw, id, 0);
      await insertOutcome(raw, id, 0, 'lost');
      await insertAttempt(raw, id, 0, 2);
      await insertOutcome(raw, id, 0, 'done', 2);
      await expect(insertOutcome(raw, id, 0, 'landed', 1)).rejects.toThrow(raw.already);
      await expect(insertOutcome(raw, id, 0, 'done', 3)).rejects.toThrow(raw.already);
    });

    test('ends only if it was begun', async () => {
      await expect(insertOutcome(raw, await bring(raw, 'dispatched'), 0)).rejects.toThrow(/foreign key/i);
    });

    test('has a receipt if it took effect, and none if not', async () => {
      const id = await bring(raw, 'dispatched');
      await insertAttempt(raw, id, 0);
      const insert = "insert into outcomes values (?, 0, 1, ?, ?, '')";
      await expect(raw.run(insert, id, 'done', null)).rejects.toThrow(/check/i);
      await expect(raw.run(insert, id, 'lost', '{}')).rejects.toThrow(/check/i);
      await expect(raw.run(insert, id, 'done', 'not json')).rejects.toThrow(/check/i);
      await expect(raw.run(insert, id, 'maybe', '{}')).rejects.toThrow(/check/i);
    });
  });

  const hex = (digit: string): string => digit.repeat(64);

  describe('a restore', () => {
    const of = (...ids: string[]) =>
      `{"change_id":"${ids[0]}"${ids[1] ? `,"also":["${ids.slice(1).join('","')}"]` : ''}}`;
    const note = (id: string, restore: string) => raw.run('insert into restored values (?, ?)', id, restore);

    test('notes what it puts back, and nothing else, and all of it before it goes on', async () => {
      const [one, two, three] = [await bring(raw, 'applied'), await bring(raw, 'applied'), await bring(raw, 'applied')];
      const restore = await insertPlanning(raw, { restores: of(one, two) });
      await expect(note(three, restore)).rejects.toThrow('countersign: it does not restore this');
      await note(one, restore);
      await expect(move(raw, restore, 'failed')).rejects.toThrow('countersign: what it restores is not noted');
      await note(two, restore);
      await move(raw, restore, 'failed');
      await expect(note(one, await insertPlanning(raw))).rejects.toThrow('countersign: it does not restore this');
    });

    test('is compared, and becomes a member of a set, while it is planned', async () => {
      const id = await bring(raw, 'applied');
      const restore = await insertPlanning(raw, { restores: of(id) });
      await note(id, restore);
      await raw.run("insert into sets values ('set_2', ?, '{}', '')", hex('5'));
      const member = (position: number, change: string) =>
        raw.run("insert into set_members values ('set_2', ?, ?)", position, change);
      const seal = `insert into set_seals values ('set_2', ?, ?, '')`;
      await member(0, restore);
      await expect(raw.run(seal, hex('7'), '{"set_id":"set_2"}')).rejects.toThrow(
        'countersign: this set is not planned',
      );
      await expect(member(1, id)).rejects.toThrow('countersign: this set takes no such member');
      await move(raw, restore, 'compared');
      await expect(raw.run("insert into differences values (?, '{}')", restore)).rejects.toThrow(
        'no restore is planned',
      );
      await expect(raw.run(seal, hex('7'), '{"set_id":"set_1"}')).rejects.toThrow(
        'countersign: this set is not planned',
      );
      await raw.run(seal, hex('7'), '{"set_id":"set_2"}');
      const late = await insertPlanning(raw, { restores: of(id) });
      await expect(member(1, late)).rejects.toThrow('countersign: this set takes no such member');
    });
  });

  describe('a change comes after another one', () => {
    const comes = (id: string, after: string, depth = 1) =>
      raw.run('insert into afters values (?, ?, ?)', id, after, depth);
    const refused = 'countersign: it cannot come after that';

    test('of the same agent, sealed before it, and only before it is sealed itself', async () => {
      const first = await bring(raw, 'pending');
      for (const other of [{ agent: 'other-bot' }, { blueprint: 'other' }]) {
        await expect(comes(await insertPlanning(raw, other), first)).rejects.toThrow(refused);
      }
      const id = await insertPlanning(raw);
      await expect(comes(id, await insertPlanning(raw))).rejects.toThrow(refused);
      await expect(comes(id, id)).rejects.toThrow(refused);
      await expect(comes(id, first, 2)).rejects.toThrow(refused);
      await expect(comes(await bring(raw, 'pending'), first)).rejects.toThrow(refused);
      await comes(id, first);
      await expect(comes(await insertPlanning(raw), id)).rejects.toThrow(refused);
    });

    test('and what is sealed of it says so, with that one’s seal', async () => {
      const first = await bring(raw, 'pending');
      const id = await insertPlanning(raw);
      await comes(id, first);
      const wrong = [
        undefined,
        { change_id: first },
        { change_id: id, seal: sealOf(first) },
        { change_id: first, seal: '' },
      ];
      for (const after of wrong) {
        const sealed = insertSealed(raw, id, { body: sealedBody(id, { after }) });
        await expect(sealed, JSON.stringify(after)).rejects.toThrow('countersign: it comes after another change');
      }
      const alone = await insertPlanning(raw);
      const after = { change_id: first, seal: sealOf(first) };
      const sealed = insertSealed(raw, alone, { body: sealedBody(alone, { after }) });
      await expect(sealed).rejects.toThrow('countersign: it comes after another change');
      await insertSealed(raw, id, { body: sealedBody(id, { after }) });
    });
  });

  describe('a change is a new version of another one', () => {
    const replaces = (id: string, supersedes: string, version = 2) =>
      raw.run('insert into versions values (?, ?, ?)', id, supersedes, version);
    const refused = 'countersign: it cannot be a version of that';

    test('of the same agent, blueprint, server and tool, that waits or was rejected, and before it is sealed', async () => {
      const first = await bring(raw, 'pending');
      const others = [{ agent: 'other-bot' }, { blueprint: 'other' }, { server: 'pages' }, { tool: 'other' }];
      for (const other of others) {
        await expect(replaces(await insertPlanning(raw, other), first), JSON.stringify(other)).rejects.toThrow(refused);
      }
      const id = await insertPlanning(raw);
      for (const status of ['planning', 'approved', 'applied', 'withdrawn', 'expired', 'superseded'] as const) {
        const replaced = replaces(id, await bring(raw, status));
        await expect(replaced, status).rejects.toThrow(/it cannot be a version of that|this is in versions already/);
      }
      await expect(replaces(id, id)).rejects.toThrow(refused);
      await expect(replaces(await bring(raw, 'pending'), first)).rejects.toThrow(refused);
      for (const version of [1, 3, 11]) await expect(replaces(id, first, version)).rejects.toThrow(refused);
      await replaces(id, first);
      await replaces(await insertPlanning(raw), await bring(raw, 'rejected'));
    });

    test('which has no other one, and no more than there may be', async () => {
      let before = await bring(raw, 'pending');
      for (let version = 2; version <= 10; version += 1) {
        const id = await insertPlanning(raw);
        await replaces(id, before, version);
        const another = replaces(await insertPlanning(raw), before, version);
        await expect(another).rejects.toThrow(/this is in versions already|duplicate key/);
        await insertSnapshot(raw, id);
        const supersedes = { change_id: before, seal: sealOf(before), version };
        await insertSealed(raw, id, { body: sealedBody(id, { supersedes }) });
        await move(raw, id, 'pending');
        before = id;
      }
      await expect(replaces(await insertPlanning(raw), before, 11)).rejects.toThrow(/check constraint/i);
    });

    test('and what is sealed of it says so, with that one’s seal, for the same target', async () => {
      const first = await bring(raw, 'pending');
      const id = await insertPlanning(raw);
      await replaces(id, first);
      const right = { change_id: first, seal: sealOf(first), version: 2 };
      const wrong = [
        {},
        { supersedes: { ...right, change_id: id } },
        { supersedes: { ...right, seal: sealOf(id) } },
        { supersedes: { ...right, version: 3 } },
        { supersedes: right, target: { notebook: 'another' } },
        { supersedes: right, backend: 'another' },
      ];
      for (const other of wrong) {
        const sealed = insertSealed(raw, id, { body: sealedBody(id, other) });
        await expect(sealed, JSON.stringify(other)).rejects.toThrow('countersign: it is a version of another change');
      }
      const alone = await insertPlanning(raw);
      const sealed = insertSealed(raw, alone, { body: sealedBody(alone, { supersedes: right }) });
      await expect(sealed).rejects.toThrow('countersign: it is a version of another change');
      await insertSealed(raw, id, { body: sealedBody(id, { supersedes: right }) });
    });
  });

  describe('what a person asks for', () => {
    const request = (id: string, args: object = { page: 'p\u0000' }, about: string | null = null) =>
      raw.run('insert into requested values (?, ?, ?)', id, JSON.stringify({ arguments: args }), about);
    const persons = () => insertPlanning(raw, { agent: null, blueprint: null });
    const seal = (id: string, args?: object) =>
      insertSealed(raw, id, {
        body: sealedBody(id, { requester: { kind: 'person' }, blueprint: null, ...(args && { arguments: args }) }),
      });

    test('is kept with a change that no agent asked for, before it is planned', async () => {
      const refused = 'countersign: no person asks for this';
      await expect(request(await insertPlanning(raw))).rejects.toThrow(refused);
      const restores = `{"change_id":"${await bring(raw, 'applied')}"}`;
      await expect(request(await insertPlanning(raw, { agent: null, blueprint: null, restores }))).rejects.toThrow(
        refused,
      );
      const id = await persons();
      await request(id);
      await move(raw, id, 'failed');
      const other = await persons();
      await move(raw, other, 'failed');
      await expect(request(other)).rejects.toThrow(refused);
    });

    test('is about a change of the same server that was carried out, or about none', async () => {
      const refused = 'countersign: no person asks for this';
      await expect(request(await persons(), {}, await bring(raw, 'pending'))).rejects.toThrow(refused);
      const applied = await bring(raw, 'applied');
      const elsewhere = await insertPlanning(raw, { agent: null, blueprint: null, server: 'pages' });
      await expect(request(elsewhere, {}, applied)).rejects.toThrow(refused);
      await request(await persons(), {}, applied);
      await request(await persons(), {}, await bring(raw, 'partial'));
    });

    test('is what is sealed, and nothing else', async () => {
      const refused = 'countersign: this is not what the person asked for';
      const id = await persons();
      await insertSnapshot(raw, id);
      await expect(seal(id, { page: 'p\u0000' })).rejects.toThrow(refused);
      await request(id);
      for (const other of [undefined, {}, { page: 'q' }, { page: 'p\u0000', more: 1 }]) {
        await expect(seal(id, other), JSON.stringify(other)).rejects.toThrow(refused);
      }
      await seal(id, { page: 'p\u0000' });
      await move(raw, id, 'pending');
    });
  });

  describe('what is kept', () => {
    const kept = [
      'sealed',
      'snapshots',
      'contents',
      'content_uses',
      'content_chunks',
      'content_drops',
      'touches',
      'decisions',
      'attempts',
      'outcomes',
      'events',
      'stops',
      'stop_ends',
      'holds',
      'hold_ends',
      'restored',
      'requested',
      'differences',
      'sets',
      'set_members',
      'set_seals',
      'afters',
      'versions',
      'things_left',
      'reads',
      'read_drops',
      'tombstones',
      'tombstone_texts',
    ];
    const keptOnce = ['contents', 'content_chunks', 'content_uses'];
    beforeAll(async () => {
      const id = await bring(raw, 'applied');
      await raw.run('insert into contents values (?, 1, 1)', 'c'.repeat(64));
      await raw.run("insert into content_chunks values (?, 0, 1, 'raw', null, null, ?)", 'c'.repeat(64), Buffer.of(0));
      await raw.run('insert into content_uses values (?, ?)', id, 'c'.repeat(64));
      await raw.run("insert into content_drops values (1, ?, 30, '')", 'c'.repeat(64));
      await raw.run("insert into holds values (1, 'change', ?, 'because', '{}', '')", id);
      await raw.run("insert into hold_ends values (1, 'because', '{}', '')");
      const restore = await insertPlanning(raw, { restores: `{"change_id":"${id}"}` });
      await raw.run('insert into restored values (?, ?)', id, restore);
      const asked = await insertPlanning(raw, { agent: null, blueprint: null });
      await raw.run('insert into requested values (?, ?, null)', asked, '{"arguments":{}}');
      await raw.run("insert into sets values ('set_1', ?, '{}', '')", hex('5'));
      await raw.run("insert into set_members values ('set_1', 0, ?)", restore);
      await raw.run("insert into differences values (?, '{}')", restore);
      await move(raw, restore, 'compared');
      await raw.run(`insert into set_seals values ('set_1', ?, '{"set_id":"set_1"}', '')`, hex('6'));
      await raw.run(`insert into reads (first_at, at, agent, blueprint, server, tool, thing, name, trust, event)
        values ('', '', 'a', 'b', 's', 't', 'page:1', 'Page', 'trusted', (select hash from last_event))`);
      await raw.run("insert into read_drops values (1, '', 30, '2027')");
      await raw.run("insert into tombstones values (1, 's', 'h', 'page:1', 'Page', 'because', '{}', '')");
      await raw.run('insert into tombstone_texts values (1, ?)', 'c'.repeat(64));
      // A second one is in force, so that no chunk may be deleted.
      await raw.run("insert into holds values (2, 'change', ?, 'because', '{}', '')", id);
      await raw.run('insert into afters values (?, ?, 1)', await insertPlanning(raw), id);
      await bring(raw, 'superseded');
      await leave(raw, await bring(raw, 'dispatched'));
      await raw.run("insert into touches values (?, 'note:a')", id);
      const columns = 'at, type, actor, body, previous, hash';
      const last = await raw.get('select hash from last_event');
      await raw.run(`insert into events (${columns}) values ('', 't', '{}', '{}', ?, 'h')`, last);
      await raw.run("insert into stops (id, scope, reason, actor, at) values (1, 'all', 'because', '{}', '')");
      await raw.run("insert into stop_ends values (1, 'because', '{}', '')");
    });

    test('as an event carries on the last one', async () => {
      const event = "insert into events (at, type, actor, body, previous, hash) values ('', 't', '{}', '{}', ?, ?)";
      for (const previous of ['0'.repeat(64), 'other', '']) {
        await expect(raw.run(event, previous, 'h2')).rejects.toThrow(
          'countersign: this does not follow the last event',
        );
      }
    });

    test.each(kept)('in %s is neither altered, deleted nor replaced', async (table) => {
      const before = await raw.all(`select * from ${table}`);
      const column = Object.keys(before[0] ?? {})[0];
      const appendOnly = `countersign: ${table} is append-only`;
      for (const verb of raw.updates) {
        await expect(raw.run(`${verb} ${table} set ${column} = ${column}`), verb).rejects.toThrow(appendOnly);
      }
      await expect(raw.run(`delete from ${table}`)).rejects.toThrow(appendOnly);
      const again = `into ${table} select * from ${table} limit 1`;
      for (const verb of raw.inserts) {
        const inserted = raw.run(`${verb} ${again}`);
        if (raw.engine === 'sqlite' && keptOnce.includes(table)) await inserted;
        else await expect(inserted, verb).rejects.toThrow(/countersign|duplicate key/);
      }
      expect(await raw.all(`select * from ${table}`)).toEqual(before);
    });

    test('in contents is not replaced by way of its row number', async () => {
      if (raw.engine === 'postgres') return;
      const insert = 'replace into contents (rowid, sha256, bytes, chunks) values (1, ?, 0, 0)';
      await expect(raw.run(insert, 'd'.repeat(64))).rejects.toThrow('this is in contents already');
      const chunk = `replace into content_chunks (rowid, sha256, position, bytes, encoding, data)
        values (1, ?, 1, 0, 'raw', x'')`;
      await expect(raw.run(chunk, 'c'.repeat(64))).rejects.toThrow('this is in content_chunks already');
    });

    test('keeps its name when somebody upserts', async () => {
      const upsert = 'insert into contents values (?, 0, 0) on conflict (sha256) do update set bytes = excluded.bytes';
      const upserted = raw.run(upsert, 'c'.repeat(64));
      if (raw.engine === 'sqlite') await upserted;
      else await expect(upserted).rejects.toThrow('countersign: contents is append-only');
      expect(Number(await raw.get('select bytes from contents where sha256 = ?', 'c'.repeat(64)))).toBe(1);
    });
  });

  test('what is refused leaves the change where it was', async () => {
    const id = await bring(raw, 'approved');
    await recordMove(raw, id, 'dispatched');
    const moved = raw.run("update changes set status = 'dispatched', note = 'x' where id = ?", id);
    await expect(moved).rejects.toThrow('needs');
    expect(await statusOf(raw, id)).toBe('approved');
  });
});
