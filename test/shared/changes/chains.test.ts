import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DecisionInput, decide } from '#shared/changes/decide.ts';
import { signDecision } from '#shared/changes/decision.ts';
import { endOrphans, expireOverdue } from '#shared/changes/expire.ts';
import { propose } from '#shared/changes/propose.ts';
import { type SealedBody, seal, unseal } from '#shared/changes/sealed.ts';
import { findChange, moveChange } from '#shared/ledger/changes.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { takeLease } from '#shared/ledger/leases.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { alice, bob, type NotesExecutor, type NotesKit, notesKit, workAll, workOnce } from '#test/fakes/notes-kit.ts';
import { lookAt } from '../ledger/engines.ts';

let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit();
});
afterEach(() => kit.close());

/** Proposes a note that comes after a change, with a text that may refer to it. */
async function next(after: string, id: string, link = '', more: object = {}): Promise<string> {
  const notes = [{ id, text: `${id}: `, link }];
  return (await kit.propose({}, { notes, after, ...more })).changeId;
}

const first = async (text = 'one'): Promise<string> => (await kit.propose({ a: text })).changeId;

async function shown(ids: readonly string[]): Promise<DecisionInput['changes']> {
  const seals = await Promise.all(ids.map((id) => findSealed(kit.ledger.db, id)));
  return ids.map((changeId, index) => ({ changeId, seal: seals[index]?.seal ?? '' }));
}

async function approve(ids: readonly string[], approver = alice) {
  const changes = await shown(ids);
  const context = { ledger: kit.ledger, key: kit.key, now: kit.clock.now };
  return decide(context, { changes, verb: 'approve', approver, reason: '' });
}

const statuses = async (...ids: readonly string[]) => Promise.all(ids.map((id) => kit.status(id)));
const noteOf = async (id: string) => (await findChange(kit.ledger.db, id))?.note;
const wrote = () => kit.store.log.filter((call) => call.startsWith('put')).map((call) => call.slice(4, 5));

describe('a change that comes after another', () => {
  test('is decided together with it, waits for it, and writes what it left behind', async () => {
    const a = await first();
    const b = await next(a, 'b', '{{after.note_url}} at {{after.note_version}}, {{after.note_name}}');
    await approve([a, b]);
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
    await approve([b]);
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
    await approve([a, b]);
    await workAll(pages);
    expect(wrote()).toEqual([]);
    await workAll(kit.context);
    await workAll(pages);
    expect([await statuses(a, b), kit.store.get('b').text]).toEqual([['applied', 'applied'], 'https://notes.test/a']);
  });

  test('goes on after a crash with the same text', async () => {
    const a = await first();
    const b = await next(a, 'b', '{{after.note_url}}');
    await approve([a, b]);
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
    await approve([a, b]);
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
    await approve([a, b]);
    kit.store.fail('put', 'refuse');
    await workAll(kit.context);
    expect(await statuses(a, b)).toEqual(['failed', 'stale']);
    expect(wrote()).toEqual(['a']);
  });

  test.each(['stale', 'revoked'] as const)('when it becomes %s', async (end) => {
    const a = await first();
    const b = await next(a, 'b');
    await approve([a, b]);
    if (end === 'stale') kit.store.write('a', 'by somebody else');
    else kit.blueprints.clear();
    await workOnce(kit.context);
    expect(await statuses(a, b)).toEqual([end, 'stale']);
  });

  test('when it is withdrawn or expires', async () => {
    const [a, c] = [await first(), (await kit.propose({ c: 'two' })).changeId];
    const [b, d] = [await next(a, 'b'), await next(c, 'b', 'x')];
    const at = kit.clock.now().toISOString();
    const actor = { kind: 'agent', agent: 'note-bot', blueprint: 'note-keeper' } as const;
    await kit.ledger.write((tx) => moveChange(tx, { id: a, from: 'pending', to: 'withdrawn', at, actor }));
    kit.clock.advance(24 * 3_600_000);
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
      await expect(approve(wrong)).rejects.toMatchObject({
        code: 'wrong_state',
        message: `${b} comes after ${a}, which waits for a decision.`,
        next: expect.stringContaining('in one decision'),
      });
    }
    expect(await statuses(a, b)).toEqual(['pending', 'pending']);
    await approve([a]);
    await approve([b]);
    expect(await statuses(a, b)).toEqual(['approved', 'approved']);
  });

  test('with a quorum waits for the same people, in whatever order they come', async () => {
    kit.blueprint = { ...kit.blueprint, review: { ...kit.blueprint.review, quorum: 2 as 1 } };
    kit.blueprints.set(kit.blueprint.name, kit.blueprint);
    const a = await first();
    const b = await next(a, 'b');
    await approve([a, b]);
    await approve([a], bob);
    expect(await statuses(a, b)).toEqual(['approved', 'pending']);
    await approve([b], bob);
    expect(await statuses(a, b)).toEqual(['approved', 'approved']);
  });

  test('one rejection of both names both', async () => {
    const a = await first();
    const b = await next(a, 'b');
    const changes = await shown([a, b]);
    const context = { ledger: kit.ledger, key: kit.key, now: kit.clock.now };
    await decide(context, { changes, verb: 'reject', approver: alice, reason: 'no' });
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
    await approve([changeId]);
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

describe('the later change is not carried out when in the ledger', () => {
  async function chain(link = '{{after.note_url}}'): Promise<[string, string]> {
    const a = await first();
    const b = await next(a, 'b', link);
    await approve([a, b]);
    await workOnce(kit.context);
    expect(await statuses(a, b)).toEqual(['applied', 'approved']);
    return [a, b];
  }

  async function edit(sql: string, ...values: readonly unknown[]): Promise<void> {
    const look = await lookAt(kit.ledgerPath);
    await look.run(sql, ...values);
    await look.close();
  }

  async function refused(b: string): Promise<void> {
    kit.store.log.length = 0;
    await workAll(kit.context);
    expect([await kit.status(b), wrote()]).toEqual(['revoked', []]);
  }

  test('it comes after another change', async () => {
    const [, b] = await chain();
    const c = (await kit.propose({ c: '1' })).changeId;
    await edit("update changes set status = 'applied' where id = ?", c);
    await edit('update afters set after_id = ? where change_id = ?', c, b);
    await refused(b);
  });

  test('what it comes after is gone', async () => {
    const [, b] = await chain();
    await edit('delete from afters where change_id = ?', b);
    await refused(b);
  });

  test('the earlier change is another under its id, well sealed', async () => {
    const [a, b] = await chain();
    const kept = unseal((await findSealed(kit.ledger.db, a)) ?? { seal: '', body: '' });
    const other = seal({ ...kept.body, summary: 'another' } satisfies SealedBody);
    await edit('update sealed set seal = ?, body = ? where change_id = ?', other.seal, other.text, a);
    await refused(b);
  });

  test.each([
    ['https://evil.test/a', 'of another host'],
    ['https://notes.test/a](https://evil.test)', 'with markup'],
    ['https://notes.test/a\n@everyone', 'with a second line'],
    ['javascript:alert(1)', 'of another kind'],
    [7, 'that is no text'],
  ])('the receipt has the address %j, %s', async (url, _what) => {
    const [a, b] = await chain();
    await edit('update outcomes set receipt = ? where change_id = ?', JSON.stringify({ version: 1, url }), a);
    await refused(b);
  });

  test('the receipt lacks what it refers to', async () => {
    const [, b] = await chain('{{after.note_digest}}');
    await refused(b);
  });

  test('the decision names another earlier change than was shown', async () => {
    const [, b] = await chain();
    const [row] = await decisionsOf(kit.ledger.db, b);
    const said = JSON.parse(Buffer.from(JSON.parse(row?.envelope ?? '{}').payload, 'base64').toString());
    const { format: _format, ...decision } = said;
    const changes = decision.changes.map((one: object) => ({ ...one, seal: '0'.repeat(64) }));
    const envelope = signDecision(kit.key, { ...decision, changes });
    await edit('update decisions set envelope = ? where change_id = ?', envelope, b);
    await refused(b);
  });

  test('nobody can take it up, or dispatch it, before the earlier one is applied', async () => {
    const a = await first();
    const b = await next(a, 'b');
    await approve([a, b]);
    const now = kit.clock.now().getTime();
    const lease = { id: b, status: 'approved', executor: 'eager', now, until: now + 1000 } as const;
    expect(await kit.ledger.write((tx) => takeLease(tx, lease))).toBe(false);
    const move = { id: b, from: 'approved', to: 'dispatched', at: kit.clock.now().toISOString() } as const;
    const actor = { kind: 'server', server: 'notes' } as const;
    const eager = kit.ledger.write(async (tx) => {
      await tx.updateTable('changes').set({ claimed_by: 'eager', lease_until: 1 }).where('id', '=', b).execute();
      await moveChange(tx, { ...move, actor });
    });
    await expect(eager).rejects.toThrow('earlier_applied');
  });
});
