import { afterEach, describe, expect, test } from 'vitest';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { verifyDecision } from '#shared/changes/decision.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { findChange, moveChange } from '#shared/ledger/changes.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { eventsOf } from '#shared/ledger/events.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { parsePeople } from '#shared/people/load.ts';
import { type NotesKit, notesBlueprint, notesKit, workAll } from '#test/fakes/notes-kit.ts';

const issuer = 'https://id.example';
const of = (subject: string) => ({ issuer, subject });

/** Carol has two ways to sign in. */
const everybody = `people:
  alice: { sign_in: [{ issuer: "${issuer}", subject: u-alice }], groups: [platform] }
  bob: { sign_in: [{ issuer: "${issuer}", subject: u-bob }], groups: [platform, leads] }
  carol:
    sign_in: [{ issuer: "${issuer}", subject: u-carol }, { issuer: "https://other.example", subject: c2 }]
    groups: [leads]
`;
const [alice, bob, carol] = [of('u-alice'), of('u-bob'), of('u-carol')];
const carolElsewhere = { issuer: 'https://other.example', subject: 'c2' };

const twoLeads = 'review: { default: { by: ["group:leads"], quorum: 2, exclude: [sponsor] } }';

let kit: NotesKit;
afterEach(() => kit.close());

async function start(more: string, options: Parameters<typeof notesKit>[0] = {}): Promise<void> {
  kit = await notesKit({ more, people: everybody, signIn: 'provider', ...options });
}

async function asked(note = 'a'): Promise<string> {
  return (await kit.propose({ [note]: 'new' })).changeId;
}

async function bodyOf(id: string) {
  const kept = await findSealed(kit.ledger.db, id);
  if (!kept) throw new Error('nothing is sealed');
  return unseal(kept).body;
}

const without = (name: string) =>
  parsePeople({
    text: everybody.replace(new RegExp(`  ${name}:.*\\n(    .*\\n)*`), ''),
    source: 'people.yaml',
  });

function edit(more: string): Blueprint {
  const blueprint = notesBlueprint(['a', 'b', 'c'], more);
  kit.blueprints.set(blueprint.name, blueprint);
  return blueprint;
}

describe('a quorum', () => {
  test('waits for the last of them, seals who may decide, and signs in which capacity they did', async () => {
    await start(twoLeads);
    const id = await asked();
    expect((await bodyOf(id)).review).toEqual({ by: ['group:leads'], quorum: 2, exclude: ['sponsor'] });
    expect(await kit.decide(id, 'approve', bob)).toBe('pending');
    expect(await kit.decide(id, 'approve', carol)).toBe('approved');
    const said = (await decisionsOf(kit.ledger.db, id)).map(({ envelope }) =>
      verifyDecision(kit.context.keys(), envelope),
    );
    expect(said.map((one) => one.as)).toEqual(
      ['bob', 'carol'].map((person) => ({ person, groups: [{ group: 'leads', from: ['people'] }] })),
    );
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });

  test('counts a person once who signs in in two ways', async () => {
    await start(twoLeads);
    const id = await asked();
    await kit.decide(id, 'approve', carol);
    await expect(kit.decide(id, 'approve', carolElsewhere)).rejects.toMatchObject({ code: 'wrong_state' });
    expect(await kit.status(id)).toBe('pending');
  });

  test('of two identities counts once too where the list learns only later that they are one person', async () => {
    await start('review: { default: { by: ["group:leads"], quorum: 2 } }');
    kit.people = without('carol');
    const id = await asked();
    await kit.decide(id, 'approve', carol, ['leads']);
    await kit.decide(id, 'approve', carolElsewhere, ['leads']);
    expect(await kit.status(id)).toBe('approved');
    kit.people = parsePeople({ text: everybody, source: 'people.yaml' });
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('revoked');
    expect(kit.store.get('a').text).toBe(null);
  });

  test('takes groups that the identity provider claims, and says that it did', async () => {
    await start(twoLeads);
    const id = await asked();
    const dave = of('u-dave');
    await expect(kit.decide(id, 'approve', dave, ['others'])).rejects.toMatchObject({ code: 'not_permitted' });
    // Who is on no list could be the sponsor, whom this rule leaves out.
    await expect(kit.decide(id, 'approve', dave, ['leads'])).rejects.toMatchObject({ code: 'not_permitted' });
    kit.blueprint = edit('review: { default: { by: ["group:leads"] } }');
    const other = await asked('b');
    expect(await kit.decide(other, 'approve', dave, ['leads', 'others'])).toBe('approved');
    const [row] = await decisionsOf(kit.ledger.db, other);
    expect(verifyDecision(kit.context.keys(), row?.envelope ?? '').as).toEqual({
      person: null,
      groups: [{ group: 'leads', from: ['claim'] }],
    });
    await workAll(kit.context);
    expect(await kit.status(other)).toBe('applied');
  });
});

describe('nobody approves who is not named, or is left out', () => {
  test('the sponsor, somebody of another group, and who rejects without being named', async () => {
    await start('review: { default: { by: ["group:platform", "person:carol"], exclude: [sponsor] } }');
    const id = await asked();
    await expect(kit.decide(id, 'approve', alice)).rejects.toThrow('Another person than the sponsor');
    for (const verb of ['approve', 'reject'] as const) {
      await expect(kit.decide(id, verb, of('u-eve'))).rejects.toMatchObject({ code: 'not_permitted' });
    }
    expect(await kit.status(id)).toBe('pending');
    // To say no is nobody's risk.
    expect(await kit.decide(id, 'reject', alice)).toBe('rejected');
    expect(await kit.decide(await asked('b'), 'approve', carol)).toBe('approved');
  });
});

describe('the executor asks again who counts', () => {
  test.each([
    ['somebody who was taken off the list', () => without('bob')],
    [
      'somebody who was taken out of the group',
      () => parsePeople({ text: everybody.replace('[platform, leads]', '[platform]'), source: 'people.yaml' }),
    ],
  ])('%s does not count any more', async (_who, later) => {
    await start(twoLeads);
    const id = await asked();
    await kit.decide(id, 'approve', bob);
    await kit.decide(id, 'approve', carol);
    kit.people = later();
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('revoked');
    expect(kit.store.get('a').text).toBe(null);
  });

  test('the rule of the blueprint as it is now: one that is still met lets it go on, another revokes', async () => {
    await start('review: { default: { by: ["group:platform"] } }');
    const [met, unmet] = [await asked('a'), await asked('b')];
    await kit.decide(met, 'approve', bob);
    edit('review: { default: { by: ["group:leads", "group:other"], expires: 3 working days } }');
    await workAll(kit.context);
    expect(await kit.status(met)).toBe('applied');
    await kit.decide(unmet, 'approve', alice);
    await workAll(kit.context);
    expect(await kit.status(unmet)).toBe('revoked');
    const events = await eventsOf(kit.ledger.db, unmet);
    expect(events.at(-1)?.body['note']).toMatch('asks for another review');
    const { changeId } = await kit.propose({ c: 'new' });
    await kit.decide(changeId, 'approve', bob);
    edit('review: { default: { by: ["group:platform"], quorum: 2 } }');
    await workAll(kit.context);
    expect(await kit.status(changeId)).toBe('revoked');
  });
});

describe('a rule', () => {
  const rules = `review:
  default: { by: ["group:leads"], expires: 24h }
  rules:
    - { name: quiet, tools: [set_notes], flags: none, reaches: none, by: ["group:nobody"] }
    - { name: notes, tools: [set_notes], reaches: [notifies], by: ["group:platform"], expires: 2 working days }
`;

  test('decides that is the first of which every condition holds, and its time counts', async () => {
    await start(rules);
    const id = await asked();
    const { review, created_at: made, expires_at: ends } = await bodyOf(id);
    expect(review).toEqual({ by: ['group:platform'], quorum: 1, rule: { index: 1, name: 'notes' } });
    expect([made, ends]).toEqual(['2027-01-02T03:04:05.000Z', '2027-01-06T00:00:00.000Z']);
    expect(await kit.decide(id, 'approve', alice)).toBe('approved');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });
});

describe('a change that nobody could ever approve is refused when it is proposed', () => {
  const cases: readonly (readonly [what: string, rule: string, options: Parameters<typeof notesKit>[0]])[] = [
    ['a person who is on no list', '{ by: ["person:zoe"] }', {}],
    ['a person where no list is kept', '{ by: ["person:bob"] }', { people: undefined }],
    [
      'a group that the list does not have, where no provider tells of groups',
      '{ by: ["group:zoo"] }',
      { signIn: 'link' },
    ],
    ['more of a group than there are', '{ by: ["group:leads"], quorum: 3 }', { signIn: 'link' }],
    ['only the sponsor', '{ by: ["person:alice"], exclude: [sponsor] }', {}],
    ['anybody but the sponsor, whom no list knows', '{ by: [local], exclude: [sponsor] }', { people: undefined }],
    ['people at a console at which nobody signs in by link', '{ by: [local] }', {}],
  ];
  test.each(cases)('%s', async (_what, rule, options) => {
    await start(`review: { default: ${rule} }`, options);
    await expect(asked()).rejects.toMatchObject({
      code: 'not_permitted',
      message: expect.stringContaining('Nobody could approve this change'),
    });
    expect(await kit.ledger.db.selectFrom('changes').selectAll().execute()).toEqual([]);
  });

  test('and not where a provider may know of such a group', async () => {
    await start('review: { default: { by: ["group:zoo"], quorum: 3 } }');
    expect(await kit.status(await asked())).toBe('pending');
  });
});

describe('two who decide at once', () => {
  const takeBack = (id: string): Promise<string> =>
    kit.ledger.write(async (tx) => {
      const from = (await findChange(tx, id))?.status ?? 'pending';
      const actor = { kind: 'agent', agent: kit.blueprint.agent, blueprint: kit.blueprint.name } as const;
      await moveChange(tx, { id, from, to: 'withdrawn', at: kit.clock.now().toISOString(), actor });
      return 'withdrawn';
    });
  const answersOf = async (...both: readonly Promise<unknown>[]): Promise<string[]> =>
    (await Promise.allSettled(both)).map((one) =>
      one.status === 'fulfilled' ? String(one.value) : String((one.reason as { code?: string }).code),
    );

  test('for the last place of a quorum: one move, and both are told where it stands', async () => {
    await start('review: { default: { by: ["group:platform", "group:leads"], quorum: 2 } }');
    const id = await asked();
    await kit.decide(id, 'approve', alice);
    const told = await answersOf(kit.decide(id, 'approve', bob), kit.decide(id, 'approve', carol));
    expect(told.sort()).toEqual(['approved', 'wrong_state']);
    const moves = (await eventsOf(kit.ledger.db, id)).filter(({ type }) => type === 'change.approved');
    expect(moves).toHaveLength(1);
    expect(await decisionsOf(kit.ledger.db, id)).toHaveLength(2);
  });

  test('one for and one against: the one that came first counts', async () => {
    await start('review: { default: { by: ["group:leads"] } }');
    const id = await asked();
    const told = await answersOf(kit.decide(id, 'approve', bob), kit.decide(id, 'reject', carol));
    const status = await kit.status(id);
    expect(told.sort()).toEqual([status, 'wrong_state'].sort());
    expect(await decisionsOf(kit.ledger.db, id)).toHaveLength(1);
  });

  test('the last approval and the rejection of a quorum of two', async () => {
    await start('review: { default: { by: ["group:platform", "group:leads"], quorum: 2 } }');
    const id = await asked();
    await kit.decide(id, 'approve', alice);
    const told = await answersOf(kit.decide(id, 'reject', bob), kit.decide(id, 'approve', carol));
    expect(told.sort()).toEqual([await kit.status(id), 'wrong_state'].sort());
  });

  test('an approval and the agent that takes it back', async () => {
    await start('review: { default: { by: ["group:leads"] } }');
    const id = await asked();
    const told = await answersOf(kit.decide(id, 'approve', bob), takeBack(id));
    // What was approved first may still be taken back: it has not begun.
    expect([await kit.status(id), ...told.sort()]).toEqual(
      told.includes('wrong_state') ? ['withdrawn', 'withdrawn', 'wrong_state'] : ['withdrawn', 'approved', 'withdrawn'],
    );
  });

  test('an approval that comes with the end of its time', async () => {
    await start('review: { default: { by: ["group:leads"] } }');
    const id = await asked();
    kit.clock.advance(24 * 3_600_000);
    const told = await answersOf(kit.decide(id, 'approve', bob), kit.decide(id, 'approve', carol));
    expect(told.filter((one) => one === 'expired' || one === 'wrong_state')).toHaveLength(2);
    expect(await kit.status(id)).toBe('expired');
    expect(await decisionsOf(kit.ledger.db, id)).toEqual([]);
  });
});
