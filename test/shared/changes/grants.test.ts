import { afterEach, describe, expect, test } from 'vitest';
import { auditLedger } from '#shared/changes/audit.ts';
import { type Decider, decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { grantDecider } from '#shared/changes/decide-by-grant.ts';
import { executeApproved } from '#shared/changes/execute.ts';
import { signGrant, verifyGrant } from '#shared/changes/grant.ts';
import { openSigningKey } from '#shared/changes/keys.ts';
import { endSignedBy, signedBy } from '#shared/changes/signed-by.ts';
import { verifyChange } from '#shared/changes/verify-change.ts';
import { endGrant, findGrant, grantStanding, insertGrantUse } from '#shared/ledger/grants.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { insertStop } from '#shared/ledger/stops.ts';
import { noVault } from '#shared/ledger/vault.ts';
import { parsePeople } from '#shared/people/load.ts';
import { alice, type NotesKit, notesBlueprint, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { notesCapability } from '#test/fakes/notes-tool.ts';
import { lookAt } from '../ledger/engines.ts';

const rules = (grant: string, by = 'local'): string => `review:
  default: { by: ["${by}"] }
  rules: [{ tools: [set_notes], expires: 7d${grant === '' ? '' : `, grant: ${grant}`} }]`;
const usual = '{ changes: 3, bytes: 100, for: 72h }';

let kit: NotesKit;
afterEach(() => kit.close());

async function start(options: Parameters<typeof notesKit>[0] = {}): Promise<void> {
  kit = await notesKit({ more: rules(usual), ...options });
}

/** Notes that were written by a change, which was approved with all that it offers. */
async function granted(approver = alice, notes: Readonly<Record<string, string>> = { a: 'one' }): Promise<string> {
  const { changeId } = await kit.propose(notes);
  const kept = await findSealed(kit.ledger.db, changeId);
  const { grant } = JSON.parse(kept?.body ?? '{}').review;
  await kit.decide(changeId, 'approve', approver, [], grant);
  await workAll(kit.context);
  expect(await kit.status(changeId)).toBe('applied');
  const row = await findGrant(kit.ledger.db, { change: changeId });
  if (!row) throw new Error('a grant was given');
  return row.id;
}

/** Lets the approvals server look at a change; answers whether it was decided. */
function decides(id: string): Promise<boolean> {
  const people = kit.people && (() => kit.people ?? { all: new Map(), teams: new Map(), source: '' });
  const deciders = [grantDecider({ keys: kit.context.keys, people })];
  return decideAutomatically({ ledger: kit.ledger, key: kit.key, now: kit.clock.now, people, deciders }, id);
}

const endOf = async (id: string) => (await grantStanding(kit.ledger.db, id))?.end;
const noteOf = async (id: string) =>
  (await kit.ledger.db.selectFrom('changes').select('note').where('id', '=', id).executeTakeFirstOrThrow()).note;

/** A follow-up that the approvals server has put under the grant. */
async function decided(text = 'two'): Promise<string> {
  const { changeId } = await kit.propose({ a: text });
  expect(await decides(changeId)).toBe(true);
  expect(await kit.status(changeId)).toBe('approved');
  return changeId;
}

async function revoke(grant: string): Promise<void> {
  const row = await findGrant(kit.ledger.db, { id: grant });
  if (!row) throw new Error('there is a grant');
  const actor = { kind: 'person', ...alice } as const;
  const end = { why: 'revoked', change_id: null, note: 'enough', actor, at: kit.clock.now().toISOString() } as const;
  await kit.ledger.write((tx) => endGrant(tx, row, end));
}

/** That the executor refuses what approvals let pass. */
async function expectRefused(id: string, why: RegExp): Promise<void> {
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('revoked');
  expect(await noteOf(id)).toMatch(why);
  expect(kit.store.get('a').text).toBe('one');
}

describe('a follow-up', () => {
  test('is decided, verified and carried out under the grant, and the record of it holds', async () => {
    await start();
    const grant = await granted();
    const first = await decided('two');
    await workAll(kit.context);
    const second = await decided('three');
    await workAll(kit.context);
    expect([await kit.status(first), await kit.status(second)]).toEqual(['applied', 'applied']);
    expect(kit.store.get('a').text).toBe('three');
    const standing = await grantStanding(kit.ledger.db, grant);
    expect(standing?.uses.map(({ change_id, number, bytes }) => [change_id, number, bytes])).toEqual([
      [first, 1, 3],
      [second, 2, 5],
    ]);
    const { findings } = await auditLedger(kit.ledger.db, { keys: kit.context.keys(), vault: noVault });
    expect(findings).toEqual([]);
    const check = await verifyChange(kit.ledger.db, first, { keys: kit.context.keys(), vault: noVault });
    expect(check?.checks.filter(({ holds }) => holds === false)).toEqual([]);
    expect(check?.decisions).toMatchObject([{ issuer: 'countersign:grant', subject: grant, holds: true }]);
  });

  test('of something that the change did not leave waits for a person', async () => {
    await start();
    const grant = await granted();
    kit.store.write('b', 'theirs');
    expect(await decides((await kit.propose({ b: 'two' })).changeId)).toBe(false);
    expect(await decides((await kit.propose({ a: 'two', b: 'x' })).changeId)).toBe(false);
    expect(await endOf(grant)).toBeNull();
  });

  test('on somebody else’s version ends the grant', async () => {
    await start();
    const grant = await granted();
    kit.store.write('a', 'theirs');
    const { changeId } = await kit.propose({ a: 'two' });
    expect(await decides(changeId)).toBe(false);
    expect(await endOf(grant)).toMatchObject({ why: 'others', change_id: changeId });
  });

  test('waits once the time of the grant is over, to the millisecond', async () => {
    await start();
    await granted();
    kit.clock.advance(72 * 3_600_000 - 1);
    const first = await kit.propose({ a: 'two' });
    expect(await decides(first.changeId)).toBe(true);
    kit.clock.advance(1);
    await workAll(kit.context);
    expect(await kit.status(first.changeId)).toBe('expired');
    expect(await decides((await kit.propose({ a: 'three' })).changeId)).toBe(false);
  });

  test('is not decided while its agent is stopped, and the stop has ended the grant', async () => {
    await start();
    const grant = await granted();
    const { changeId } = await kit.propose({ a: 'two' });
    const stop = { scope: 'agent', value: 'note-bot', reason: 'odd', at: kit.clock.now().toISOString() } as const;
    await kit.ledger.write((tx) => insertStop(tx, { ...stop, actor: { kind: 'server', server: 'approvals' } }));
    expect(await decides(changeId)).toBe(false);
    expect(await endOf(grant)).toMatchObject({ why: 'stopped' });
  });
});

test('a grant ends with the key that signed it, and what was approved under it is revoked', async () => {
  await start();
  const grant = await granted();
  const id = await decided();
  expect(await signedBy(kit.ledger.db, kit.key.id)).toEqual([{ change_id: id, status: 'approved' }]);
  const actor = { kind: 'server', server: 'approvals' } as const;
  await endSignedBy(kit.ledger, { keyId: kit.key.id, at: kit.clock.now().toISOString(), actor });
  expect(await endOf(grant)).toMatchObject({ why: 'revoked', note: 'The key that it was signed with was retired.' });
  expect(await kit.status(id)).toBe('revoked');
});

describe('what was begun under a grant is settled after its end:', () => {
  test('a step of which the answer was lost is looked for', async () => {
    await start();
    const grant = await granted();
    const id = await decided();
    kit.store.fail('put', 'lose_answer');
    kit.store.intercept = async (call, moment) => {
      if (call.startsWith('put') && moment === 'after') await revoke(grant);
    };
    await workAll(kit.context);
    expect(await endOf(grant)).toMatchObject({ why: 'revoked' });
    expect(await kit.status(id)).toBe('applied');
  });

  test('what was done to its end is not called partial', async () => {
    await start();
    const grant = await granted();
    const id = await decided();
    let isWritten = false;
    kit.store.intercept = async (call, moment) => {
      if (call.startsWith('put') && moment === 'after') isWritten = true;
      if (!isWritten || !call.startsWith('find') || (await endOf(grant))) return;
      await revoke(grant);
      throw new Error('the executor stops before it looks at what was left');
    };
    await workAll(kit.context);
    expect(await endOf(grant)).toMatchObject({ why: 'revoked' });
    expect(await kit.status(id)).toBe('applied');
  });
});

describe('the executor refuses a follow-up', () => {
  test('whose grant was taken back before it began', async () => {
    await start();
    const grant = await granted();
    const id = await decided();
    await revoke(grant);
    await expectRefused(id, /The task grant that it came under has ended/);
  });

  test('whose grant was taken back while the writer was being opened', async () => {
    await start();
    const grant = await granted();
    const id = await decided();
    kit.store.intercept = async (call, moment) => {
      if (call.startsWith('open') && moment === 'before') await revoke(grant);
    };
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('failed');
    expect(kit.store.get('a').text).toBe('one');
  });

  test('whose grant was signed by another key', async () => {
    await start();
    const grant = await granted();
    const id = await decided();
    const row = await findGrant(kit.ledger.db, { id: grant });
    const forged = signGrant(
      openSigningKey(`${kit.dir}/other.pem`),
      verifyGrant(kit.context.keys(), row?.envelope ?? ''),
    );
    const look = await lookAt(kit.ledgerPath);
    await look.run('update grants set envelope = ?', forged);
    await look.close();
    await expectRefused(id, /does not carry a signature of the approvals server/);
  });

  test('whose grant was widened by the very key, without the decision of a person', async () => {
    await start();
    const grant = await granted();
    const id = await decided();
    const row = await findGrant(kit.ledger.db, { id: grant });
    const wider = { ...verifyGrant(kit.context.keys(), row?.envelope ?? ''), changes: 2 };
    const look = await lookAt(kit.ledgerPath);
    await look.run('update grants set changes = 2, envelope = ?', signGrant(kit.key, wider));
    await look.close();
    await expectRefused(id, /no decision was made that gives it/);
    const { findings } = await auditLedger(kit.ledger.db, { keys: kit.context.keys(), vault: noVault });
    expect(findings.map(({ message }) => message)).toContain(
      'The task grant that came with it is not what somebody signed and was offered.',
    );
  });

  test('whose row in the ledger says more than was signed', async () => {
    await start();
    await granted();
    const id = await decided();
    const look = await lookAt(kit.ledgerPath);
    await look.run('update grants set changes = 3, bytes = 99');
    await look.close();
    await expectRefused(id, /otherwise than its signature/);
  });

  test('of which the count was taken away', async () => {
    await start();
    await granted();
    const id = await decided();
    const look = await lookAt(kit.ledgerPath);
    await look.run('delete from grant_uses');
    await look.close();
    await expectRefused(id, /did not come under this grant/);
  });

  test('whose giver has left the list of people', async () => {
    const who = (more: string): string => `people:
  bob: { sign_in: [{ issuer: "https://idp", subject: s-bob }], groups: [x] }
${more}`;
    const carol = { issuer: 'https://idp', subject: 's-carol' };
    const listed = '  carol: { sign_in: [{ issuer: "https://idp", subject: s-carol }], groups: [team] }\n';
    await start({ more: rules(usual, 'group:team'), people: who(listed), signIn: 'provider' });
    await granted(carol);
    const id = await decided();
    kit.people = parsePeople({ text: who(''), source: 'people.yaml' });
    await expectRefused(id, /not in the list of people any more/);
    expect(await decides((await kit.propose({ a: 'three' })).changeId)).toBe(false);
  });

  test.each([
    [
      'somebody else’s version',
      () => kit.store.write('a', 'one again'),
      { a: 'two' },
      /Somebody else has worked on it/,
    ],
    ['what the change did not leave', () => undefined, { b: 'two' }, /about something else/],
    ['more bytes than are left', () => undefined, { a: 'four' }, /not so many bytes/],
  ])('on %s, that the approvals server signed and counted all the same', async (_, before, notes, why) => {
    await start({ more: rules('{ changes: 3, bytes: 3, for: 72h }') });
    const grant = await granted();
    before();
    const { changeId } = await kit.propose(notes);
    const use = { grant_id: grant, number: 1, bytes: 3 };
    const wrong: Decider = async (tx, { body }, at) => {
      await insertGrantUse(tx, { change_id: body.change_id, ...use, at: at.toISOString() });
      return { by: { kind: 'grant', grant, number: 1, bytes: 3 } };
    };
    const context = { ledger: kit.ledger, key: kit.key, now: kit.clock.now, deciders: [wrong] };
    expect(await decideAutomatically(context, changeId)).toBe(true);
    const left = kit.store.get('a').text;
    await workAll(kit.context);
    expect(await kit.status(changeId)).toBe('revoked');
    expect(await noteOf(changeId)).toMatch(why);
    expect([kit.store.get('a').text, kit.store.get('b').text]).toEqual([left, null]);
  });

  test('whose blueprint offers less by now', async () => {
    await start();
    await granted();
    const id = await decided();
    const edited = rules('{ changes: 2, bytes: 100, for: 72h }');
    kit.blueprints.set('note-keeper', notesBlueprint(['a', 'b', 'c'], edited, [notesCapability()]));
    await expectRefused(id, /does not offer such a task grant any more/);
  });

  test('that nobody put under a grant, whatever a decision says', async () => {
    await start();
    await granted();
    const { changeId } = await kit.propose({ a: 'two' });
    await expect(executeApproved(kit.context, changeId)).rejects.toThrow();
    expect(kit.store.get('a').text).toBe('one');
  });
});
