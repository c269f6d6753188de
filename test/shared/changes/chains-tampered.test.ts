import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signDecision } from '#shared/changes/decision.ts';
import { propose } from '#shared/changes/propose.ts';
import { type SealedBody, seal, unseal } from '#shared/changes/sealed.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { takeLease } from '#shared/ledger/leases.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { type NotesKit, notesKit, workAll, workOnce } from '#test/fakes/notes-kit.ts';
import { lookAt } from '../ledger/engines.ts';
import { chainsOn } from './chain-kit.ts';

let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit();
});
afterEach(() => kit.close());

const { first, next, decideOn, statuses, wrote } = chainsOn(() => kit);

async function edit(sql: string, ...values: readonly unknown[]): Promise<void> {
  const look = await lookAt(kit.ledgerPath);
  await look.run(sql, ...values);
  await look.close();
}

describe('the later change is not carried out when in the ledger', () => {
  async function chain(link = '{{after.note_url}}'): Promise<[string, string]> {
    const a = await first();
    const b = await next(a, 'b', link);
    await decideOn([a, b]);
    await workOnce(kit.context);
    expect(await statuses(a, b)).toEqual(['applied', 'approved']);
    return [a, b];
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
    ['tracker:notes.test/a', 'of a tracker that it is not'],
    ['https://notes.test/a?to=https://evil.test', 'with another in it'],
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

  test.each([
    ['WEB-12', 'applied'],
    ['acme/web.js#3', 'applied'],
    ['WEB-0', 'revoked'],
    ['web-12', 'revoked'],
    ['WEB-12 #close', 'revoked'],
    ['acme/web#3\n@everyone', 'revoked'],
    ['a/b/c#3', 'revoked'],
    ['[WEB-1](x)', 'revoked'],
    [12, 'revoked'],
    [null, 'revoked'],
  ])('the receipt has the key %j of a ticket, unless that is one: %s', async (key, status) => {
    const [a, b] = await chain('{{after.note_key}}');
    await edit('update outcomes set receipt = ? where change_id = ?', JSON.stringify({ version: 1, key }), a);
    await workAll(kit.context);
    expect(await kit.status(b)).toBe(status);
    if (status === 'applied') expect(kit.store.get('b').text).toBe(`b: ${key}`);
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
    await decideOn([a, b]);
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

describe('what an earlier change left behind', () => {
  test.each([
    ['notes.test', 'https://notes.test/browse/A-1?focusedCommentId=10001', true],
    ['https://api.notes.test', 'https://notes.test/team/issue/A-1/a-title', true],
    ['tracker:one', 'tracker:one/A-1', true],
    ['tracker:one', 'tracker:two/A-1', false],
    ['knowledge:one', 'knowledge:one/pg_01hz', true],
    ['https://api.notion.com', 'https://www.notion.so/Install-0a1b', true],
    ['https://notes.test', 'https://www.notion.so/Install-0a1b', false],
  ])('from a change on %s the link %s is taken: %s', async (backend, url, isTaken) => {
    const elsewhere: typeof kit.context = { ...kit.executor('elsewhere'), server: 'elsewhere', backend };
    const granted = kit.context.tools.find('set_notes');
    if (granted?.tool.kind !== 'write') throw new Error('set_notes is a write tool');
    const tool = { tool: granted.tool, capability: granted.capability };
    const args = { notes: [{ id: 'a', text: 'one' }], reason: 'because' };
    const { changeId: a } = await propose(elsewhere, kit.blueprint, tool, args);
    const b = await next(a, 'b', '{{after.note_url}}');
    await decideOn([a, b]);
    await workAll(elsewhere);
    await edit('update outcomes set receipt = ? where change_id = ?', JSON.stringify({ version: 1, url }), a);
    await workAll(kit.context);
    expect([await kit.status(b), kit.store.get('b').text]).toEqual(
      isTaken ? ['applied', `b: ${url}`] : ['revoked', null],
    );
  });
});
