import { afterEach, describe, expect, test } from 'vitest';
import { auditLedger } from '#shared/changes/audit.ts';
import { type AutomaticDecision, issuedBy, signAutomatic, verifyAutomatic } from '#shared/changes/automatic.ts';
import { automaticIssuers } from '#shared/changes/automatic-issuers.ts';
import { decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { policyBy, policyDecider } from '#shared/changes/policy.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { requestResume } from '#shared/changes/resume.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { signedBy } from '#shared/changes/signed-by.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import { verifyChange } from '#shared/changes/verify-change.ts';
import { findChange, moveChange } from '#shared/ledger/changes.ts';
import { decisionsOf, insertDecision } from '#shared/ledger/decisions.ts';
import { appendEvent, eventsOf } from '#shared/ledger/events.ts';
import { figuresSince } from '#shared/ledger/figures.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { insertStop } from '#shared/ledger/stops.ts';
import { keepLeft } from '#shared/ledger/things.ts';
import { alice, type NotesKit, notesBlueprint, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { notesCapability } from '#test/fakes/notes-tool.ts';

const rule = (more = 'reaches: [notifies]') =>
  `review: { rules: [{ name: own-notes, tools: [set_notes], own: true, flags: none, ${more}, decide: policy }] }`;

let kit: NotesKit;
afterEach(() => kit.close());

async function start(more = rule()): Promise<void> {
  kit = await notesKit({ more });
}

/** What the approvals server does with what has come in. */
function automatically(id: string, isMarked = true): Promise<boolean> {
  const decidable = () => (isMarked ? 'by_policy' : undefined);
  const blueprint = (name: string) => kit.blueprints.get(name) ?? null;
  const deciders = [policyDecider({ blueprint, decidable })];
  return decideAutomatically({ ledger: kit.ledger, key: kit.key, now: kit.clock.now, deciders }, id);
}

async function applied(notes: Readonly<Record<string, string | null>>): Promise<string> {
  const id = await kit.approved(notes);
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('applied');
  return id;
}

const asked = async (text = 'two', note = 'a'): Promise<string> => (await kit.propose({ [note]: text })).changeId;

async function sealedOf(id: string) {
  const kept = await findSealed(kit.ledger.db, id);
  if (!kept) throw new Error('nothing is sealed');
  return unseal(kept);
}

/** A note of the agent's own, and a change of it that waits. */
async function ownAsked(): Promise<string> {
  await start();
  await applied({ a: 'one' });
  return asked();
}

async function expectPeopleDecide(id: string): Promise<void> {
  expect(await automatically(id)).toBe(false);
  expect(await kit.status(id)).toBe('pending');
  expect(await decisionsOf(kit.ledger.db, id)).toEqual([]);
  expect(await kit.decide(id)).toBe('approved');
}

async function expectRevoked(id: string, why: string): Promise<void> {
  const writes = kit.store.writes('a');
  await workAll(kit.context);
  const row = await findChange(kit.ledger.db, id);
  expect(row?.status).toBe('revoked');
  expect(row?.note).toContain(why);
  expect(kit.store.writes('a')).toBe(writes);
}

describe('a rule decides', () => {
  test('what builds on the agent’s own work: signed, on record, carried out, and so again', async () => {
    const id = await ownAsked();
    expect((await sealedOf(id)).body).toMatchObject({
      stands_on: [{ thing: 'note:a', version: '1' }],
      review: { by: ['local'], quorum: 1, rule: { index: 0, name: 'own-notes' }, decide: 'policy' },
    });
    expect(await automatically(id)).toBe(true);
    expect(await kit.status(id)).toBe('approved');
    const [row, ...more] = await decisionsOf(kit.ledger.db, id);
    expect(more).toEqual([]);
    expect(row).toMatchObject({ verb: 'approve', issuer: 'countersign:policy', subject: 'note-keeper#0' });
    const { name, digest } = kit.blueprint;
    expect(verifyAutomatic(kit.context.keys(), row?.envelope ?? '')).toMatchObject({
      change_id: id,
      seal: (await sealedOf(id)).seal,
      by: { kind: 'policy', blueprint: { name, digest }, rule: { index: 0, name: 'own-notes' } },
    });
    const made = (await eventsOf(kit.ledger.db, id)).filter(({ type }) => type === 'decision.made');
    expect(made.map(({ actor }) => actor)).toEqual([{ kind: 'server', server: 'approvals' }]);
    await workAll(kit.context);
    expect(kit.store.get('a').text).toBe('two');

    const next = await asked('three');
    expect(await automatically(next)).toBe(true);
    await workAll(kit.context);
    expect(kit.store.get('a').text).toBe('three');
  });

  test('once, and nothing that is decided already', async () => {
    const id = await ownAsked();
    expect([await automatically(id), await automatically(id)]).toEqual([true, false]);
    expect(await decisionsOf(kit.ledger.db, id)).toHaveLength(1);
  });

  test('what comes after a change that still waits for people, and lets it go on when they approve', async () => {
    await start();
    await applied({ a: 'one' });
    const first = await asked('one', 'b');
    const later = (await kit.propose({ a: 'two' }, { after: first })).changeId;
    expect(await automatically(later)).toBe(true);
    expect(await kit.status(later)).toBe('pending');
    await kit.decide(first);
    expect(await kit.status(later)).toBe('approved');
    await workAll(kit.context);
    expect([await kit.status(first), await kit.status(later)]).toEqual(['applied', 'applied']);
  });

  test('what is taken up again after it was done in part', async () => {
    await start();
    await applied({ a: 'one', b: 'one' });
    const id = (await kit.propose({ a: 'two', b: 'two' })).changeId;
    expect(await automatically(id)).toBe(true);
    kit.store.fail('put', () => {}, 'refuse');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('partial');
    await requestResume({ ledger: kit.ledger, now: kit.clock.now }, { changeId: id, reason: 'mended', person: alice });
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });
});

describe('people decide', () => {
  test('what builds on nothing, or on what the agent did not make', async () => {
    await start();
    await expectPeopleDecide(await asked());
    kit.store.write('b', 'theirs');
    await expectPeopleDecide(await asked('two', 'b'));
  });

  test('what builds on something that was made under another blueprint', async () => {
    await start();
    const mine = kit.blueprint;
    kit.blueprint = { ...mine, name: 'another' };
    kit.blueprints.set('another', kit.blueprint);
    await applied({ a: 'one' });
    kit.blueprint = mine;
    await expectPeopleDecide(await asked());
  });

  test('what somebody else worked on since, outside or by a change of their own', async () => {
    await start();
    const made = await applied({ a: 'one', b: 'one' });
    kit.store.write('b', 'theirs');
    await expectPeopleDecide(await asked('two', 'b'));

    // It is theirs only after the proposal was sealed, when the rule still held.
    const id = await asked('two', 'a');
    expect((await sealedOf(id)).body.review.decide).toBe('policy');
    const { ledger, clock } = kit;
    const request = { change_id: made, choice: 'untouched', reason: 'no' } as const;
    const restore = await requestRestore({ ledger, now: clock.now }, { person: alice }, request);
    await workAll(kit.context);
    await kit.decide(restore);
    await workAll(kit.context);
    expect(await kit.status(restore)).toBe('applied');
    await expectPeopleDecide(id);
  });

  test('what reaches further than the rule names', async () => {
    await start(rule('reaches: none'));
    await applied({ a: 'one' });
    const id = await asked();
    expect((await sealedOf(id)).body.review).toEqual({ by: ['local'], quorum: 1 });
    await expectPeopleDecide(id);
  });

  test('a restore that overwrites others, and whatever a person asks for', async () => {
    await start();
    const { ledger, clock } = kit;
    const made = await applied({ a: 'one' });
    const by = { agent: kit.blueprint.agent, blueprint: kit.blueprint.name };
    const asks = [{ person: alice }, { agent: by }] as const;
    for (const asker of asks) {
      kit.store.write('a', 'theirs');
      const request = { change_id: made, choice: 'overwrite', reason: 'no' } as const;
      const context = { ledger, now: clock.now };
      const id = await ('person' in asker
        ? requestRestore(context, asker, request)
        : requestRestore(context, { blueprint: kit.blueprint }, request));
      await workAll(kit.context);
      expect(await automatically(id)).toBe(false);
      expect(await kit.status(id)).toBe('pending');
      await kit.decide(id, 'reject');
    }
  });

  test('what a tool does that is not marked, or whose blueprint changed or is gone', async () => {
    const id = await ownAsked();
    expect(await automatically(id, false)).toBe(false);
    const { name } = kit.blueprint;
    kit.blueprints.set(name, notesBlueprint(['a', 'b', 'c'], `${rule()}\nlimits: { pending: 9 }`));
    expect(await automatically(id)).toBe(false);
    kit.blueprints.delete(name);
    expect(await automatically(id)).toBe(false);
    kit.blueprints.set(name, kit.blueprint);
    expect(await kit.decide(id)).toBe('approved');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });

  test('while writes are stopped, and nothing whose time is over', async () => {
    const id = await ownAsked();
    const at = kit.clock.now().toISOString();
    const actor = { kind: 'person', ...alice } as const;
    await kit.ledger.write((tx) => insertStop(tx, { scope: 'agent', value: 'note-bot', reason: 'look', actor, at }));
    expect(await automatically(id)).toBe(false);
    kit.clock.advance(25 * 3_600_000);
    expect(await automatically(id)).toBe(false);
  });

  test('and nobody signs in as a rule', async () => {
    const id = await ownAsked();
    const decided = kit.decide(id, 'approve', { issuer: automaticIssuers.policy, subject: 'note-keeper#0' });
    await expect(decided).rejects.toMatchObject({ code: 'not_permitted' });
  });
});

describe('the executor does not carry out', () => {
  test.each<[string, string, () => void]>([
    [
      'what was decided under a blueprint that changed since',
      'not the one under which it was proposed',
      () => kit.blueprints.set(kit.blueprint.name, notesBlueprint(['a', 'b'], rule())),
    ],
    ['what was decided under one that is gone', 'not the one', () => kit.blueprints.delete(kit.blueprint.name)],
  ])('%s', async (_what, why, change) => {
    const id = await ownAsked();
    await automatically(id);
    change();
    await expectRevoked(id, why);
  });

  test('what builds on what somebody else worked on before it began', async () => {
    await start();
    const other = await applied({ b: 'one' });
    await applied({ a: 'one' });
    const id = await asked();
    await automatically(id);
    const { ledger, clock, store } = kit;
    const until = clock.now().getTime() + 1_000;
    const held = ledger.db.updateTable('changes').set({ claimed_by: 'another', lease_until: until });
    await ledger.write((tx) => tx.executeQuery(held.where('id', '=', id).compile()).then(() => {}));
    const request = { change_id: other, choice: 'refuse', reason: 'no' } as const;
    const restore = await requestRestore({ ledger, now: clock.now }, { person: alice }, request);
    await workAll(kit.context);
    await kit.decide(restore);
    const row = await findChange(ledger.db, restore);
    store.intercept = async (call, moment) => {
      if (!row || !call.startsWith('put b') || moment === 'before') return;
      const left = [{ thing: 'note:a', version: '2', made: false }];
      await ledger.write((tx) => keepLeft(tx, row, left, clock.now().toISOString()));
    };
    await workAll(kit.context);
    expect(await kit.status(restore)).toBe('applied');
    clock.advance(2_000);
    await expectRevoked(id, 'not its agent’s own work');
  });

  test('what a tool does that its own code does not mark', async () => {
    const id = await ownAsked();
    await automatically(id);
    const tools = toolbox([notesCapability('guarded', true, false)]);
    await workAll(kit.executor('unmarked', { tools }));
    expect(await kit.status(id)).toBe('revoked');
    expect(kit.store.get('a').text).toBe('one');
  });

  const forged: readonly [string, (own: AutomaticDecision, other: AutomaticDecision) => string][] = [
    ['a row that no key signed', () => '{}'],
    ['a signature over another seal', (own) => signed({ ...own, seal: 'f'.repeat(64) })],
    ['a signature over another change', (_own, other) => signed(other)],
    [
      'a signature of another rule',
      ({ by, ...own }) => signed({ ...own, by: by.kind === 'policy' ? { ...by, rule: { index: 1 } } : by }),
    ],
  ];
  const signed = ({ format: _format, ...said }: AutomaticDecision): string => signAutomatic(kit.key, said);

  test.each(forged)('what has only %s', async (_what, envelopeOf) => {
    const other = await ownAsked();
    await automatically(other);
    await workAll(kit.context);
    expect(await kit.status(other)).toBe('applied');
    // It builds on the agent's own work still: nothing but what is signed stands in its way.
    const id = await asked('another');
    const said = await statementOf(id);
    await approveWith(id, envelopeOf(said, await statementOf(other)));
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('revoked');
    expect(kit.store.get('a').text).toBe('two');
  });

  async function statementOf(id: string): Promise<AutomaticDecision> {
    const { seal, body } = await sealedOf(id);
    const by = policyBy(body);
    if (!by) throw new Error('a rule decides it');
    const at = kit.clock.now().toISOString();
    return {
      format: 'countersign/automatic-decision@1',
      change_id: id,
      seal,
      decided_at: at,
      expires_at: body.expires_at,
      by,
    };
  }

  /** What whoever writes to the ledger could do, past the approvals server. */
  async function approveWith(id: string, envelope: string): Promise<void> {
    const { change_id, seal, by, decided_at, expires_at } = await statementOf(id);
    const actor = { kind: 'server', server: 'approvals' } as const;
    await kit.ledger.write(async (tx) => {
      const said = { change_id, seal, verb: 'approve', decided_at, expires_at } as const;
      await insertDecision(tx, { ...said, ...issuedBy(by), envelope });
      const event = { at: decided_at, type: 'decision.made', changeId: id, actor, body: { verb: 'approve', seal } };
      await appendEvent(tx, event);
      await moveChange(tx, { id, from: 'pending', to: 'approved', at: decided_at, actor });
    });
  }
});

describe('afterwards', () => {
  test('the audit holds, the check of the change names the rule, and figures count it as no person', async () => {
    const id = await ownAsked();
    await automatically(id);
    await workAll(kit.context);
    const keys = kit.context.keys();
    const found = await auditLedger(kit.ledger.db, { keys, vault: kit.ledger.vault });
    expect(found.findings).toEqual([]);
    const checked = await verifyChange(kit.ledger.db, id, { keys, vault: kit.ledger.vault });
    expect(checked?.checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(checked?.decisions).toMatchObject([
      { holds: true, automatic: { kind: 'policy', rule: { name: 'own-notes' } } },
    ]);
    const { by, decisions, people, waits } = await figuresSince(kit.ledger.db, new Date(0));
    expect(by).toEqual({ person: 1, policy: 1, grant: 0, review: 0 });
    expect([decisions.approve, people.length, waits.of]).toEqual([2, 1, 1]);
  });

  test('the key that signed it cannot be retired unseen while it counts', async () => {
    const id = await ownAsked();
    await automatically(id);
    expect(await signedBy(kit.ledger.db, kit.key.id)).toEqual([{ change_id: id, status: 'approved' }]);
  });
});
