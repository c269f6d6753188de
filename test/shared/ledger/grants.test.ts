import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onEachEngine, type Raw } from './engines.ts';
import {
  at,
  claim,
  insertAttempt,
  insertDecision,
  insertOutcome,
  insertPlanning,
  insertSealed,
  insertSnapshot,
  later,
  move,
  sealedBody,
  statusOf,
} from './rows.ts';

const offer = { changes: 2, bytes: 100, for_ms: 3_600_000, tools: ['set_notes'], paths: [], flags: [] };
const review = { by: ['local'], quorum: 1, grant: offer };

let made = 0;

type Grant = Readonly<Record<string, unknown>>;

onEachEngine((open) => {
  let raw: Raw;
  beforeAll(async () => {
    raw = await open();
  });
  afterAll(() => raw.close());

  async function pending(more: Readonly<Record<string, unknown>> = {}, row: Grant = {}): Promise<string> {
    const id = await insertPlanning(raw, row);
    await insertSnapshot(raw, id);
    await insertSealed(raw, id, { body: sealedBody(id, { ...more, ...(row['server'] !== undefined && row) }) });
    await move(raw, id, 'pending');
    return id;
  }

  async function insertGrant(change: string, other: Grant = {}): Promise<string> {
    made += 1;
    const row = {
      id: `grt_${made}`,
      change_id: change,
      server: 'notes',
      agent: 'note-bot',
      blueprint: 'note-keeper',
      changes: 2,
      bytes: 100,
      granted_at: at,
      expires_at: later,
      issuer: 'local',
      subject: 'alice',
      envelope: '{}',
      ...other,
    };
    const columns = Object.keys(row);
    await raw.run(`insert into grants (${columns}) values (${columns.map(() => '?')})`, ...Object.values(row));
    return row.id as string;
  }

  /** A change that was approved with a grant, and carried out unless it is said otherwise. */
  async function granted(other: Grant = {}, { isApplied = true } = {}): Promise<string> {
    const origin = await pending({ review });
    await insertDecision(raw, origin);
    const grant = await insertGrant(origin, other);
    await move(raw, origin, 'approved');
    if (!isApplied) return grant;
    await claim(raw, origin);
    await move(raw, origin, 'dispatched');
    for (const step of [0, 1]) {
      await insertAttempt(raw, origin, step);
      await insertOutcome(raw, origin, step);
    }
    await insertSnapshot(raw, origin, 'after', '6'.repeat(64));
    await move(raw, origin, 'applied');
    return grant;
  }

  const use = (change: string, grant: string, { number = 1, bytes = 10, when = at } = {}): Promise<void> =>
    raw.run('insert into grant_uses values (?, ?, ?, ?, ?)', change, grant, number, bytes, when);

  const end = (grant: string, why = 'revoked'): Promise<void> =>
    raw.run('insert into grant_ends values (?, ?, null, ?, ?, ?)', grant, why, 'enough', '{}', at);

  const decideUnder = async (change: string, grant: string): Promise<void> => {
    const columns = 'change_id, verb, issuer, subject, seal, decided_at, expires_at, envelope';
    const seal = await raw.get('select seal from sealed where change_id = ?', change);
    await raw.run(
      `insert into decisions (${columns}) values (?, 'approve', 'countersign:grant', ?, ?, ?, ?, '{}')`,
      change,
      grant,
      seal,
      at,
      later,
    );
  };

  describe('a grant is given', () => {
    const refused = 'countersign: nobody gave such a grant';

    test('with a person’s approval of a change that offers one', async () => {
      const origin = await pending({ review });
      await expect(insertGrant(origin)).rejects.toThrow(refused);
      await insertDecision(raw, origin);
      await insertGrant(origin);
    });

    test('with an approval, and not with a rejection', async () => {
      const origin = await pending({ review });
      await insertDecision(raw, origin, 'reject');
      await expect(insertGrant(origin)).rejects.toThrow(refused);
    });

    test.each([
      ['more changes than were offered', { changes: 3 }],
      ['more bytes than were offered', { bytes: 101 }],
      ['another person', { subject: 'mallory' }],
      ['another agent', { agent: 'other-bot' }],
      ['another blueprint', { blueprint: 'other' }],
      ['another server', { server: 'other' }],
      ['another time than that of the approval', { granted_at: '2027-01-01T00:00:00.001Z' }],
    ])('not for %s', async (_what, other) => {
      const origin = await pending({ review });
      await insertDecision(raw, origin);
      await expect(insertGrant(origin, other)).rejects.toThrow(refused);
    });

    test.each([
      ['offers none', { by: ['local'], quorum: 1 }],
      ['two people decide', { ...review, quorum: 2 }],
    ])('not with a change that %s', async (_what, of) => {
      const origin = await pending({ review: of });
      await insertDecision(raw, origin);
      await expect(insertGrant(origin)).rejects.toThrow(refused);
    });

    test('not once the change is decided', async () => {
      const origin = await pending({ review });
      await insertDecision(raw, origin);
      await move(raw, origin, 'approved');
      await expect(insertGrant(origin)).rejects.toThrow(refused);
    });
  });

  describe('a change comes under a grant', () => {
    const refused = 'countersign: the grant does not go so far';

    test('while it waits, and is approved with it', async () => {
      const grant = await granted();
      const change = await pending();
      await decideUnder(change, grant);
      await expect(move(raw, change, 'approved')).rejects.toThrow('countersign: pending to approved needs');
      await use(change, grant);
      await move(raw, change, 'approved');
      expect(await statusOf(raw, change)).toBe('approved');
    });

    test('not before the change is applied that the grant was given with', async () => {
      const grant = await granted({}, { isApplied: false });
      await expect(use(await pending(), grant)).rejects.toThrow(refused);
    });

    test('not one byte too much, all together', async () => {
      const grant = await granted();
      await use(await pending(), grant, { bytes: 60 });
      await expect(use(await pending(), grant, { number: 2, bytes: 41 })).rejects.toThrow(refused);
      await use(await pending(), grant, { number: 2, bytes: 40 });
    });

    test('not one too many, and each in its order', async () => {
      const grant = await granted();
      await expect(use(await pending(), grant, { number: 2 })).rejects.toThrow(refused);
      await use(await pending(), grant, { number: 1 });
      await expect(use(await pending(), grant, { number: 1 })).rejects.toThrow('countersign: ');
      await use(await pending(), grant, { number: 2 });
      await expect(use(await pending(), grant, { number: 3 })).rejects.toThrow(refused);
    });

    test('not when its time is over', async () => {
      await expect(use(await pending(), await granted(), { when: later })).rejects.toThrow(refused);
    });

    test('not of another agent, and not of another server', async () => {
      const grant = await granted();
      const others = await pending({ requester: { kind: 'agent', agent: 'other-bot' } }, { agent: 'other-bot' });
      await expect(use(others, grant)).rejects.toThrow(refused);
      const elsewhere = await pending({ server: 'other' }, { server: 'other' });
      await expect(use(elsewhere, grant)).rejects.toThrow(refused);
    });

    test('not once the grant has ended, and what came under it is not begun', async () => {
      const grant = await granted();
      const [first, second] = [await pending(), await pending()];
      await use(first, grant);
      await decideUnder(first, grant);
      await move(raw, first, 'approved');
      await claim(raw, first);
      await move(raw, first, 'dispatched');
      await end(grant);
      await expect(use(second, grant, { number: 2 })).rejects.toThrow(refused);
      await expect(insertAttempt(raw, first, 0)).rejects.toThrow('countersign: the grant was taken back');
    });

    test('and is not approved with one that ended since', async () => {
      const grant = await granted();
      const change = await pending();
      await use(change, grant);
      await decideUnder(change, grant);
      await end(grant, 'path');
      await expect(move(raw, change, 'approved')).rejects.toThrow('countersign: pending to approved needs');
    });
  });

  test('a grant ends once', async () => {
    const grant = await granted();
    await end(grant);
    await expect(end(grant)).rejects.toThrow(raw.already);
    await expect(end(await granted(), 'bored')).rejects.toThrow();
  });

  test.each(['grants', 'grant_ends', 'grant_uses'])('%s only grow', async (table) => {
    const grant = await granted();
    await use(await pending(), grant);
    await end(grant);
    const id = table === 'grants' ? 'id' : 'grant_id';
    const kept = `countersign: ${table} is append-only`;
    await expect(raw.run(`delete from ${table} where ${id} = ?`, grant)).rejects.toThrow(kept);
    for (const update of raw.updates) {
      await expect(raw.run(`${update} ${table} set ${id} = ? where ${id} = ?`, grant, grant)).rejects.toThrow(kept);
    }
  });
});
