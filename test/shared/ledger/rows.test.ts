import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statuses } from '#shared/changes/transitions.ts';
import {
  bring,
  claim,
  insertAttempt,
  insertDecision,
  insertOutcome,
  insertPlanning,
  insertSealed,
  insertSnapshot,
  move,
  type Raw,
  rawLedger,
  sealedBody,
  sealOf,
  statusOf,
} from './rows.ts';

let raw: Raw;
beforeAll(async () => {
  raw = await rawLedger();
});
afterAll(() => raw.close());

const intoChanges = `into changes (id, server, tool, agent, blueprint, requester, idempotency_key, fingerprint,
  created_at, expires_at, status, updated_at)
  values (?, 'x', 'x', 'note-bot', 'note-keeper', '{}', ?, ?, '', '', 'planning', '')`;

describe('a change', () => {
  let kept = 0;

  test.each(statuses.filter((status) => status !== 'planning'))('does not begin as %s', (status) => {
    expect(() => insertPlanning(raw, { status })).toThrow('countersign: a change starts as planning');
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
  ])('keeps its %s', (column) => {
    const id = bring(raw, 'pending');
    expect(() => raw.run(`update changes set ${column} = '"other"' where id = ?`, id)).toThrow(
      'countersign: who asked for what is fixed',
    );
    expect(() => raw.run(`update or replace changes set ${column} = '{}' where id = ?`, id)).toThrow('is fixed');
  });

  test('is never deleted', () => {
    const id = bring(raw, 'rejected');
    expect(() => raw.run('delete from changes where id = ?', id)).toThrow('countersign: changes are kept');
    expect(() => raw.run('delete from changes')).toThrow('countersign: changes are kept');
  });

  test('has an agent and a blueprint, or neither', () => {
    expect(() => insertPlanning(raw, { agent: null })).toThrow('CHECK');
    expect(() => insertPlanning(raw, { blueprint: null })).toThrow('CHECK');
    insertPlanning(raw, { agent: null, blueprint: null });
  });

  test.each([
    ['its id', (id: string) => ({ id })],
    ['its fingerprint', () => ({ fingerprint: `kept ${kept}` })],
    ['its idempotency key', () => ({ idempotency_key: `kept ${kept}` })],
  ])('is not replaced by another that shares %s', (_what, same) => {
    kept += 1;
    const id = insertPlanning(raw, { fingerprint: `kept ${kept}`, idempotency_key: `kept ${kept}` });
    const row = { id: 'chg_other', idempotency_key: null, fingerprint: 'other', ...same(id) };
    const values = [row.id, row.idempotency_key, row.fingerprint];
    for (const verb of ['insert', 'insert or replace', 'replace', 'insert or ignore']) {
      expect(() => raw.run(`${verb} ${intoChanges}`, ...values)).toThrow('countersign: this is in changes already');
    }
    expect(raw.db.prepare('select server from changes where id = ?').pluck().get(id)).toBe('notes');
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
  ])('is refused when its body has another %s than its change', (_what, other) => {
    const id = insertPlanning(raw);
    insertSnapshot(raw, id);
    expect(() => insertSealed(raw, id, { body: sealedBody(id, other) })).toThrow(
      'countersign: the sealed body is of another change',
    );
    insertSealed(raw, id);
  });

  test('comes once', () => {
    const id = insertPlanning(raw);
    insertSealed(raw, id);
    expect(() => insertSealed(raw, id, { seal: 'a'.repeat(64) })).toThrow('this is in sealed already');
  });

  test('shares its seal with no other change', () => {
    const [first, second] = [insertPlanning(raw), insertPlanning(raw)];
    insertSealed(raw, first);
    expect(() => insertSealed(raw, second, { seal: sealOf(first) })).toThrow('this is in sealed already');
  });

  test('comes while the change is planned, and not later', () => {
    const id = insertPlanning(raw);
    move(raw, id, 'withdrawn');
    expect(() => insertSealed(raw, id)).toThrow('another change');
  });
});

describe('a decision', () => {
  test('is over the seal of a change that waits for one', () => {
    expect(() => insertDecision(raw, insertPlanning(raw))).toThrow('no such seal waits for a decision');
    for (const status of ['approved', 'rejected', 'withdrawn', 'applied'] as const) {
      const id = bring(raw, status);
      expect(() => insertDecision(raw, id, 'approve', { subject: 'bob' }), status).toThrow('no such seal waits');
    }
    const other = sealOf(bring(raw, 'pending'));
    expect(() => insertDecision(raw, bring(raw, 'pending'), 'approve', { seal: other })).toThrow('no such seal waits');
  });

  test('is one a person and change', () => {
    const id = bring(raw, 'pending');
    insertDecision(raw, id);
    expect(() => insertDecision(raw, id, 'reject')).toThrow('this is in decisions already');
    insertDecision(raw, id, 'approve', { subject: 'bob' });
  });
});

describe('a step', () => {
  test('is begun in order', () => {
    const id = bring(raw, 'dispatched');
    expect(() => insertAttempt(raw, id, 1)).toThrow('countersign: this step may not begin');
    insertAttempt(raw, id, 0);
    expect(() => insertAttempt(raw, id, 1)).toThrow('may not begin');
    insertOutcome(raw, id, 0);
    insertAttempt(raw, id, 1);
    insertOutcome(raw, id, 1);
    expect(() => insertAttempt(raw, id, 2)).toThrow('may not begin');
  });

  test('is not begun again while it is in doubt, nor once it took effect', () => {
    const id = bring(raw, 'dispatched');
    insertAttempt(raw, id, 0);
    expect(() => insertAttempt(raw, id, 0, 2)).toThrow('may not begin');
    insertOutcome(raw, id, 0, 'landed');
    expect(() => insertAttempt(raw, id, 0, 2)).toThrow('may not begin');
  });

  test('is begun again after it certainly did not happen', () => {
    const id = bring(raw, 'dispatched');
    insertAttempt(raw, id, 0);
    insertOutcome(raw, id, 0, 'not_done');
    insertAttempt(raw, id, 0, 2);
  });

  test('is begun by nobody but the executor that holds the change', () => {
    const id = bring(raw, 'dispatched');
    expect(() => insertAttempt(raw, id, 0, 1, 'executor-2')).toThrow('may not begin');
    claim(raw, id, 'executor-2');
    expect(() => insertAttempt(raw, id, 0, 1, 'executor-1')).toThrow('may not begin');
    insertAttempt(raw, id, 0, 1, 'executor-2');
  });

  test.each(statuses.filter((status) => status !== 'dispatched'))('is not begun while its change is %s', (status) => {
    const id = bring(raw, status);
    claim(raw, id);
    const next = { applied: 2, partial: 1 }[status as string] ?? 0;
    expect(() => insertAttempt(raw, id, next, 2)).toThrow('may not begin');
  });

  test('takes effect once', () => {
    const id = bring(raw, 'dispatched');
    insertAttempt(raw, id, 0);
    insertOutcome(raw, id, 0, 'lost');
    insertAttempt(raw, id, 0, 2);
    insertOutcome(raw, id, 0, 'done', 2);
    expect(() => insertOutcome(raw, id, 0, 'landed', 1)).toThrow('this is in outcomes already');
    expect(() => insertOutcome(raw, id, 0, 'done', 3)).toThrow('this is in outcomes already');
  });

  test('ends only if it was begun', () => {
    expect(() => insertOutcome(raw, bring(raw, 'dispatched'), 0)).toThrow('FOREIGN KEY');
  });

  test('has a receipt if it took effect, and none if not', () => {
    const id = bring(raw, 'dispatched');
    insertAttempt(raw, id, 0);
    const insert = "insert into outcomes values (?, 0, 1, ?, ?, '')";
    expect(() => raw.run(insert, id, 'done', null)).toThrow('CHECK');
    expect(() => raw.run(insert, id, 'lost', '{}')).toThrow('CHECK');
    expect(() => raw.run(insert, id, 'done', 'not json')).toThrow('CHECK');
    expect(() => raw.run(insert, id, 'maybe', '{}')).toThrow('CHECK');
  });
});

describe('what is kept', () => {
  const kept = [
    'sealed',
    'snapshots',
    'contents',
    'content_uses',
    'touches',
    'decisions',
    'attempts',
    'outcomes',
    'events',
  ];
  const firstColumn = (table: string): unknown =>
    raw.db.prepare('select name from pragma_table_info(?) limit 1').pluck().get(table);

  beforeAll(() => {
    const id = bring(raw, 'applied');
    raw.run("insert into contents values (?, 1, 'raw', x'00')", 'c'.repeat(64));
    raw.run('insert into content_uses values (?, ?)', id, 'c'.repeat(64));
    raw.run("insert into touches values (?, 'note:a')", id);
    raw.run("insert into events (at, type, actor, body, previous, hash) values ('', 't', '{}', '{}', '', 'h')");
  });

  test.each(kept)('in %s is neither altered, deleted nor replaced', (table) => {
    const column = firstColumn(table);
    const rows = () => raw.db.prepare(`select * from ${table}`).all();
    const before = rows();
    expect(before.length).toBeGreaterThan(0);
    const appendOnly = `countersign: ${table} is append-only`;
    for (const verb of ['update', 'update or replace', 'update or ignore']) {
      expect(() => raw.run(`${verb} ${table} set ${column} = ${column}`)).toThrow(appendOnly);
    }
    expect(() => raw.run(`delete from ${table}`)).toThrow(appendOnly);
    const again = `into ${table} select * from ${table} limit 1`;
    if (table.startsWith('content')) {
      for (const verb of ['insert', 'replace', 'insert or ignore']) raw.run(`${verb} ${again}`);
    } else {
      for (const verb of ['insert', 'replace', 'insert or ignore']) {
        expect(() => raw.run(`${verb} ${again}`)).toThrow(/countersign/);
      }
    }
    expect(rows()).toEqual(before);
  });

  test('in contents is not replaced by way of its row number', () => {
    const insert = "replace into contents (rowid, sha256, bytes, encoding, data) values (1, ?, 0, 'raw', x'')";
    expect(() => raw.run(insert, 'd'.repeat(64))).toThrow('this is in contents already');
  });

  test('keeps its name when somebody upserts', () => {
    const upsert =
      "insert into contents values (?, 0, 'raw', x'') on conflict (sha256) do update set data = excluded.data";
    raw.run(upsert, 'c'.repeat(64));
    expect(raw.db.prepare('select hex(data) from contents where sha256 = ?').pluck().get('c'.repeat(64))).toBe('00');
  });
});

test('what is refused leaves the change where it was', () => {
  const id = bring(raw, 'approved');
  expect(() => raw.run("update changes set status = 'dispatched', note = 'x' where id = ?", id)).toThrow('needs');
  expect(statusOf(raw, id)).toBe('approved');
});
