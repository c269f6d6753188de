import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Agent, type Answered, agentOf, ended, type Person, personOf } from './people.ts';
import { startTestSuite, type TestSuite, writesAmong } from './suite.ts';

let suite: TestSuite;
let agent: Agent;
let person: Person;

beforeAll(async () => {
  suite = await startTestSuite();
  person = personOf(suite);
});
afterAll(() => suite.stop());
beforeEach(async () => {
  await suite.mend();
  agent = await agentOf(suite.mcpUrl('github'));
});
afterEach(async () => {
  await agent.close();
  // Of a test that failed, a stop may still be in force.
  const { body } = await person.get('/api/stops');
  for (const { id } of body.stops) await person.post(`/api/stops/${id}/end`, { reason: 'the test is over' });
});

let count = 0;

async function proposed(): Promise<string> {
  count += 1;
  const { change_id: id } = await agent.call('propose_pull_request', proposal(`agent/stop-${count}`));
  return id;
}

const proposal = (branch: string) => ({
  repository: 'acme/storefront',
  branch,
  title: 'Work',
  reason: 'because',
  files: [{ path: 'docs/work.md', content: `${branch}\n` }],
});

async function stop(scope: object): Promise<() => Promise<void>> {
  const { status, body } = await person.post('/api/stops', { ...scope, reason: 'a test' });
  expect(status).toBe(201);
  return async () => {
    expect((await person.post(`/api/stops/${body.id}/end`, { reason: 'it is over' })).status).toBe(200);
  };
}

it.each([
  ['everything', { scope: 'all' }],
  ['the server', { scope: 'server', value: 'github' }],
  ['the agent', { scope: 'agent', value: 'demo-agent' }],
  ['the tool', { scope: 'tool', value: 'propose_pull_request' }],
])(
  '%s stopped: nothing is proposed or written, and what was approved goes on when the stop ends',
  async (_what, scope) => {
    const id = await proposed();
    const end = await stop(scope);
    const writes = writesAmong(suite.requests()).length;
    expect(await agent.fails('propose_pull_request', proposal('agent/never'))).toMatch(/^not_permitted: /);
    await person.approve(id);
    // A second change, of another agent's tool or server, would show that the executor is awake; here its own look is
    // forced instead: a restart begins with one.
    await suite.server('github').stop();
    await suite.start('github');
    expect((await person.change(id)).status).toBe('approved');
    expect(writesAmong(suite.requests())).toHaveLength(writes);
    await end();
    expect((await person.reaches(id, ended)).status).toBe('applied');
  },
);

it('a stop between two steps holds the rest, and nothing is lost', async () => {
  const id = await proposed();
  suite.faults([{ match: 'createRef', when: 'before', do: 'hang' }]);
  const since = suite.requests().length;
  await person.approve(id);
  await suite.faultPlayed(since);
  const end = await stop({ scope: 'agent', value: 'demo-agent' });
  await suite.server('github').kill();
  suite.faults([]);
  await suite.start('github');
  const writes = writesAmong(suite.requests()).length;
  await person.reaches(id, ['dispatched']);
  await suite.server('github').stop();
  expect(writesAmong(suite.requests())).toHaveLength(writes);
  await suite.start('github');
  await end();
  expect((await person.reaches(id, ended)).status).toBe('applied');
});

it('a stopped agent cannot read, another stop leaves reads alone', async () => {
  const read = () => agent.call('get_repository', { repository: 'acme/storefront' });
  const endTool = await stop({ scope: 'tool', value: 'commit_files' });
  await expect(read()).resolves.toMatchObject({ repository: 'acme/storefront' });
  await endTool();
  const endAgent = await stop({ scope: 'agent', value: 'demo-agent' });
  await expect(read()).rejects.toThrow(/not_permitted/);
  await endAgent();
  await expect(read()).resolves.toMatchObject({ repository: 'acme/storefront' });
});

it('a person puts back what a stopped agent did', async () => {
  const id = await proposed();
  await person.carryOut(id);
  const end = await stop({ scope: 'agent', value: 'demo-agent' });
  const planned = await person.restore(id);
  expect((await person.carryOut(planned.change_id)).status).toBe('applied');
  await end();
});

it('a stop is not ended twice, and needs a reason and a scope', async () => {
  const { body } = await person.post('/api/stops', { scope: 'tool', value: 'nothing', reason: 'a test' });
  expect((await person.get('/api/stops')).body.stops).toMatchObject([{ id: body.id, scope: 'tool', reason: 'a test' }]);
  expect((await person.post(`/api/stops/${body.id}/end`, { reason: 'x' })).status).toBe(200);
  expect((await person.post(`/api/stops/${body.id}/end`, { reason: 'x' })).status).toBe(404);
  for (const bad of [{ scope: 'all' }, { scope: 'all', value: 'x', reason: 'x' }, { scope: 'tool', reason: 'x' }]) {
    expect((await person.post('/api/stops', bad)).status).toBe(400);
  }
  expect((await personOf(suite, 'x'.repeat(40)).post('/api/stops', { scope: 'all', reason: 'x' })).status).toBe(401);
});

/** How the change stands while it says until when it waits; null when it has ended before anybody looked. */
async function waits(id: string): Promise<Answered | null> {
  for (;;) {
    const { body } = await person.get(`/api/changes/${id}/progress`);
    if (/until/.test(body.note ?? '')) return body;
    if (ended.includes(body.status)) return null;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Meets a limit of so many seconds, and is seen while it waits; false when it was over before it could be looked at. */
async function meetsLimit(seconds: number): Promise<boolean> {
  const branch = `agent/limited-${seconds}`;
  const { change_id: id } = await agent.call('propose_pull_request', {
    repository: 'acme/storefront',
    branch,
    title: 'Meet a limit',
    reason: 'because',
    files: [{ path: 'docs/limited.md', content: 'limited\n' }],
  });
  const headers = { 'retry-after': String(seconds) };
  const mint = 'POST /api/v3/app/installations';
  suite.faults([{ match: mint, when: 'before', do: 'status', status: 403, headers, body: '{}' }]);
  const since = suite.requests().length;
  await person.approve(id);
  const waiting = await waits(id);
  const queue = await agentOf(suite.mcpUrl('approvals'));
  const told = (await queue.call('get_change', { change_id: id })).reason;
  await queue.close();
  const done = await person.reaches(id, ended);
  expect(done).toMatchObject({ status: 'applied', note: null });
  const delays = done.history.filter(({ type }: Answered) => type === 'change.delayed');
  const [limited, ...late] = delays;
  expect(limited).toMatchObject({ note: expect.stringMatching(/^GitHub takes no more requests until/) });
  // A busy machine may be too slow for the short leases of these tests, which is no limit of the backend.
  for (const { note } of late) expect(note).toBe('Opening the writer took too long.');
  // One that met the limit, and the one after it.
  const tokens = suite.requests().filter(({ path }, at) => at >= since && path.endsWith('/access_tokens'));
  expect(tokens.length).toBeLessThanOrEqual(3 + late.length);
  if (waiting === null) return false;
  expect(waiting).toMatchObject({ status: 'dispatched', note: limited.note });
  return told === waiting.note;
}

it('a limit of the backend leaves a change waiting; it says until when, asks nothing meanwhile, and goes on', async () => {
  // Where this machine is so busy that the limit is over before anybody looks, a longer one is tried.
  for (const seconds of [3, 12, 48]) if (await meetsLimit(seconds)) return;
  expect.unreachable('the change was never seen waiting');
});
