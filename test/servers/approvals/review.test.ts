import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { messageOf } from '#servers/approvals/webhooks/message.ts';
import { movedAfter } from '#shared/ledger/moved.ts';
import { reads, told } from '#test/fakes/reads.ts';
import { type Person, people, publicUrl, startCompany } from './company.ts';
import type { Answer } from './kit.ts';

const review = {
  one: { by: ['group:platform'], quorum: 1, expiresMs: 3_600_000 },
  two: {
    by: ['group:leads'],
    quorum: 2,
    expiresMs: 3_600_000,
    remind: { expiresMs: 60_000 },
    escalate: { after: { expiresMs: 120_000 }, to: ['group:leads'] },
  },
};

const start = (reviews: Parameters<typeof startCompany>[0] = review) => startCompany(reviews);

const idsOf = ({ body }: Answer): string[] => body.changes.map((one: { change_id: string }) => one.change_id);

async function decide(person: Person, id: string, decision = 'approve', sealFrom = person): Promise<Answer> {
  const { seal } = (await sealFrom(`/changes/${id}`)).body;
  return person(`/changes/${id}/decision`, { decision, seal: seal ?? 'none', reason: 'Because.' });
}

test('people see what they may decide and what they asked for, and nothing else', async () => {
  const { suite, signIn } = await start();
  const [ofOne, ofTwo] = [await suite.proposeNote('x'), await suite.proposeNote('y', { agent: 'two', id: 'b' })];
  const [alice, bob, carol, eve] = [
    await signIn('s-alice'),
    await signIn('s-bob'),
    await signIn('s-carol'),
    await signIn('s-eve', ['others']),
  ];
  expect(idsOf(await alice('/changes'))).toEqual([ofOne]);
  expect(idsOf(await bob('/changes'))).toEqual([ofTwo, ofOne]);
  expect(idsOf(await carol('/changes?status=pending'))).toEqual([ofTwo]);
  expect(idsOf(await eve('/changes'))).toEqual([]);
  const first = await bob('/changes?limit=1');
  expect([idsOf(first), idsOf(await bob(`/changes?limit=1&before=${first.body.next_before}`))]).toEqual([
    [ofTwo],
    [ofOne],
  ]);

  const unknown = await alice(`/changes/chg_${'0'.repeat(26)}`);
  const foreign: [string, unknown?][] = [
    [''],
    ['/progress'],
    ['/diff?effect=0'],
    ['/decision', { decision: 'reject', seal: 'x', reason: 'No.' }],
    ['/restore', { reason: 'No.' }],
    ['/resume', { reason: 'No.' }],
    ['/settle', { step: 'x', answer: 'happened', seal: 'x', reason: 'No.' }],
  ];
  for (const [path, body] of foreign) {
    const answer = await alice(`/changes/${ofTwo}${path}`, body);
    expect([answer.status, answer.body], path).toEqual([404, unknown.body]);
  }
  const { seal } = (await bob(`/changes/${ofTwo}`)).body;
  const together = { decision: 'approve', seal: (await alice(`/changes/${ofOne}`)).body.seal, reason: '' };
  expect((await alice(`/changes/${ofOne}/decision`, { ...together, with: [{ change_id: ofTwo, seal }] })).status).toBe(
    404,
  );
  expect((await alice('/sets', { changes: [ofTwo], reason: 'Undo.' })).status).toBe(404);
  expect((await bob(`/changes/${ofTwo}`)).body.status).toBe('pending_approval');
});

test('a quorum is told as it fills, by which rule, and auditors see it all and decide nothing', async () => {
  const { suite, signIn } = await start();
  const reader = {
    ledger: suite.ledger,
    clock: { now: () => new Date() },
    blueprint: { agent: 'two-bot', name: 'two' },
  };
  await reads(reader, [told('ticket:1', { name: 'WEB-1\u202e', trust: 'untrusted' })]);
  const id = await suite.proposeNote('y', { agent: 'two' });
  const [bob, carol] = [await signIn('s-bob'), await signIn('s-carol')];
  const auditor = await signIn('s-bob', ['security']);
  expect((await bob(`/changes/${id}`)).body.review).toEqual({
    by: ['group:leads'],
    quorum: 2,
    exclude: [],
    step_up: null,
    rule: 'default',
    approved: 0,
    missing: 2,
    owners: null,
    decide: null,
    remind_at: expect.any(String),
    escalate: { at: expect.any(String), to: ['group:leads'] },
  });
  expect(idsOf(await auditor('/changes'))).toEqual([id]);
  for (const [path, body] of [
    [`/changes/${id}/restore`, { reason: 'No.' }],
    ['/sets', { changes: [id], reason: 'No.' }],
    ['/incidents', { agent: 'two-bot', since: '2020-01-01T00:00:00Z', reason: 'No.' }],
  ] as const) {
    expect((await auditor(path, body)).status, path).toBe(403);
  }
  expect((await decide(auditor, id)).status).toBe(403);
  expect((await decide(auditor, id, 'reject')).status).toBe(403);

  // What was read before it is for who may see it; what may have come of an entry, for who sees everything.
  const readBefore = `/changes/${id}/reads`;
  for (const person of [bob, auditor]) {
    expect((await person(readBefore)).body).toMatchObject({
      reads: [{ name: expect.stringContaining('⟨U+202E'), server: 'tickets', trust: 'untrusted', forgotten: false }],
      untrusted: 1,
    });
  }
  expect((await (await signIn('s-alice'))(readBefore)).status).toBe(404);
  const trace = `/trace?${new URLSearchParams({ entry: 'tickets/ticket:1', since: '2020-01-01T00:00:00Z' })}`;
  expect((await bob(trace)).status).toBe(403);
  expect((await auditor(trace)).body).toMatchObject({ influenced: [{ change_id: id, agent: 'two-bot', steps: 1 }] });
  expect((await auditor(trace.replace('ticket%3A1', 'ticket%3A2'))).status).toBe(404);

  expect((await decide(bob, id)).body.status).toBe('pending_approval');
  expect((await carol(`/changes/${id}/progress`)).body.review).toMatchObject({ approved: 1, missing: 1 });
  expect((await decide(carol, id)).body.status).toBe('approved');
  expect((await bob(`/changes/${id}/progress`)).body).toMatchObject({
    review: { approved: 2, missing: 0 },
    decisions: [{ who: { name: 's-bob' } }, { who: { name: 's-carol' } }],
  });
  suite.work();
  await expect.poll(() => suite.notes.get('a').text, { timeout: 10_000 }).toBe('y');
});

test('who may decide a change takes it or gives it to another, and is told again while it waits', async () => {
  const { suite, signIn } = await start();
  const id = await suite.proposeNote('y', { agent: 'two' });
  const [alice, bob, carol] = [await signIn('s-alice'), await signIn('s-bob'), await signIn('s-carol')];
  const path = `/changes/${id}/assignment`;
  expect((await carol(`/changes/${id}/assignees`)).body.people.map((one: { person: string }) => one.person)).toEqual([
    'bob',
    'carol',
  ]);
  const taken = await bob(path, { to: 'me', seen: null });
  expect(taken.body.attention).toMatchObject({ assigned: { who: { person: 'bob', name: 'bob' } }, reminded_at: null });
  const seen = taken.body.attention.assigned.id;
  expect((await carol(path, { to: 'me', seen: null })).status).toBe(409);
  expect((await carol(path, { to: { person: 'alice' }, seen })).status).toBe(400);
  expect((await alice(path, { to: 'me', seen })).status).toBe(404);
  expect((await (await signIn('s-carol', ['law']))(path, { to: 'me', seen })).status).toBe(403);
  expect((await bob(path, { to: { person: 'carol' }, seen })).status).toBe(200);
  expect((await bob('/changes?status=pending')).body.changes[0].attention.assigned).toMatchObject({
    who: { person: 'carol' },
    by: { name: 's-bob' },
  });

  suite.pass(121_000);
  await expect
    .poll(async () => (await carol(`/changes/${id}/progress`)).body.attention.escalated, { timeout: 15_000 })
    .toMatchObject({ to: ['group:leads'] });
  const { attention, history } = (await carol(`/changes/${id}`)).body;
  expect(attention.reminded_at).toEqual(expect.any(String));
  expect(history.slice(-3)).toMatchObject([
    { type: 'assignment.made', note: 'carol' },
    { type: 'change.reminder', note: 'person:carol' },
    { type: 'change.escalated', note: 'group:leads' },
  ]);
  const { moved } = await movedAfter(suite.ledger.db, { after: 0, of: 'all', limit: 10, nudges: true });
  const said = (to: 'runner' | 'slack') =>
    Promise.all(
      moved.slice(-2).map(async (one) => JSON.parse(await messageOf(suite.ledger.db, { to }, one, publicUrl))),
    );
  expect(await said('runner')).toMatchObject([
    { type: 'change.reminder', change_id: id, status: 'pending_approval', summary: 'Set a' },
    { type: 'change.escalated', link: `${publicUrl}/changes/${id}` },
  ]);
  expect((await said('slack')).map(({ text }) => text)).toEqual([
    expect.stringMatching(/^two-bot: set_notes on .* still waits for person:carol to decide\. </),
    expect.stringMatching(/^two-bot: set_notes on .* has waited too long: group:leads should decide it\. </),
  ]);
  expect(JSON.stringify(await said('runner'))).not.toContain('carol');
  // What an agent's runner asks for tells of its moves alone.
  expect((await movedAfter(suite.ledger.db, { after: 0, of: 'all', limit: 10 })).moved).toHaveLength(1);
});

test('responders see all of an agent, take back and prepare to put back, and those who decide still decide', async () => {
  const { suite, signIn } = await start();
  suite.work();
  const [bob, carol, duty] = [await signIn('s-bob'), await signIn('s-carol'), await signIn('s-eve', ['duty'])];
  const [ofOne, ofTwo] = [await suite.proposeNote('x'), await suite.proposeNote('y', { agent: 'two', id: 'b' })];
  await decide(bob, ofOne);
  await decide(bob, ofTwo);
  await decide(carol, ofTwo);
  await expect
    .poll(() => [suite.notes.get('a').text, suite.notes.get('b').text], { timeout: 15_000 })
    .toEqual(['x', 'y']);
  await expect.poll(async () => (await duty(`/changes/${ofTwo}`)).body.status, { timeout: 15_000 }).toBe('applied');
  const waits = await suite.proposeNote('z', { agent: 'two', id: 'c' });

  expect((await duty('/session')).body.responds).toBe(true);
  expect((await decide(duty, waits)).status).toBe(403);
  expect((await duty(`/changes/${waits}/assignment`, { to: 'me', seen: null })).status).toBe(403);
  for (const [path, body] of [
    ['resume', { reason: 'x' }],
    ['settle', { step: 'x', answer: 'happened', seal: 'x', reason: 'x' }],
  ] as const) {
    expect((await duty(`/changes/${ofTwo}/${path}`, body)).status, path).toBe(403);
  }
  const about = { agent: 'two-bot', since: '2020-01-01T00:00:00Z' };
  const asked = { ...about, reason: 'It was steered.', prepare: true, withdraw: true };
  expect((await bob('/incidents', asked)).status).toBe(403);
  // Who is both looks on: the narrower right counts.
  expect((await (await signIn('s-eve', ['duty', 'law']))('/incidents', asked)).status).toBe(403);
  const looked = await duty(`/incidents?${new URLSearchParams(about)}`);
  expect(looked.body).toMatchObject({ stop: null, waiting: [waits], would_restore: [[ofTwo]] });
  const { body } = await duty('/incidents', asked);
  expect(body).toMatchObject({ stop: expect.any(Number), withdrawn: [waits], waiting: [], sets: [expect.any(String)] });

  const set = async (person: Person) => (await person(`/sets/${body.sets[0]}`)).body;
  await expect.poll(async () => (await set(duty)).status, { timeout: 15_000 }).toBe('pending_approval');
  const { seal } = await set(duty);
  const yes = { decision: 'approve', seal };
  expect((await duty(`/sets/${body.sets[0]}/decision`, yes)).status).toBe(403);
  expect((await carol(`/sets/${body.sets[0]}/decision`, yes)).status).toBe(200);
  await expect.poll(() => suite.notes.get('b').text, { timeout: 15_000 }).toBe(null);
});

test('who was taken off the list of people since approved nothing, to the executor', async () => {
  const { suite, signIn } = await start();
  const id = await suite.proposeNote('x');
  expect((await decide(await signIn('s-alice'), id)).body.status).toBe('approved');
  writeFileSync(join(suite.folder, 'people.list'), people.replace(/ {2}alice.*\n/, ''));
  suite.work();
  const bob = await signIn('s-bob');
  await expect
    .poll(async () => (await bob(`/changes/${id}/progress`)).body.status, { timeout: 10_000 })
    .toBe('revoked');
  expect(suite.notes.get('a').text).toBe(null);
});

test('whoever may not see the version before a change reads nothing of it', async () => {
  const reviews: Partial<typeof review> & Pick<typeof review, 'one'> = { ...review };
  const { suite, signIn } = await start(reviews);
  const [alice, carol] = [await signIn('s-alice'), await signIn('s-carol')];
  const old = await suite.proposeNote('a secret of the platform');
  await decide(alice, old, 'reject');
  reviews.one = { ...review.one, by: ['group:leads'] };
  const id = await suite.proposeNote('open', { supersedes: old });
  const { versions } = (await carol(`/changes/${id}`)).body;
  expect(versions.earlier).toEqual([{ change_id: old, version: 1, status: 'rejected', rejected: null }]);
  for (const path of ['/since', '/since/diff?part=0']) {
    const answer = await carol(`/changes/${id}${path}`);
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([404, expect.not.stringContaining('secret')]);
    expect((await alice(`/changes/${id}${path}`)).status).toBe(404);
  }
  expect((await alice(`/changes/${old}`)).body.versions.newer).toEqual({ change_id: id, status: 'pending_approval' });
});
