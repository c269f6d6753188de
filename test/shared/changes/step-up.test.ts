import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { auditLedger } from '#shared/changes/audit.ts';
import { type DecisionInput, decide, decisionToSign } from '#shared/changes/decide.ts';
import { type Approver, challengeOf, type Decision, signDecision, verifyDecision } from '#shared/changes/decision.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { verifyChange } from '#shared/changes/verify-change.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { noVault } from '#shared/ledger/vault.ts';
import type { Assertion } from '#shared/passkeys/assertion.ts';
import { parsePeople } from '#shared/people/load.ts';
import { type NotesKit, notesBlueprint, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { newPasskey } from '#test/fakes/passkey.ts';

const issuer = 'https://id.example';
const [bob, carol] = ['u-bob', 'u-carol'].map((subject) => ({ issuer, subject })) as [Approver, Approver];
const [bobs, carols, strange] = [newPasskey(), newPasskey('Ed25519'), newPasskey()];

const person = (name: string, ...passkeys: readonly string[]) =>
  `  ${name}: { sign_in: [{ issuer: "${issuer}", subject: u-${name} }], groups: [leads], passkeys: [${passkeys.join(', ')}] }\n`;
const listed = (...of: readonly string[]): string => `people:\n${of.join('')}`;
const everybody = listed(person('bob', bobs.entry), person('carol', carols.entry));
const stepUp = (more = '') => `review: { default: { by: ["group:leads"], step_up: passkey${more} } }`;

let kit: NotesKit;
afterEach(() => kit.close());

const start = async (more = stepUp(), people = everybody): Promise<void> => {
  kit = await notesKit({ more, people, signIn: 'provider' });
};
const relist = (text: string): void => {
  kit.people = parsePeople({ text, source: 'people.yaml' });
};
const asked = async (note = 'a'): Promise<string> => (await kit.propose({ [note]: 'new' })).changeId;

const context = () => ({
  ledger: kit.ledger,
  key: kit.key,
  now: kit.clock.now,
  people: () => kit.people ?? expect.fail(),
});

async function input(approver: Approver, ...ids: readonly string[]): Promise<DecisionInput> {
  const changes: { changeId: string; seal: string }[] = [];
  for (const id of ids) changes.push({ changeId: id, seal: (await findSealed(kit.ledger.db, id))?.seal ?? '' });
  const key = approver === bob ? 'bob' : 'carol';
  const known = { key, groups: [{ group: 'leads', from: ['people' as const] }] };
  return { changes, verb: 'approve', approver, known, reason: 'looked at it' };
}

/** Approves changes with what a passkey answers to the statement that the server makes. */
async function approve(approver: Approver, answer: (challenge: string) => Assertion, ...ids: readonly string[]) {
  const wanted = await input(approver, ...ids);
  const statement = await decisionToSign(context(), wanted);
  return decide(context(), { ...wanted, stepUp: { statement, assertion: answer(challengeOf(statement)) } });
}

describe('a rule that asks for a passkey', () => {
  test('is sealed, takes an approval with one, and the executor carries it out', async () => {
    await start();
    const id = await asked();
    const kept = (await findSealed(kit.ledger.db, id)) ?? expect.fail();
    expect(unseal(kept).body.review).toEqual({ by: ['group:leads'], quorum: 1, step_up: 'passkey' });
    await expect(decide(context(), await input(bob, id))).rejects.toMatchObject({ code: 'step_up_required' });
    expect(await kit.status(id)).toBe('pending');
    await approve(bob, bobs.answer, id);
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });

  test('takes one over several changes, which is kept with each, and needs none to reject', async () => {
    await start();
    const ids = [await asked('a'), await asked('b')];
    await approve(bob, (challenge) => bobs.answer(challenge, { counter: 7 }), ...ids);
    await workAll(kit.context);
    for (const id of ids) expect(await kit.status(id)).toBe('applied');
    const other = await asked('c');
    expect(await kit.decide(other, 'reject', bob)).toBe('rejected');
  });

  test('wants one of each of a quorum', async () => {
    await start(stepUp(', quorum: 2'));
    const id = await asked();
    expect(await approve(bob, bobs.answer, id)).toEqual([{ changeId: id, status: 'pending' }]);
    kit.clock.advance(60_000);
    await expect(approve(carol, bobs.answer, id)).rejects.toMatchObject({ code: 'not_permitted' });
    expect(await approve(carol, carols.answer, id)).toEqual([{ changeId: id, status: 'approved' }]);
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });

  test('counts for rules that do not say otherwise, and for the restore that a person asks for', async () => {
    const { review } = notesBlueprint(
      ['a'],
      `review:
  default: { by: ["group:leads"], step_up: passkey }
  rules: [{ flags: none, quorum: 2 }, { reaches: none, step_up: none }]`,
    );
    expect([review, ...(review.rules ?? [])].map((rule) => rule.stepUp)).toEqual(['passkey', 'passkey', undefined]);
    await start();
    const id = await asked();
    await approve(bob, bobs.answer, id);
    await workAll(kit.context);
    const back = await requestRestore(
      context(),
      { person: carol },
      { change_id: id, choice: 'refuse', reason: 'Wrong.' },
    );
    await workAll(kit.context);
    await expect(decide(context(), await input(bob, back))).rejects.toMatchObject({ code: 'step_up_required' });
    await approve(bob, bobs.answer, back);
    await workAll(kit.context);
    expect([await kit.status(back), kit.store.get('a').text]).toEqual(['applied', null]);
  });

  test('that nobody could meet refuses the proposal', async () => {
    await start(stepUp(', quorum: 2'), listed(person('bob', bobs.entry), person('carol')));
    await expect(asked()).rejects.toThrow('the rule wants 2 of group:leads, with a passkey, and only 1 is known');
    relist(listed(person('bob', bobs.entry.replace(' }', ', retired: 2027-01-01 }')), person('carol')));
    await expect(asked()).rejects.toThrow('nobody is known who could');
  });
});

describe('the approvals server refuses', () => {
  test.each<readonly [what: string, answer: (challenge: string) => Assertion]>([
    ['an assertion over something else', () => bobs.answer('0'.repeat(64))],
    ['a passkey of nobody', strange.answer],
    ['a passkey of somebody else', carols.answer],
    ['a passkey under the id of another', (challenge) => ({ ...strange.answer(challenge), id: bobs.id })],
    ['one without user verification', (challenge) => bobs.answer(challenge, { isVerified: false })],
    ['a page of another port', (challenge) => bobs.answer(challenge, { origin: 'https://console.example:8443' })],
    ['a page inside of another', (challenge) => bobs.answer(challenge, { crossOrigin: true })],
    ['another host', (challenge) => bobs.answer(challenge, { rpId: 'example' })],
    ['a registration', (challenge) => bobs.answer(challenge, { type: 'webauthn.create' })],
  ])('%s', async (_what, answer) => {
    await start();
    const id = await asked();
    await expect(approve(bob, answer, id)).rejects.toMatchObject({ code: 'not_permitted' });
    expect(await kit.status(id)).toBe('pending');
  });

  test('what was signed too late, and what is not as it was when it was made to be signed', async () => {
    await start();
    const id = await asked();
    const late = (challenge: string) => {
      kit.clock.advance(120_000);
      return bobs.answer(challenge);
    };
    await expect(approve(bob, late, id)).rejects.toMatchObject({ code: 'expired' });
    const wanted = await input(bob, id);
    const statement = await decisionToSign(context(), wanted);
    const signed = { statement, assertion: bobs.answer(challengeOf(statement)) };
    await expect(decide(context(), { ...wanted, reason: 'Another.', stepUp: signed })).rejects.toMatchObject({
      code: 'wrong_state',
    });
    const other = { ...(await input(bob, await asked('b'))), stepUp: signed };
    await expect(decide(context(), other)).rejects.toMatchObject({ code: 'wrong_state' });
    expect(await kit.status(id)).toBe('pending');
  });
});

describe('the executor refuses an approval', () => {
  const put = (id: string, envelope: string): void => {
    const raw = new Database(kit.ledgerPath);
    raw.exec('drop trigger decisions_no_update');
    expect(raw.prepare('update decisions set envelope = ? where change_id = ?').run(envelope, id).changes).toBe(1);
    raw.close();
  };

  /** What a compromised approvals server signs, which has the decision key and no passkey. */
  const forge = async (id: string, other: (said: Decision) => Partial<Decision>): Promise<void> => {
    const [row] = await decisionsOf(kit.ledger.db, id);
    const { assertion: _answer, ...said } = verifyDecision(kit.context.keys(), row?.envelope ?? '');
    put(id, signDecision(kit.key, { ...said, ...other(said) }));
  };

  test.each<readonly [what: string, other: (said: Decision, earlier: Assertion) => Partial<Decision>]>([
    ['without an assertion', () => ({})],
    ['with one over another statement', (said) => ({ assertion: bobs.answer(challengeOf({ ...said, reason: 'x' })) })],
    ['with one over another time', (said) => ({ assertion: bobs.answer(challengeOf(said)), decided_at: later(said) })],
    ['of an unregistered passkey', (said) => ({ assertion: strange.answer(challengeOf(said)) })],
    ['of somebody else’s passkey', (said) => ({ assertion: carols.answer(challengeOf(said)) })],
    ['without user verification', (said) => ({ assertion: bobs.answer(challengeOf(said), { isVerified: false }) })],
    ['that was given to another change', (_said, earlier) => ({ assertion: earlier })],
  ])('%s', async (_what, other) => {
    await start();
    const earlier = await asked('b');
    await approve(bob, bobs.answer, earlier);
    const [row] = await decisionsOf(kit.ledger.db, earlier);
    const { assertion = expect.fail() } = verifyDecision(kit.context.keys(), row?.envelope ?? '');
    const id = await asked();
    await approve(bob, bobs.answer, id);
    await forge(id, (said) => other(said, assertion));
    await workAll(kit.context);
    expect([await kit.status(id), await kit.status(earlier)]).toEqual(['revoked', 'applied']);
    expect(kit.store.get('a').text).toBe(null);
    const { found, findings } = await auditLedger(kit.ledger.db, {
      keys: kit.context.keys(),
      vault: noVault,
      people: kit.people,
    });
    expect(found).toBeGreaterThan(0);
    expect(findings.map(({ where }) => where)).toContain(id);
  });

  test.each([
    ['was taken off the list', listed(person('bob', strange.entry), person('carol', carols.entry))],
    ['was retired', everybody.replace(bobs.entry, bobs.entry.replace(' }', ', retired: 2027-01-01 }'))],
    ['is another person’s now', listed(person('bob', strange.entry), person('carol', bobs.entry))],
    ['counts at another address now', everybody.replace('console.example', 'other.example')],
  ])('whose passkey %s since', async (_what, people) => {
    await start();
    const id = await asked();
    await approve(bob, bobs.answer, id);
    relist(people);
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('revoked');
  });

  test('without a passkey when the blueprint asks for one only since', async () => {
    await start('review: { default: { by: ["group:leads"] } }');
    const id = await asked();
    await kit.decide(id, 'approve', bob);
    const other = await asked('b');
    await approve(bob, bobs.answer, other);
    const stricter = notesBlueprint(['a', 'b', 'c'], stepUp());
    kit.blueprints.set(stricter.name, stricter);
    await workAll(kit.context);
    // What was asserted although nobody had to is good enough.
    expect([await kit.status(id), await kit.status(other)]).toEqual(['revoked', 'applied']);
  });
});

describe('whoever checks the record afterwards', () => {
  test('verifies assertions by the list of people, those of passkeys that were retired too', async () => {
    await start();
    const id = await asked();
    await approve(bob, bobs.answer, id);
    await workAll(kit.context);
    const [keys, vault] = [kit.context.keys(), noVault];
    const checked = async (people?: string) => {
      const given = people === undefined ? {} : { people: parsePeople({ text: people, source: 'people.yaml' }) };
      const audit = await auditLedger(kit.ledger.db, { keys, vault, ...given });
      const change = (await verifyChange(kit.ledger.db, id, { keys, vault, ...given })) ?? expect.fail();
      const { holds } = change.checks.find(({ check }) => check === 'passkeys') ?? expect.fail();
      return { found: audit.found, passkeys: audit.passkeys, holds };
    };
    const good = { found: 0, passkeys: { checked: 1, unchecked: 0 }, holds: true };
    expect(await checked(everybody)).toEqual(good);
    expect(await checked(everybody.replace(bobs.entry, bobs.entry.replace(' }', ', retired: 2027-01-01 }')))).toEqual(
      good,
    );
    expect(await checked()).toEqual({ found: 0, passkeys: { checked: 0, unchecked: 1 }, holds: null });
    expect(await checked(listed(person('bob', strange.entry)))).toMatchObject({ found: 1, holds: false });
  });
});

const later = ({ decided_at: at }: Decision): string => new Date(Date.parse(at) + 1).toISOString();
