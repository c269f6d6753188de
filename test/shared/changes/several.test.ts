import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DecisionInput, decide } from '#shared/changes/decide.ts';
import { signDecision, verifyDecision } from '#shared/changes/decision.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { alice, bob, type NotesKit, notesKit, workAll, workOnce } from '#test/fakes/notes-kit.ts';
import { lookAt } from '../ledger/engines.ts';

let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit();
});
afterEach(() => kit.close());

async function proposed(notes: Record<string, string>): Promise<string> {
  return (await kit.propose(notes)).changeId;
}

async function shown(ids: readonly string[]): Promise<DecisionInput['changes']> {
  const seals = await Promise.all(ids.map((id) => findSealed(kit.ledger.db, id)));
  return ids.map((changeId, index) => ({ changeId, seal: seals[index]?.seal ?? '' }));
}

async function decideOn(ids: readonly string[], other: Partial<DecisionInput> = {}) {
  const input = { changes: await shown(ids), verb: 'approve', approver: alice, reason: 'all of it', ...other } as const;
  return decide({ ledger: kit.ledger, key: kit.key, now: kit.clock.now }, input);
}

const statuses = (ids: readonly string[]) => Promise.all(ids.map((id) => kit.status(id)));

const wrote = () => kit.store.log.filter((call) => call.startsWith('put')).map((call) => call.slice(4, 5));

describe('one decision over several changes', () => {
  test('approves all of them under one signature, and each is carried out', async () => {
    const ids = [await proposed({ a: '1' }), await proposed({ b: '1' }), await proposed({ c: '1' })];
    expect(await decideOn(ids)).toEqual(ids.map((changeId) => ({ changeId, status: 'approved' })));
    const rows = (await Promise.all(ids.map((id) => decisionsOf(kit.ledger.db, id)))).flat();
    expect(rows.map((row) => row.change_id)).toEqual(ids);
    expect(new Set(rows.map((row) => row.envelope)).size).toBe(1);
    const { changes } = verifyDecision(kit.context.keys(), rows[0]?.envelope ?? '');
    expect(changes.map((one) => one.change_id)).toEqual(ids);
    await workAll(kit.context);
    expect(await statuses(ids)).toEqual(['applied', 'applied', 'applied']);
  });

  test('is, where it is over one alone, the statement that it always was', async () => {
    const id = await kit.approved({ a: '1' });
    const [row] = await decisionsOf(kit.ledger.db, id);
    const { payload } = JSON.parse(row?.envelope ?? '') as { payload: string };
    expect(JSON.parse(Buffer.from(payload, 'base64').toString())).toEqual({
      format: 'countersign/decision@1',
      change_id: id,
      seal: row?.seal,
      verb: 'approve',
      approver: alice,
      decided_at: row?.decided_at,
      expires_at: row?.expires_at,
      reason: 'looked at it',
    });
  });

  test('rejects all of them', async () => {
    const ids = [await proposed({ a: '1' }), await proposed({ b: '1' })];
    await decideOn(ids, { verb: 'reject' });
    expect(await statuses(ids)).toEqual(['rejected', 'rejected']);
  });

  test('decides none when one seal is another, one is not waiting, or one does not exist', async () => {
    const [one, two, gone] = [await proposed({ a: '1' }), await proposed({ b: '1' }), await proposed({ c: '1' })];
    await kit.decide(gone, 'reject');
    const good = await shown([one, two]);
    const bad: Record<string, DecisionInput['changes']> = {
      seal_mismatch: [...good.slice(0, 1), { changeId: two, seal: 'f'.repeat(64) }],
      wrong_state: [...good, ...(await shown([gone]))],
      not_found: [...good, { changeId: `chg_${'0'.repeat(26)}`, seal: 'f'.repeat(64) }],
      invalid_arguments: [...good, ...good],
    };
    for (const [code, changes] of Object.entries(bad)) {
      await expect(decideOn([], { changes })).rejects.toMatchObject({ code });
    }
    await expect(decideOn([])).rejects.toMatchObject({ code: 'invalid_arguments' });
    const named = decideOn([], { changes: bad['seal_mismatch'] ?? [] });
    await expect(named).rejects.toThrow(`Nothing was decided, because of ${two}: `);
    expect(await statuses([one, two])).toEqual(['pending', 'pending']);
    expect(await decisionsOf(kit.ledger.db, one)).toEqual([]);
  });

  test('decides none when one expired, and names it', async () => {
    const old = await proposed({ a: '1' });
    kit.clock.advance(3_600_000);
    const young = await proposed({ b: '1' });
    kit.clock.advance(23 * 3_600_000);
    const late = decideOn([young, old]);
    await expect(late).rejects.toMatchObject({ code: 'expired', message: expect.stringContaining(old) });
    await expect(late).rejects.not.toThrow(young);
    expect(await statuses([old, young])).toEqual(['expired', 'pending']);
  });

  test('counts until the first of them expires', async () => {
    const old = await proposed({ a: '1' });
    kit.clock.advance(3_600_000);
    const young = await proposed({ b: '1' });
    await decideOn([young, old]);
    kit.clock.advance(23 * 3_600_000);
    await workAll(kit.context);
    expect(await statuses([old, young])).toEqual(['expired', 'expired']);
    expect(wrote()).toEqual([]);
  });

  test('counts for one person in each, and waits for the others where the rule wants more', async () => {
    kit.blueprint = { ...kit.blueprint, review: { ...kit.blueprint.review, quorum: 2 as 1 } };
    kit.blueprints.set(kit.blueprint.name, kit.blueprint);
    const ids = [await proposed({ a: '1' }), await proposed({ b: '1' })];
    await decideOn(ids);
    await expect(decideOn(ids)).rejects.toMatchObject({ code: 'wrong_state' });
    expect(await statuses(ids)).toEqual(['pending', 'pending']);
    await kit.decide(ids[1] ?? '', 'approve', bob);
    expect(await statuses(ids)).toEqual(['pending', 'approved']);
  });

  test('its order is the order in which changes of one resource are carried out, whatever their age', async () => {
    const [first, second, third] = [
      await proposed({ a: 'x' }),
      await proposed({ a: 'y', b: 'y' }),
      await proposed({ b: 'z' }),
    ];
    await decideOn([third, second, first]);
    await workOnce(kit.context);
    expect(wrote()).toEqual(['b']);
    await workAll(kit.context);
    expect(await statuses([third, second, first])).toEqual(['applied', 'stale', 'applied']);
    expect([kit.store.get('a').text, kit.store.get('b').text]).toEqual(['x', 'z']);
  });
});

describe('an approval of several does not carry', () => {
  test('a change that it does not name, or names by another seal', async () => {
    const ids = [await proposed({ a: '1' }), await proposed({ b: '1' })];
    await decideOn(ids);
    const [row] = await decisionsOf(kit.ledger.db, ids[0] ?? '');
    const said = verifyDecision(kit.context.keys(), row?.envelope ?? '');
    const look = await lookAt(kit.ledgerPath);
    const forge = (id: string | undefined, changes: typeof said.changes) =>
      look.run(
        'update decisions set envelope = ? where change_id = ?',
        signDecision(kit.key, { ...said, changes }),
        id,
      );
    await forge(ids[0], said.changes.slice(1));
    await forge(ids[1], [...said.changes.slice(0, 1), { change_id: ids[1] ?? '', seal: '0'.repeat(64) }]);
    await look.close();
    await workAll(kit.context);
    expect(await statuses(ids)).toEqual(['revoked', 'revoked']);
    expect(wrote()).toEqual([]);
  });
});
