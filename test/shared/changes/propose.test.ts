import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decide } from '#shared/changes/decide.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { readContents } from '#shared/ledger/contents.ts';
import { eventsOf } from '#shared/ledger/events.ts';
import { findSealed, findSnapshot } from '#shared/ledger/proposals.ts';
import { alice, bob, type NotesKit, notesBlueprint, notesKit, workAll } from '#test/fakes/notes-kit.ts';

let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit();
});
afterEach(() => kit.close());

const tables = ['changes', 'sealed', 'snapshots', 'contents', 'content_uses', 'touches', 'events'];
async function rows(): Promise<number> {
  let count = 0;
  for (const table of tables) {
    const found = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(kit.ledger.db);
    count += found.rows[0]?.n ?? 0;
  }
  return count;
}

describe('a proposal', () => {
  test('becomes a change that waits, and nothing is written', async () => {
    kit.store.write('a', 'old');
    const proposed = await kit.propose({ a: 'new' });
    expect(proposed).toMatchObject({ status: 'pending', summary: 'Set a', reversible: { kind: 'full' } });
    expect(proposed.expiresAt).toBe('2027-01-03T03:04:05.000Z');
    expect(kit.store.log).toEqual(['find a']);
    const snapshot = JSON.parse((await findSnapshot(kit.ledger.db, proposed.changeId, 'before'))?.body ?? '');
    const contents = await readContents(kit.ledger.db, kit.ledger.vault, proposed.changeId);
    expect(Buffer.from(contents.get(snapshot.notes[0].content.sha256) ?? []).toString()).toBe('old');
    expect((await eventsOf(kit.ledger.db, proposed.changeId)).map(({ type }) => type)).toEqual([
      'change.asked',
      'change.pending',
    ]);
  });

  test('tells its agent neither nonce, snapshot nor seal', async () => {
    const proposed = await kit.propose({ a: 'new' });
    const kept = await findSealed(kit.ledger.db, proposed.changeId);
    const body = JSON.parse(kept?.body ?? '');
    const told = JSON.stringify(proposed);
    for (const secret of [body.nonce, body.snapshot, kept?.seal]) expect(told).not.toContain(secret);
  });

  test('outside the scope reaches no backend', async () => {
    await expect(kit.propose({ a: 'x', z: 'x' })).rejects.toMatchObject({ code: 'out_of_scope' });
    expect(kit.store.log).toEqual([]);
    expect(await rows()).toBe(0);
  });

  test('whose target proves to be another than granted is refused, and nothing is kept', async () => {
    kit.store.alias('a', 'secret');
    kit.store.write('secret', 'hidden text');
    const refused = kit.propose({ a: 'x' });
    await expect(refused).rejects.toMatchObject({ code: 'out_of_scope' });
    await expect(refused).rejects.not.toThrow('hidden text');
    expect(await rows()).toBe(0);
  });

  test.each([
    [{ notes: [] }, 'notes'],
    [{ notes: [{ id: 'a' }] }, 'notes.0.text'],
    [{ notes: [{ id: 'a', text: 1 }] }, 'notes.0.text'],
    [{ unknown: 1 }, 'unknown'],
    [{ reason: undefined }, 'reason'],
    [JSON.parse('{"__proto__": {"reason": "x"}, "reason": 5}'), 'reason'],
  ])('with wrong arguments says which (%#)', async (more, where) => {
    const refused = kit.propose({ a: 'x' }, more);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_arguments' });
    await expect(refused).rejects.toThrow(where);
    expect(kit.store.log).toEqual([]);
  });

  test('leaves nothing half kept when the backend does not answer', async () => {
    kit.store.fail('find', 'fail_before');
    await expect(kit.propose({ a: 'x' })).rejects.toThrow();
    kit.store.fail('find', 'unavailable');
    await expect(kit.propose({ a: 'x' })).rejects.toThrow();
    expect(await rows()).toBe(0);
  });

  test('leaves nothing half kept when it cannot be sealed or kept', async () => {
    await expect(kit.propose({ a: 'x' }, { reason: '\ud800' })).rejects.toThrow();
    expect(await rows()).toBe(0);
    await sql`alter table touches rename to gone`.execute(kit.ledger.db);
    await expect(kit.propose({ a: 'x' })).rejects.toThrow('touches');
    await sql`alter table gone rename to touches`.execute(kit.ledger.db);
    expect(await rows()).toBe(0);
  });

  test('of a blueprint whose delegation has ended is refused', async () => {
    kit.blueprint = notesBlueprint(['a'], 'delegation: { granted_by: bob, reason: x, expires: 2027-01-01 }');
    await expect(kit.propose({ a: 'x' })).rejects.toMatchObject({ code: 'not_permitted' });
    expect(kit.store.log).toEqual([]);
  });
});

describe('the same proposal again', () => {
  test('is the same change, whatever its reason, while that is open', async () => {
    const first = await kit.propose({ a: 'x' });
    expect(await kit.propose({ a: 'x' }, { reason: 'another' })).toEqual(first);
    expect((await kit.propose({ a: 'y' })).changeId).not.toBe(first.changeId);
    await kit.decide(first.changeId);
    expect(await kit.propose({ a: 'x' })).toEqual({ ...first, status: 'approved' });
    await workAll(kit.context);
    expect((await kit.propose({ a: 'x' })).changeId).not.toBe(first.changeId);
  });

  test('is the same change when both come at once', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => kit.propose({ a: 'x' })));
    expect(new Set(all.map(({ changeId }) => changeId)).size).toBe(1);
  });

  test('of another blueprint or agent is another change', async () => {
    const first = await kit.propose({ a: 'x' });
    kit.blueprint = { ...kit.blueprint, name: 'other' };
    expect((await kit.propose({ a: 'x' })).changeId).not.toBe(first.changeId);
  });

  test('a key stands for the open change that it found, also when that has ended', async () => {
    const { changeId } = await kit.propose({ a: 'x' });
    for (const key of ['k', 'l']) {
      expect((await kit.propose({ a: 'x' }, { idempotency_key: key })).changeId).toBe(changeId);
    }
    await kit.decide(changeId, 'reject');
    for (const key of ['k', 'l']) {
      expect(await kit.propose({ a: 'x' }, { idempotency_key: key })).toMatchObject({ changeId, status: 'rejected' });
    }
    await expect(kit.propose({ a: 'y' }, { idempotency_key: 'k' })).rejects.toMatchObject({
      code: 'idempotency_conflict',
    });
    expect((await kit.propose({ a: 'x' }, { idempotency_key: 'm' })).changeId).not.toBe(changeId);
  });

  test('under the same key is the same change, even after it ended', async () => {
    const first = await kit.propose({ a: 'x' }, { idempotency_key: 'k' });
    await kit.decide(first.changeId, 'reject');
    expect(await kit.propose({ a: 'x' }, { idempotency_key: 'k' })).toEqual({ ...first, status: 'rejected' });
    expect((await kit.propose({ a: 'x' }, { idempotency_key: 'l' })).changeId).not.toBe(first.changeId);
  });

  test('under a key of other content is refused, and of another blueprint it is not', async () => {
    await kit.propose({ a: 'x' }, { idempotency_key: 'k' });
    kit.store.log.length = 0;
    await expect(kit.propose({ a: 'y' }, { idempotency_key: 'k' })).rejects.toMatchObject({
      code: 'idempotency_conflict',
    });
    expect(kit.store.log).toEqual([]);
    kit.blueprint = { ...kit.blueprint, name: 'other' };
    await kit.propose({ a: 'y' }, { idempotency_key: 'k' });
  });
});

describe('the limits of a blueprint', () => {
  test('end what waits at once, even when all come at the same time', async () => {
    kit.blueprint = notesBlueprint(['a', 'b', 'c'], 'limits: { pending: 2 }');
    const all = await Promise.allSettled(['a', 'b', 'c'].map((note) => kit.propose({ [note]: 'x' })));
    expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(2);
    expect(all.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'limit_reached' } });
  });

  test('count an hour', async () => {
    kit.blueprint = notesBlueprint(['a', 'b', 'c'], 'limits: { writes_per_hour: 1 }');
    const { changeId } = await kit.propose({ a: 'x' });
    await kit.decide(changeId, 'reject');
    await expect(kit.propose({ b: 'x' })).rejects.toMatchObject({ code: 'limit_reached' });
    kit.clock.advance(3_600_000);
    await kit.propose({ b: 'x' });
  });
});

describe('a decision', () => {
  test('approves, once', async () => {
    const { changeId } = await kit.propose({ a: 'x' });
    expect(await kit.decide(changeId)).toBe('approved');
    await expect(kit.decide(changeId)).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(kit.decide(changeId, 'reject', bob)).rejects.toMatchObject({ code: 'wrong_state' });
  });

  test('rejects with its reason', async () => {
    const { changeId } = await kit.propose({ a: 'x' });
    expect(await kit.decide(changeId, 'reject')).toBe('rejected');
    expect((await findChange(kit.ledger.db, changeId))?.note).toBe('looked at it');
    await workAll(kit.context);
    expect(kit.store.writes('a')).toBe(0);
  });

  test('needs the seal that was shown', async () => {
    const { changeId } = await kit.propose({ a: 'x' });
    const context = { ledger: kit.ledger, key: kit.key, now: kit.clock.now };
    for (const seal of ['', 'f'.repeat(64)]) {
      const input = { changes: [{ changeId, seal }], verb: 'approve', approver: alice, reason: '' } as const;
      await expect(decide(context, input)).rejects.toMatchObject({ code: 'seal_mismatch' });
    }
    expect(await kit.status(changeId)).toBe('pending');
  });

  test('is taken from those whom the rule names', async () => {
    const { changeId } = await kit.propose({ a: 'x' });
    const stranger = { issuer: 'https://elsewhere', subject: 'alice' };
    await expect(kit.decide(changeId, 'approve', stranger)).rejects.toMatchObject({ code: 'not_permitted' });
  });

  test('comes in time or the change has expired', async () => {
    const { changeId } = await kit.propose({ a: 'x' });
    kit.clock.advance(24 * 3_600_000);
    await expect(kit.decide(changeId)).rejects.toMatchObject({ code: 'expired' });
    expect(await kit.status(changeId)).toBe('expired');
  });

  test('of one person counts once where two are asked for', async () => {
    kit.blueprint = { ...kit.blueprint, review: { ...kit.blueprint.review, quorum: 2 as 1 } };
    const { changeId } = await kit.propose({ a: 'x' });
    expect(await kit.decide(changeId, 'approve', alice)).toBe('pending');
    await expect(kit.decide(changeId, 'approve', alice)).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(kit.decide(changeId, 'reject', alice)).rejects.toMatchObject({ code: 'wrong_state' });
    expect(await kit.decide(changeId, 'approve', bob)).toBe('approved');
  });

  test('of an unknown change is not found', async () => {
    await expect(kit.decide(`chg_${'0'.repeat(26)}`)).rejects.toMatchObject({ code: 'not_found' });
  });
});
