import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endOrphans, expireOverdue } from '#shared/changes/expire.ts';
import { propose } from '#shared/changes/propose.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { bob, type NotesExecutor, type NotesKit, notesKit, workAll, workOnce } from '#test/fakes/notes-kit.ts';
import { lookAt } from '../ledger/engines.ts';
import { chainsOn } from './chain-kit.ts';

let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit();
});
afterEach(() => kit.close());

const { first, next, decideOn, statuses, noteOf, wrote } = chainsOn(() => kit);

describe('a change that comes after another', () => {
  test('is decided together with it, waits for it, and writes what it left behind', async () => {
    const a = await first();
    const b = await next(a, 'b', '{{after.note_url}} at {{after.note_version}}, {{after.note_name}}');
    await decideOn([a, b]);
    kit.store.fail('put', 'unavailable');
    await workOnce(kit.context);
    expect([await statuses(a, b), wrote()]).toEqual([['dispatched', 'approved'], ['a']]);
    await workAll(kit.context);
    expect(await statuses(a, b)).toEqual(['applied', 'applied']);
    expect(kit.store.get('b').text).toBe('b: https://notes.test/a at 1, a');
  });

  test('keeps its references as references in what is sealed and shown', async () => {
    const a = await first();
    const b = await next(a, 'b', '{{after.note_url}}');
    const kept = await findSealed(kit.ledger.db, b);
    const { after, effects } = unseal(kept ?? { seal: '', body: '' }).body;
    expect(after).toEqual({ change_id: a, seal: (await findSealed(kit.ledger.db, a))?.seal });
    expect(effects).toMatchObject([{ after: 'b: {{after.note_url}}' }]);
  });

  test('may be proposed when the earlier one is applied already', async () => {
    const a = await kit.approved({ a: 'one' });
    await workAll(kit.context);
    const b = await next(a, 'b', '{{after.note_version}}');
    await decideOn([b]);
    await workAll(kit.context);
    expect([await kit.status(b), kit.store.get('b').text]).toEqual(['applied', 'b: 1']);
  });

  test('may be on another server of the same ledger', async () => {
    const a = await first();
    const pages: NotesExecutor = { ...kit.executor('pages-1'), server: 'pages' };
    const granted = kit.context.tools.find('set_notes');
    if (granted?.tool.kind !== 'write') throw new Error('set_notes is a write tool');
    const tool = { tool: granted.tool, capability: granted.capability };
    const args = { notes: [{ id: 'b', text: '', link: '{{after.note_url}}' }], reason: 'because', after: a };
    const { changeId: b } = await propose(pages, kit.blueprint, tool, args);
    await decideOn([a, b]);
    await workAll(pages);
    expect(wrote()).toEqual([]);
    await workAll(kit.context);
    await workAll(pages);
    expect([await statuses(a, b), kit.store.get('b').text]).toEqual([['applied', 'applied'], 'https://notes.test/a']);
  });

  test('goes on after a crash with the same text', async () => {
    const a = await first();
    const b = await next(a, 'b', '{{after.note_url}}');
    await decideOn([a, b]);
    await workOnce(kit.context);
    kit.store.fail('put', 'lose_answer');
    await workOnce(kit.context);
    expect(await kit.status(b)).toBe('unknown');
    await workAll(kit.executor('another'));
    expect([await kit.status(b), kit.store.writes('b')]).toEqual(['applied', 1]);
    expect(kit.store.get('b').text).toBe('b: https://notes.test/a');
  });

  test('waits while the earlier one is partial or in doubt, until it expires', async () => {
    const a = (await kit.propose({ a: '1', c: '1' })).changeId;
    const b = await next(a, 'b');
    await decideOn([a, b]);
    kit.store.fail('put', () => {}, 'refuse');
    await workAll(kit.context);
    expect(await statuses(a, b)).toEqual(['partial', 'approved']);
    kit.clock.advance(24 * 3_600_000);
    await expireOverdue(kit.ledger, 'approvals', kit.clock.now());
    expect(await statuses(a, b)).toEqual(['partial', 'expired']);
    expect(wrote()).toEqual(['a', 'c']);
  });
});

describe('when the earlier change ends without being applied, what comes after it ends', () => {
  test('when it is rejected, also two further on; nothing is written', async () => {
    const a = await first();
    const b = await next(a, 'b');
    const c = await next(b, 'c');
    await kit.decide(a, 'reject');
    expect(await statuses(a, b, c)).toEqual(['rejected', 'stale', 'stale']);
    expect(await noteOf(b)).toBe(`It was to come after ${a}, which is rejected.`);
    expect(await noteOf(c)).toBe(`It was to come after ${b}, which is stale.`);
    await workAll(kit.context);
    expect(wrote()).toEqual([]);
  });

  test('when it fails', async () => {
    const a = await first();
    const b = await next(a, 'b');
    await decideOn([a, b]);
    kit.store.fail('put', 'refuse');
    await workAll(kit.context);
    expect(await statuses(a, b)).toEqual(['failed', 'stale']);
    expect(wrote()).toEqual(['a']);
  });

  test.each(['stale', 'revoked'] as const)('when it becomes %s', async (end) => {
    const a = await first();
    const b = await next(a, 'b');
    await decideOn([a, b]);
    if (end === 'stale') kit.store.write('a', 'by somebody else');
    else kit.blueprints.clear();
    await workOnce(kit.context);
    expect(await statuses(a, b)).toEqual([end, 'stale']);
  });

  test('when it is withdrawn or expires', async () => {
    const [a, c] = [await first(), (await kit.propose({ c: 'two' })).changeId];
    kit.clock.advance(3_600_000);
    const [b, d] = [await next(a, 'b'), await next(c, 'b', 'x')];
    const at = kit.clock.now().toISOString();
    const actor = { kind: 'agent', agent: 'note-bot', blueprint: 'note-keeper' } as const;
    await kit.ledger.write((tx) => moveChange(tx, { id: a, from: 'pending', to: 'withdrawn', at, actor }));
    kit.clock.advance(23 * 3_600_000);
    await expireOverdue(kit.ledger, 'approvals', kit.clock.now());
    expect(await statuses(a, b, c, d)).toEqual(['withdrawn', 'stale', 'expired', 'stale']);
  });

  test('and the sweep ends what was overlooked', async () => {
    const a = await first();
    const b = await next(a, 'b');
    const look = await lookAt(kit.ledgerPath);
    await look.run("update changes set status = 'failed' where id = ?", a);
    await look.close();
    expect(await endOrphans(kit.ledger, 'approvals', kit.clock.now())).toBe(1);
    expect(await kit.status(b)).toBe('stale');
    expect(await endOrphans(kit.ledger, 'approvals', kit.clock.now())).toBe(0);
  });
});

describe('deciding on a chain', () => {
  test('needs the earlier change in the same decision, before it', async () => {
    const a = await first();
    const b = await next(a, 'b');
    for (const wrong of [[b], [b, a]]) {
      await expect(decideOn(wrong)).rejects.toMatchObject({
        code: 'wrong_state',
        message: `${b} comes after ${a}, which waits for a decision.`,
        next: expect.stringContaining('in one decision'),
      });
    }
    expect(await statuses(a, b)).toEqual(['pending', 'pending']);
    await decideOn([a]);
    await decideOn([b]);
    expect(await statuses(a, b)).toEqual(['approved', 'approved']);
  });

  test('with a quorum waits for the same people, in whatever order they come', async () => {
    kit.blueprint = { ...kit.blueprint, review: { ...kit.blueprint.review, quorum: 2 as 1 } };
    kit.blueprints.set(kit.blueprint.name, kit.blueprint);
    const a = await first();
    const b = await next(a, 'b');
    await decideOn([a, b]);
    await decideOn([a], { approver: bob });
    expect(await statuses(a, b)).toEqual(['approved', 'pending']);
    await decideOn([b], { approver: bob });
    expect(await statuses(a, b)).toEqual(['approved', 'approved']);
  });

  test('one rejection of both names both', async () => {
    const a = await first();
    const b = await next(a, 'b');
    await decideOn([a, b], { verb: 'reject', reason: 'no' });
    expect(await statuses(a, b)).toEqual(['rejected', 'rejected']);
  });
});

describe('a proposal is refused', () => {
  test('after a change that is not there or is somebody else’s, in the same words', async () => {
    const a = await first();
    const other = { ...kit.blueprint, agent: 'other-bot' };
    const mine = kit.blueprint;
    kit.blueprint = other;
    for (const after of [a, `chg_${'0'.repeat(26)}`]) {
      await expect(next(after, 'b')).rejects.toMatchObject({
        code: 'not_found',
        message: 'after: there is no such change.',
      });
    }
    kit.blueprint = mine;
  });

  test('after one that will not be applied', async () => {
    const a = await first();
    await kit.decide(a, 'reject');
    await expect(next(a, 'b')).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining('rejected'),
    });
  });

  test('with a reference to what the earlier change will not have, telling what it has', async () => {
    const a = await first();
    for (const field of ['nonsense', 'note_URL', '', 'note_url ', 'constructor']) {
      await expect(next(a, 'b', `see {{after.${field}}}`)).rejects.toMatchObject({
        code: 'invalid_arguments',
        message: expect.stringContaining('has only note_url, note_version, note_name'),
      });
    }
  });

  test('as the eleventh of a chain', async () => {
    const notes = Array.from({ length: 11 }, (_, index) => `n${index}`);
    const long = await notesKit({ notes, more: 'limits: { pending: 20 }' });
    try {
      const last = notes.pop() ?? '';
      let after: string | undefined;
      for (const id of notes) {
        after = (await long.propose({}, { notes: [{ id, text: id }], ...(after && { after }) })).changeId;
      }
      const eleventh = long.propose({}, { notes: [{ id: last, text: 'x' }], after });
      await expect(eleventh).rejects.toMatchObject({ code: 'invalid_arguments' });
    } finally {
      await long.close();
    }
  });

  test('and without after, braces are text', async () => {
    const { changeId } = await kit.propose({}, { notes: [{ id: 'b', text: '', link: '{{after.note_url}}' }] });
    await decideOn([changeId]);
    await workAll(kit.context);
    expect(kit.store.get('b').text).toBe('{{after.note_url}}');
  });

  test('of the same content after another change is another proposal', async () => {
    const a = await first();
    const b = await next(a, 'b', 'x');
    expect(await next(a, 'b', 'x')).toBe(b);
    const c = (await kit.propose({ c: '1' })).changeId;
    expect(await next(c, 'b', 'x')).not.toBe(b);
  });
});
