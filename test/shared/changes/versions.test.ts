import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DecisionInput, decide } from '#shared/changes/decide.ts';
import { verifyDecision } from '#shared/changes/decision.ts';
import { readVerificationKeys } from '#shared/changes/keys.ts';
import { rejectionCategories } from '#shared/changes/rejection.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { mostVersions } from '#shared/changes/versions.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { movedAfter } from '#shared/ledger/moved.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { alice, bob, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { chainsOn } from './chain-kit.ts';

let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit();
});
afterEach(() => kit.close());

const { first, next, decideOn, statuses, noteOf, shown } = chainsOn(() => kit);

const version = async (supersedes: string, text: string, more: object = {}): Promise<string> =>
  (await kit.propose({ a: text }, { supersedes, ...more })).changeId;

const sealedOf = async (id: string) => {
  const kept = await findSealed(kit.ledger.db, id);
  if (!kept) throw new Error('it is sealed');
  return unseal(kept);
};

const reject = (id: string, category: DecisionInput['category'] = 'needs_changes', reason = 'Shorter, please.') =>
  decideOn([id], { verb: 'reject', category, reason });

describe('a rejection', () => {
  test.each(rejectionCategories)('says %s in what is signed, on record and told', async (category) => {
    const id = await first();
    await reject(id, category, 'My words.');
    const [decision] = await decisionsOf(kit.ledger.db, id);
    const keys = readVerificationKeys(`${kit.dir}/keys/public.json`);
    expect(verifyDecision(keys, decision?.envelope ?? '')).toMatchObject({
      verb: 'reject',
      category,
      reason: 'My words.',
    });
    const { moved } = await movedAfter(kit.ledger.db, { after: 0, of: 'all', limit: 10 });
    expect(moved.at(-1)).toMatchObject({ changeId: id, to: 'rejected', category, note: 'My words.' });
  });

  test('without a category is one as before, and an approval has none', async () => {
    const id = await first();
    await expect(decideOn([id], { category: 'other' })).rejects.toMatchObject({ code: 'invalid_arguments' });
    await decideOn([id], { verb: 'reject', reason: 'no' });
    const [decision] = await decisionsOf(kit.ledger.db, id);
    const keys = readVerificationKeys(`${kit.dir}/keys/public.json`);
    expect(verifyDecision(keys, decision?.envelope ?? '')).not.toHaveProperty('category');
  });
});

describe('a new version', () => {
  test('takes the place of a rejected change, says so in its seal, and is carried out', async () => {
    const old = await first();
    await reject(old);
    const id = await version(old, 'two');
    const { seal } = await sealedOf(old);
    expect((await sealedOf(id)).body.supersedes).toEqual({ change_id: old, seal, version: 2 });
    expect(await statuses(old, id)).toEqual(['rejected', 'pending']);
    await decideOn([id]);
    await workAll(kit.context);
    expect([await kit.status(id), kit.store.get('a').text]).toEqual(['applied', 'two']);
  });

  test('ends a change that still waits, and with it what waits after that', async () => {
    const old = await first();
    const later = await next(old, 'b');
    const id = await version(old, 'two');
    expect(await statuses(old, later, id)).toEqual(['superseded', 'stale', 'pending']);
    expect(await noteOf(old)).toBe(`${id} takes its place.`);
    expect(await noteOf(later)).toBe(`It was to come after ${old}, which is superseded.`);
  });

  test('of a version counts on', async () => {
    const one = await first();
    const two = await version(one, 'two');
    await reject(two);
    const three = await version(two, 'three');
    expect((await sealedOf(three)).body.supersedes?.version).toBe(3);
    expect(await statuses(one, two, three)).toEqual(['superseded', 'rejected', 'pending']);
  });

  test('begins without the approvals of the one before', async () => {
    kit.blueprint = { ...kit.blueprint, review: { ...kit.blueprint.review, quorum: 2 as 1 } };
    kit.blueprints.set(kit.blueprint.name, kit.blueprint);
    const old = await first();
    await decideOn([old]);
    const id = await version(old, 'two');
    expect(await decisionsOf(kit.ledger.db, id)).toEqual([]);
    await decideOn([id], { approver: bob });
    expect(await statuses(old, id)).toEqual(['superseded', 'pending']);
    await decideOn([id], { approver: alice });
    expect(await kit.status(id)).toBe('approved');
  });

  test('that is proposed again is the same, and once it ended too', async () => {
    const old = await first();
    const id = await version(old, 'two', { idempotency_key: 'k' });
    expect(await version(old, 'two')).toBe(id);
    await reject(id);
    expect(await version(old, 'two', { idempotency_key: 'k' })).toBe(id);
    await expect(version(old, 'two')).rejects.toMatchObject({
      code: 'wrong_state',
      message: `supersedes: ${old} has a newer version already, ${id}.`,
    });
  });

  test('needs no room of its own among what may wait', async () => {
    const tight = await notesKit({ more: 'limits: { pending: 1 }' });
    try {
      const { changeId: old } = await tight.propose({ a: 'one' });
      await expect(tight.propose({ b: 'one' })).rejects.toMatchObject({ code: 'limit_reached' });
      const { changeId: id } = await tight.propose({ a: 'two' }, { supersedes: old });
      expect(await tight.status(id)).toBe('pending');
      await tight.decide(id, 'reject');
      await tight.propose({ b: 'one' });
      await expect(tight.propose({ a: 'x' }, { supersedes: id })).rejects.toMatchObject({ code: 'limit_reached' });
    } finally {
      await tight.close();
    }
  });
});

describe('a new version is refused', () => {
  test('of a change that is not there or is somebody else’s, in the same words', async () => {
    const old = await first();
    const mine = kit.blueprint;
    for (const other of [{ agent: 'other-bot' }, { name: 'other-keeper' }]) {
      kit.blueprint = { ...mine, ...other };
      for (const id of [old, `chg_${'0'.repeat(26)}`]) {
        await expect(version(id, 'two')).rejects.toMatchObject({
          code: 'not_found',
          message: 'supersedes: there is no such change.',
        });
      }
    }
    kit.blueprint = mine;
    expect(await kit.status(old)).toBe('pending');
  });

  test('for another target, and on another server', async () => {
    const old = await first();
    const granted = kit.context.tools.find('set_notes');
    if (granted?.tool.kind !== 'write') throw new Error('set_notes is a write tool');
    const { propose } = await import('#shared/changes/propose.ts');
    const args = { notes: [{ id: 'a', text: 'two' }], reason: 'because', supersedes: old };
    const tool = { tool: granted.tool, capability: granted.capability };
    const elsewhere = { ...tool, tool: { ...tool.tool, target: () => ({ notebook: 'nb-2' }) } } as typeof tool;
    for (const [place, made] of [
      [{ ...kit.context, server: 'pages' }, tool],
      [{ ...kit.context, backend: 'pages.test' }, tool],
      [kit.context, elsewhere],
    ] as const) {
      await expect(propose(place, kit.blueprint, made, args)).rejects.toMatchObject({ code: 'invalid_arguments' });
    }
    expect(await kit.status(old)).toBe('pending');
  });

  test.each(['approved', 'applied', 'withdrawn'] as const)('of a change that is %s', async (status) => {
    const old = await first();
    const at = kit.clock.now().toISOString();
    const actor = { kind: 'agent', agent: 'note-bot', blueprint: 'note-keeper' } as const;
    if (status === 'withdrawn') {
      await kit.ledger.write((tx) => moveChange(tx, { id: old, from: 'pending', to: 'withdrawn', at, actor }));
    } else await decideOn([old]);
    if (status === 'applied') await workAll(kit.context);
    await expect(version(old, 'two')).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining(`${old} is ${status}`),
    });
  });

  test('of a restore, and no new version of one can be asked for', async () => {
    const old = await kit.approved({ a: 'one' });
    await workAll(kit.context);
    const { ledger, clock } = kit;
    const asked = { change_id: old, choice: 'refuse', reason: 'x' } as const;
    const id = await requestRestore({ ledger, now: clock.now }, { blueprint: kit.blueprint }, asked, null);
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('pending');
    await expect(version(id, 'two')).rejects.toMatchObject({ code: 'invalid_arguments' });
    await expect(reject(id)).rejects.toMatchObject({ code: 'wrong_state' });
    await reject(id, 'not_wanted');
  });

  test('when it would itself come after the change that it ends', async () => {
    const old = await first();
    const later = await next(old, 'b');
    for (const after of [old, later]) {
      await expect(version(old, 'two', { after })).rejects.toMatchObject({ code: 'invalid_arguments' });
    }
    expect(await statuses(old, later)).toEqual(['pending', 'pending']);
  });

  test('after the last one, which nobody can ask again for', async () => {
    let id = await first();
    for (let count = 2; count <= mostVersions; count += 1) {
      await reject(id);
      id = await version(id, `text ${count}`);
    }
    await expect(reject(id)).rejects.toMatchObject({ code: 'wrong_state', next: expect.stringContaining('Approve') });
    await reject(id, 'other');
    await expect(version(id, 'one more')).rejects.toMatchObject({
      code: 'limit_reached',
      next: expect.stringContaining('Stop here'),
    });
  });
});

describe('deciding and superseding at once', () => {
  const cases = (['approve', 'reject'] as const).flatMap((verb) => [
    { verb, before: 'the person' },
    { verb, before: 'the agent' },
  ]);

  test.each(cases)(
    'to $verb, $before a moment before, ends in one outcome and true words',
    async ({ verb, before }) => {
      const old = await first();
      const changes = await shown([old]);
      const { ledger, key, clock } = kit;
      const decision = () => decide({ ledger, key, now: clock.now }, { changes, verb, approver: alice, reason: 'x' });
      const replacement = () => version(old, 'better');
      const isPersonFirst = before === 'the person';
      const outcomes = await Promise.allSettled(
        isPersonFirst ? [decision(), replacement()] : [replacement(), decision()],
      );
      const [decided, replaced] = isPersonFirst ? outcomes : outcomes.toReversed();
      if ((await kit.status(old)) === 'superseded') {
        expect(replaced).toMatchObject({ status: 'fulfilled' });
        expect(decided).toMatchObject({ reason: { code: 'wrong_state', message: expect.stringContaining('newer') } });
        expect(await decisionsOf(ledger.db, old)).toEqual([]);
        return;
      }
      expect([await kit.status(old), decided?.status]).toEqual([
        verb === 'approve' ? 'approved' : 'rejected',
        'fulfilled',
      ]);
      // Who was told no may propose a new version, whoever was faster.
      expect(replaced).toMatchObject(verb === 'reject' ? { status: 'fulfilled' } : { reason: { code: 'wrong_state' } });
    },
  );

  test('a decision over what was replaced a moment ago says that there is a newer one', async () => {
    const old = await first();
    const changes = await shown([old]);
    await version(old, 'two');
    const { ledger, key, clock } = kit;
    const late = decide({ ledger, key, now: clock.now }, { changes, verb: 'approve', approver: alice, reason: '' });
    await expect(late).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining('newer version'),
    });
  });

  test('two new versions of one change end in one', async () => {
    const old = await first();
    const made = await Promise.allSettled([version(old, 'two'), version(old, 'other two')]);
    expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(made.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'wrong_state' } });
  });
});
