import { expect, test } from 'vitest';
import { callRecord } from '#shared/changes/call-record.ts';
import { reads, told } from '#test/fakes/reads.ts';
import { type Suite, startSuite, until } from './kit.ts';

async function carriedOut(suite: Suite, id: string): Promise<string> {
  const { seal } = (await suite.ask(`/api/changes/${id}`)).body;
  await suite.ask(`/api/changes/${id}/decision`, { body: { decision: 'approve', seal } });
  await until(
    () => suite.ask(`/api/changes/${id}`),
    ({ body }) => body.status === 'applied',
  );
  return id;
}

const since = '2020-01-01T00:00:00Z';

test('an incident stops the agent, tells its calls, and prepares the set that puts back what it did', async () => {
  const suite = await startSuite();
  suite.work();
  const first = await carriedOut(suite, await suite.proposeNote('one'));
  const blueprint = { agent: 'one-bot', name: 'one' };
  const reader = { ledger: suite.ledger, clock: { now: () => new Date() }, blueprint };
  await reads(reader, [told('ticket:1', { name: 'WEB-1', trust: 'untrusted' })]);
  const second = await carriedOut(suite, await suite.proposeNote('two'));
  const other = await carriedOut(suite, await suite.proposeNote('theirs', { id: 'b', agent: 'two' }));
  const waits = await suite.proposeNote('three', { id: 'c' });
  await recordCalls(suite.ledger);

  const looked = await suite.ask(`/api/incidents?${new URLSearchParams({ agent: 'one-bot', since })}`);
  expect(looked.body).toMatchObject({
    stop: null,
    waiting: [waits],
    would_restore: [[first, second]],
    // Not the first, which came before what it read.
    read_untrusted: [second, waits],
    read: { calls: 4 },
  });
  const body = { agent: 'one-bot', since, reason: 'It was steered.', prepare: true, withdraw: true };
  const incident = await suite.ask('/api/incidents', { body });
  expect(incident).toMatchObject({
    status: 201,
    body: {
      proposed: [{ change_id: first }, { change_id: second }, { change_id: waits }],
      wrote: [{ touches: ['note:a'], reaches: [{ code: 'notifies' }] }, { change_id: second }],
      withdrawn: [waits],
      would_restore: [[first, second]],
      not_told: [expect.stringContaining('queue'), expect.stringContaining('on record from')],
      read: {
        calls: 4,
        groups: [
          { tool: 'read_file', outcome: 'ok', asks: ['path=a⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩ repository=acme/web'] },
          { tool: 'get_ticket' },
        ],
        more: { groups: 0, calls: 0 },
      },
      denied: { calls: 1, groups: [{ outcome: 'out_of_scope', why: 'b is not granted.', count: 1 }] },
    },
  });
  await expect(suite.proposeNote('four')).rejects.toMatchObject({ code: 'not_permitted' });

  const [set, ...others] = incident.body.sets;
  expect(others).toEqual([]);
  const path = `/api/sets/${set}`;
  const shown = await until(
    () => suite.ask(path),
    (answer) => answer.body.status === 'pending_approval',
  );
  expect(shown.body.members).toMatchObject([
    { originals: [first, second], read_untrusted: [second], summary: 'Set a' },
  ]);
  const decision = { decision: 'approve', seal: shown.body.seal };
  expect((await suite.ask(`${path}/decision`, { body: { ...decision, seal: '0' } })).status).toBe(409);
  expect((await suite.ask(`${path}/decision`, { body: decision })).body.changes).toMatchObject([
    { status: 'approved' },
  ]);
  await until(
    () => suite.ask(path),
    (answer) => answer.body.status === 'applied',
  );
  expect([suite.notes.get('a').text, suite.notes.get('b').text]).toEqual([null, 'theirs']);
  expect((await suite.ask(`/api/changes/${second}`)).body.restored_by).toMatchObject([{ status: 'applied' }]);
  expect((await suite.ask(`/api/changes/${other}`)).body.restored_by).toEqual([]);
});

async function recordCalls(ledger: Suite['ledger']): Promise<void> {
  const calls = callRecord({ ledger, now: () => new Date(), onProblem: () => expect.unreachable() });
  const actor = { kind: 'agent', agent: 'one-bot', blueprint: 'one' } as const;
  const about = { server: 'github', tool: 'read_file', arguments: null };
  const read = { ...about, outcome: 'ok', asks: [{ repository: 'acme/web', path: 'a\u202e' }] };
  for (let times = 0; times < 3; times += 1) calls.begin()({ type: 'tool.read', actor, body: read, told: [] });
  const denied = { ...about, outcome: 'out_of_scope', why: 'b is not granted.', asks: [] };
  calls.begin()({ type: 'tool.denied', actor, body: denied, told: [] });
  calls.begin()({ type: 'tool.read', actor: { ...actor, agent: 'two-bot' }, body: read, told: [] });
  await calls.close();
}

test('a dry run shows what is there now, and nothing of it waits', async () => {
  const suite = await startSuite();
  suite.work();
  const id = await carriedOut(suite, await suite.proposeNotes({ a: 'one', b: 'one' }));
  suite.notes.write('b', '<b>theirs\u202e');
  const asked = await suite.ask(`/api/changes/${id}/restore`, { body: { dry_run: true } });
  expect(asked.status).toBe(202);
  const found = await until(
    () => suite.ask(`/api/changes/${asked.body.change_id}`),
    ({ body }) => body.status !== 'planning',
  );
  expect(found.body).toMatchObject({ status: 'compared', seal: null, content: null });
  expect(found.body.difference.parts).toMatchObject([
    { name: 'a', standing: 'as_left', before: null, since: null },
    { name: 'b', standing: 'changed', later: [{ id: 'version 2' }], since: { diff: { added: 1, removed: 1 } } },
  ]);
  expect(JSON.stringify(found.body)).not.toContain('\u202e');
  expect((await suite.ask('/api/changes?status=pending')).body.changes).toEqual([]);
});

test.each([
  ['/api/sets', { changes: [] }],
  ['/api/sets', { changes: ['chg_x'], reason: 'x' }],
  ['/api/sets', { agent: 'one-bot', since: 'yesterday', reason: 'x' }],
  ['/api/sets', { agent: 'one-bot', since }],
  ['/api/incidents', { agent: '', since, reason: 'x' }],
  ['/api/incidents', { agent: 'one-bot', since }],
])('%s refuses %j', async (path, body) => {
  const suite = await startSuite();
  expect((await suite.ask(path, { body })).status).toBe(400);
  expect((await suite.ask('/api/stops')).body.stops).toEqual([]);
});

test('a set that is not there is not found, and nobody decides without signing in', async () => {
  const suite = await startSuite();
  const path = `/api/sets/set_${'0'.repeat(26)}`;
  expect((await suite.ask(path)).status).toBe(404);
  expect((await suite.ask(path, { headers: {} })).status).toBe(401);
  expect((await suite.ask(`${path}/decision`, { body: { decision: 'approve', seal: '0' } })).status).toBe(404);
});
