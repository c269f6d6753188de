import { afterEach, describe, expect, test } from 'vitest';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { issuedBy, signAutomatic } from '#shared/changes/automatic.ts';
import { decideAutomatically } from '#shared/changes/decide-automatically.ts';
import type { Approver } from '#shared/changes/decision.ts';
import { policyBy, policyDecider } from '#shared/changes/policy.ts';
import { propose } from '#shared/changes/propose.ts';
import { type AskedByPerson, requestByPerson } from '#shared/changes/request-by-person.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { findChange, moveChange } from '#shared/ledger/changes.ts';
import { insertDecision } from '#shared/ledger/decisions.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { insertStop } from '#shared/ledger/stops.ts';
import { faceApp } from '#shared/mcp/face.ts';
import { callOf } from '#test/bench/mcp-client.ts';
import { alice, bob, type NotesKit, notesBlueprint, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { notesCapability } from '#test/fakes/notes-tool.ts';

const rules = 'rules: [{ tools: [set_notes], own: true, flags: none, reaches: [notifies], decide: policy }]';

let kit: NotesKit;
afterEach(() => kit.close());

async function start(options: Parameters<typeof notesKit>[0] = {}): Promise<void> {
  kit = await notesKit({ quarantine: 'possible', more: `review: { ${rules} }`, ...options });
}

const asPerson = (asked: Partial<AskedByPerson>, person = alice): Promise<string> => {
  const whole = { server: 'notes', tool: 'accept_note', args: {}, about: null, ...asked };
  return requestByPerson({ ledger: kit.ledger, now: kit.clock.now }, person, whole);
};
const accept = (change: string, person = alice, note = 'a'): Promise<string> =>
  asPerson({ args: { note, change, reason: 'read it' }, about: change }, person);
const bringBack = (notes: readonly string[], person = alice): Promise<string> => {
  const args = { notes: notes.map((id) => ({ id, text: 'as it was' })), reason: 'wrong' };
  return asPerson({ tool: 'bring_back_notes', args }, person);
};

/** A change of a note of the agent's own that a rule let in; `people` decided the one before. */
async function letIn(...people: readonly Approver[]): Promise<string> {
  const { changeId: first } = await kit.propose({ a: 'one' });
  for (const person of people.length > 0 ? people : [alice]) await kit.decide(first, 'approve', person);
  await workAll(kit.context);
  const { changeId } = await kit.propose({ a: 'two' });
  return byRule(changeId);
}

async function byRule(changeId: string): Promise<string> {
  const blueprint = (name: string) => kit.blueprints.get(name) ?? null;
  const deciders = [policyDecider({ blueprint, decidable: () => 'by_policy' })];
  await decideAutomatically({ ledger: kit.ledger, key: kit.key, now: kit.clock.now, deciders }, changeId);
  await workAll(kit.context);
  expect(kit.store.waiting.has('a')).toBe(true);
  return changeId;
}

async function planned(asked: Promise<string>): Promise<string> {
  const id = await asked;
  await workAll(kit.context);
  return id;
}
const ended = async (id: string) => {
  const row = await findChange(kit.ledger.db, id);
  return [row?.status, row?.note];
};
const reviewOf = async (id: string) => {
  const kept = await findSealed(kit.ledger.db, id);
  if (!kept) throw new Error('nothing is sealed');
  return unseal(kept).body.review;
};

const issuer = 'https://id.example';
const [ann, ben, cat] = ['ann', 'ben', 'cat'].map((subject) => ({ issuer, subject })) as [Approver, Approver, Approver];
const people = `people:
  alice: { sign_in: [{ issuer: "${issuer}", subject: ann }], groups: [editors] }
  ben: { sign_in: [{ issuer: "${issuer}", subject: ben }], groups: [editors] }
  cat: { sign_in: [{ issuer: "${issuer}", subject: cat }], groups: [editors] }
  dan: { sign_in: [{ issuer: "${issuer}", subject: dan }], groups: [others] }
`;

describe('an acceptance', () => {
  test('is decided by as many as the change that it is about, and not by those who could not', async () => {
    const fallback = 'default: { by: ["group:editors"], quorum: 2, exclude: [sponsor] }';
    await start({ more: `review: { ${fallback}, ${rules} }`, people, signIn: 'provider' });
    const id = await planned(accept(await letIn(ben, cat), ann));
    expect(await reviewOf(id)).toEqual({ by: ['group:editors'], quorum: 2, exclude: ['sponsor'] });
    await expect(kit.decide(id, 'approve', ann)).rejects.toMatchObject({ code: 'not_permitted' });
    await expect(kit.decide(id, 'approve', { issuer, subject: 'dan' })).rejects.toMatchObject({
      code: 'not_permitted',
    });
    expect(await kit.decide(id, 'approve', ben)).toBe('pending');
    expect(await kit.decide(id, 'approve', cat)).toBe('approved');
    await workAll(kit.context);
    expect(kit.store.waiting.has('a')).toBe(false);
  });

  test('of what was made on more that waits is decided by those alone who could decide all of it, and as strictly', async () => {
    const fallback = 'default: { by: ["group:editors", "person:dan"], quorum: 2, exclude: [sponsor] }';
    await start({ more: `review: { ${fallback}, ${rules} }`, people, signIn: 'provider' });
    const older = await letIn(ben, cat);
    const next = async (by: readonly [string, ...string[]], text: string): Promise<string> => {
      const notes = ['a', 'b', 'c'];
      kit.blueprint = notesBlueprint(notes, `review: { default: { by: ${JSON.stringify(by)} }, ${rules} }`);
      kit.blueprints.set(kit.blueprint.name, kit.blueprint);
      const { changeId } = await kit.propose({ a: text });
      return byRule(changeId);
    };
    const asked = (change: string, also: readonly string[]) =>
      planned(asPerson({ args: { note: 'a', change, also: [...also], reason: 'read it' }, about: change }, ann));
    const newer = await next(['group:others', 'group:editors'], 'three');
    expect(await reviewOf(await asked(newer, [older]))).toEqual({
      ...{ by: ['group:editors'], quorum: 2, exclude: ['sponsor'] },
    });
    const newest = await next(['group:others'], 'four');
    const [status, note] = await ended(await asked(newest, [newer, older]));
    expect([status, note]).toEqual(['failed', expect.stringContaining('is nobody’s')]);
  });

  test('may be approved by the one who asked for it, also while its agent is stopped and has no blueprint', async () => {
    await start();
    const change = await letIn();
    const stop = { scope: 'agent', value: 'note-bot', reason: 'odd', at: kit.clock.now().toISOString() } as const;
    await kit.ledger.write((tx) => insertStop(tx, { ...stop, actor: { kind: 'person', ...bob } }));
    kit.blueprints.clear();
    const id = await planned(accept(change));
    expect(await kit.decide(id, 'approve', alice)).toBe('approved');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });

  test('is asked for once, and of what is there alone', async () => {
    await start();
    const change = await letIn();
    const [one, other] = await Promise.all([accept(change), accept(change, bob)]);
    expect(one).toBe(other);
    const { changeId: open } = await kit.propose({ b: 'x' });
    await expect(accept(open)).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(accept(`chg_${'0'.repeat(26)}`)).rejects.toMatchObject({ code: 'not_found' });
    await expect(asPerson({ server: 'pages', args: {}, about: change })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('of what does not wait, or of another note, ends and says why', async () => {
    await start();
    const change = await letIn();
    expect(await ended(await planned(accept(change, alice, 'b')))).toEqual(['failed', 'Nothing of the note b waits.']);
    const args = { note: 'a', change: `chg_${'0'.repeat(26)}`, reason: 'x' };
    expect(await ended(await planned(asPerson({ args, about: change })))).toEqual([
      'failed',
      'The change that it is about is not the one that it names.',
    ]);
    expect(await ended(await planned(asPerson({ args: { note: 'a' } })))).toEqual([
      'failed',
      'change: is missing; reason: is missing.',
    ]);
  });

  test('of what was written since it was planned does nothing', async () => {
    await start();
    const id = await planned(accept(await letIn()));
    await kit.decide(id);
    kit.store.write('a', 'three');
    await workAll(kit.context);
    expect(await ended(id)).toEqual(['stale', 'The note a was changed.']);
  });

  test('waits while the backend cannot be asked, and is not planned where it is another', async () => {
    await start();
    const change = await letIn();
    const id = await accept(change);
    kit.store.fail('find', 'fail_before', 'fail_before');
    await workAll(kit.context, 2);
    expect(await kit.status(id)).toBe('planning');
    await workAll(kit.executor('moved', { backend: 'elsewhere.test' }));
    expect(await kit.status(id)).toBe('failed');
  });
});

describe('what people ask for of a place', () => {
  test('is decided by one of those who decide what agents write there', async () => {
    const of = (by: string) => notesBlueprint(['a', 'b'], `review: { default: { by: ["group:${by}"], quorum: 2 } }`);
    await start({ people, signIn: 'provider' });
    kit.blueprints.clear();
    kit.blueprints.set('one', of('editors'));
    kit.blueprints.set('two', of('others'));
    kit.blueprints.set('three', notesBlueprint(['b'], 'review: { default: { by: ["person:ben"] } }'));
    const id = await planned(bringBack(['a', 'b'], ann));
    expect(await reviewOf(id)).toEqual({ by: ['group:editors', 'group:others'], quorum: 1 });
    expect(await kit.decide(id, 'approve', ann)).toBe('approved');
    await workAll(kit.context);
    expect(['a', 'b'].map((note) => kit.store.get(note).text)).toEqual(['as it was', 'as it was']);
  });

  test('is refused where no blueprint lets an agent write, since nobody is named', async () => {
    await start();
    const [status, note] = await ended(await planned(bringBack(['z'])));
    expect([status, note]).toEqual(['failed', expect.stringContaining('names anybody who could decide it')]);
  });
});

describe('no agent', () => {
  const granting = (blueprint: Blueprint): Blueprint => {
    const [[name, grant] = expect.fail()] = blueprint.grants;
    return { ...blueprint, grants: new Map([[name, { ...grant, tools: new Set(['accept_note']) }]]) };
  };

  test('is granted what people ask for, and no rule names it', async () => {
    await start();
    const capabilities = [notesCapability('guarded', true, true, false, 'possible')];
    expect([...(kit.blueprint.grants.get('notes-write')?.tools ?? [])]).toEqual(['set_notes']);
    const named = 'review: { rules: [{ tools: [accept_note], by: [local] }] }';
    expect(() => notesBlueprint(['a'], named, capabilities)).toThrow('This must be "set_notes".');
    const listed = (tool: string) => {
      const text = `{ blueprint: b, goal: g, agent: a, sponsor: s, callers: [{ listener: 127.0.0.1 }],
        capabilities: { notes-write: { notes: [a], tools: [${tool}] } } }`;
      return parseBlueprint({ text, source: 'b.yaml', capabilities }).grants.get('notes-write')?.tools;
    };
    expect(listed('set_notes')).toEqual(new Set(['set_notes']));
    expect(() => listed('accept_note')).toThrow('This must be "set_notes".');
  });

  test('is shown it or can call it, whatever its blueprint says', async () => {
    await start();
    const change = await letIn();
    const blueprint = granting(kit.blueprint);
    const app = faceApp({
      context: kit.context,
      blueprint: () => blueprint,
      owner: { agent: blueprint.agent, blueprint: blueprint.name },
      calls: { begin: () => () => {}, writeNews: async () => false, close: async () => {} },
      title: 'face',
      version: '1.0.0',
      instructions: '',
      reviewUrl: 'http://127.0.0.1:7200',
      allowedHosts: ['localhost'],
      maxBodyBytes: 1024 * 1024,
      onError: () => {},
    });
    const send = async (method: string, params: object, name?: string): Promise<string> => {
      const { headers, body } = callOf(method, params, name);
      const sent = Object.entries({ host: 'localhost', ...headers }).map(([key, value]): [string, string] => [
        key,
        String(value),
      ]);
      return (await app.request('http://localhost/mcp', { method: 'POST', headers: sent, body })).text();
    };
    expect(await send('tools/list', {})).toContain('"tools":[]');
    const args = { note: 'a', change, reason: 'x' };
    expect(await send('tools/call', { name: 'accept_note', arguments: args }, 'accept_note')).toMatch(
      /no tool|unknown/i,
    );
    const found = kit.context.tools.find('accept_note');
    if (found?.tool.kind !== 'write') throw new Error('accept_note is a write tool');
    const forced = propose(kit.context, blueprint, { tool: found.tool, capability: found.capability }, args);
    await expect(forced).rejects.toMatchObject({ code: 'not_permitted' });
    expect(await kit.ledger.db.selectFrom('changes').where('tool', '=', 'accept_note').selectAll().execute()).toEqual(
      [],
    );
  });
});

describe('what a backend cannot hold back', () => {
  const mark = { quarantine: 'impossible' } as const;

  test('no rule and no task grant decides, and the executor refuses what was decided so all the same', async () => {
    await start({ ...mark, more: `review: { ${rules} }` });
    const { changeId: first } = await kit.propose({ a: 'one' });
    await kit.decide(first);
    await workAll(kit.context);
    const { changeId: id } = await kit.propose({ a: 'two' });
    const kept = await findSealed(kit.ledger.db, id);
    const sealed = unseal(kept ?? expect.fail());
    expect(sealed.body).toMatchObject({ quarantine: 'impossible', review: { decide: 'policy' } });
    const by = policyBy(sealed.body) ?? expect.fail();
    const deciders = [async () => ({ by })];
    const context = { ledger: kit.ledger, key: kit.key, now: kit.clock.now, deciders };
    expect(await decideAutomatically(context, id)).toBe(false);

    const at = kit.clock.now().toISOString();
    const decision = { change_id: id, seal: sealed.seal, decided_at: at, expires_at: sealed.body.expires_at };
    const envelope = signAutomatic(kit.key, { ...decision, by });
    const actor = { kind: 'server', server: 'approvals' } as const;
    await kit.ledger.write(async (tx) => {
      await insertDecision(tx, { ...decision, verb: 'approve', ...issuedBy(by), envelope });
      await moveChange(tx, { id, from: 'pending', to: 'approved', at, actor });
    });
    await workAll(kit.context);
    expect(await ended(id)).toEqual([
      'revoked',
      expect.stringContaining('cannot hold it back until a person accepts it'),
    ]);
    expect(kit.store.get('a').text).toBe('one');
  });
});
