import { afterEach, describe, expect, test } from 'vitest';
import { personKnower } from '#servers/approvals/sign-in/admission.ts';
import { assign, assignable } from '#shared/changes/assign.ts';
import { auditLedger } from '#shared/changes/audit.ts';
import type { Approver } from '#shared/changes/decision.ts';
import { type Nudging, nudgeOverdue } from '#shared/changes/nudge.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { assignmentsOf } from '#shared/ledger/assignments.ts';
import { eventsOf } from '#shared/ledger/events.ts';
import { movedAfter } from '#shared/ledger/moved.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';

const issuer = 'https://id.example';
const of = (subject: string) => ({ issuer, subject });
const everybody = `people:
  alice: { sign_in: [{ issuer: "${issuer}", subject: u-alice }], groups: [platform] }
  bob: { sign_in: [{ issuer: "${issuer}", subject: u-bob }], groups: [platform, leads] }
  carol: { sign_in: [{ issuer: "${issuer}", subject: u-carol }], groups: [leads] }
`;
const [alice, bob, carol, dave] = [of('u-alice'), of('u-bob'), of('u-carol'), of('u-dave')];
const hourMs = 3_600_000;

let kit: NotesKit;
afterEach(() => kit.close());

async function start(review: string, people: string | null = everybody): Promise<void> {
  kit = await notesKit({ more: `review: { ${review} }`, people: people ?? undefined, signIn: 'provider' });
}

type To = Parameters<typeof assign>[1]['to'];

async function note(id: string, by: Approver, to: To, groups: readonly string[] = [], seen?: number | null) {
  const { people, ledger, clock } = kit;
  const list = people && (() => people);
  const known = personKnower(list)({ approver: by, how: 'oidc', name: null, groups });
  const last = seen === undefined ? ((await lastNote(id))?.id ?? null) : seen;
  await assign({ ledger, now: clock.now, people: list }, { changeId: id, by, to, seen: last, known });
}

const lastNote = async (id: string) => (await assignmentsOf(kit.ledger.db, [id])).get(id);

async function bodyOf(id: string) {
  const kept = await findSealed(kit.ledger.db, id);
  return unseal(kept ?? expect.fail()).body;
}

/** Who was told what, of all changes, oldest first. */
async function told() {
  const { moved } = await movedAfter(kit.ledger.db, { after: 0, of: 'all', limit: 100, nudges: true });
  return moved.flatMap(({ nudge }) => (nudge ? [[nudge.kind, ...nudge.told]] : []));
}

async function findings() {
  return (await auditLedger(kit.ledger.db, { keys: kit.context.keys(), vault: null })).findings;
}

const platform = 'default: { by: ["group:platform", "group:leads"], exclude: [sponsor] }';

describe('who looks at a change', () => {
  test('is whoever takes it, or is given it by one who may decide, and is on record', async () => {
    await start(platform);
    const id = (await kit.propose({ a: 'x' })).changeId;
    expect(assignable(await bodyOf(id), kit.people ?? expect.fail())).toEqual(['bob', 'carol']);
    await note(id, bob, 'me');
    await note(id, bob, 'me');
    expect(await lastNote(id)).toMatchObject({ assignee: { person: 'bob' }, actor: bob });
    await note(id, bob, { person: 'carol' });
    await note(id, carol, 'nobody');
    expect(await lastNote(id)).toMatchObject({ assignee: null, actor: carol });
    await note(id, dave, 'nobody', ['platform']);
    const events = (await eventsOf(kit.ledger.db, id)).filter(({ type }) => type === 'assignment.made');
    expect(events.map(({ actor, body }) => [actor, body['assignee']])).toEqual([
      [{ kind: 'person', ...bob }, { person: 'bob' }],
      [{ kind: 'person', ...bob }, { person: 'carol' }],
      [{ kind: 'person', ...carol }, null],
    ]);
    expect(await findings()).toEqual([]);
  });

  test('is nobody who could not approve it, and nobody else says who', async () => {
    await start(platform);
    const id = (await kit.propose({ a: 'x' })).changeId;
    const denied = { code: 'not_permitted' };
    await expect(note(id, dave, 'me')).rejects.toMatchObject(denied);
    await expect(note(id, dave, { person: 'bob' })).rejects.toMatchObject(denied);
    // The sponsor may reject it, and say who looks at it.
    await expect(note(id, alice, 'me')).rejects.toMatchObject(denied);
    await expect(note(id, bob, { person: 'alice' })).rejects.toMatchObject({ code: 'invalid_arguments' });
    await expect(note(id, bob, { person: 'eve' })).rejects.toMatchObject({ code: 'invalid_arguments' });
    await note(id, alice, { person: 'bob' });
    expect((await lastNote(id))?.assignee).toEqual({ person: 'bob' });
    // It is no permission: another one who may decide still does.
    expect(await kit.decide(id, 'approve', carol)).toBe('approved');
    await expect(note(id, bob, 'nobody')).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(note(`chg_${'0'.repeat(26)}`, bob, 'me')).rejects.toMatchObject({ code: 'not_found' });
    await workAll(kit.context);
    expect([await kit.status(id), await findings()]).toEqual(['applied', []]);
  });

  test('is told to the second of two who take it at once, and known by identity where there is no list', async () => {
    await start('default: { by: ["group:platform"] }', null);
    const id = (await kit.propose({ a: 'x' })).changeId;
    const both = await Promise.allSettled([bob, dave].map((one) => note(id, one, 'me', ['platform'], null)));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect([bob, dave]).toContainEqual((await lastNote(id))?.assignee);
    await expect(note(id, bob, { person: 'carol' }, ['platform'])).rejects.toMatchObject({ code: 'invalid_arguments' });
  });
});

describe('what waits for long', () => {
  const rule =
    'default: { by: ["group:platform", "group:leads"], remind: 4h, escalate: { after: 8h, to: ["group:leads"] } }';
  const sweep = (known: Nudging = new Map()) => nudgeOverdue(kit.ledger, known, kit.clock.now());

  test('is told again once at each time that was sealed, whoever was restarted in between', async () => {
    await start(rule);
    const [id, other] = [(await kit.propose({ a: 'x' })).changeId, (await kit.propose({ b: 'x' })).changeId];
    const { created_at: from, review } = await bodyOf(id);
    expect(review).toMatchObject({
      remind_at: new Date(Date.parse(from) + 4 * hourMs).toISOString(),
      escalate: { at: new Date(Date.parse(from) + 8 * hourMs).toISOString(), to: ['group:leads'] },
    });
    await note(other, carol, 'me');
    const known: Nudging = new Map();
    kit.clock.advance(4 * hourMs - 1);
    expect(await sweep(known)).toBe(0);
    kit.clock.advance(1);
    expect(await sweep(known)).toBe(2);
    expect([await sweep(known), await sweep()]).toEqual([0, 0]);
    expect((await told()).sort()).toEqual([
      ['reminder', 'group:platform', 'group:leads'],
      ['reminder', 'person:carol'],
    ]);
    await kit.decide(other, 'approve', carol);
    kit.clock.advance(4 * hourMs);
    expect(await Promise.all([sweep(known), sweep()])).toEqual(expect.arrayContaining([1, 0]));
    expect((await told()).at(-1)).toEqual(['escalated', 'group:leads']);
    expect(await findings()).toEqual([]);
    // Those who were told first still decide: it only tells.
    expect(await kit.decide(id, 'approve', alice)).toBe('approved');
    await workAll(kit.context);
    expect([await kit.status(id), await kit.status(other)]).toEqual(['applied', 'applied']);
  });

  test('is told of when the server comes back late, and no more once it has expired', async () => {
    await start(rule);
    await kit.propose({ a: 'x' });
    kit.clock.advance(9 * hourMs);
    expect(await sweep()).toBe(2);
    await kit.propose({ b: 'x' });
    kit.clock.advance(25 * hourMs);
    expect(await sweep()).toBe(0);
  });

  test('is told by working days, and never at a time that comes after the end', async () => {
    await start(
      'default: { by: ["group:leads"], remind: 1 working day, escalate: { after: 3d, to: ["group:leads"] }, expires: 2 working days }',
    );
    const id = (await kit.propose({ a: 'x' })).changeId;
    const { review, expires_at: end } = await bodyOf(id);
    // It is asked on a Saturday.
    expect([review.remind_at, review.escalate, end]).toEqual([
      '2027-01-05T00:00:00.000Z',
      { at: '2027-01-05T03:04:05.000Z', to: ['group:leads'] },
      '2027-01-06T00:00:00.000Z',
    ]);
    await kit.close();
    await start('default: { by: ["group:leads"], remind: 1 working day, expires: 24h }');
    expect((await bodyOf((await kit.propose({ a: 'x' })).changeId)).review).toEqual({ by: ['group:leads'], quorum: 1 });
  });
});
