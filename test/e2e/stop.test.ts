import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Agent, agentOf, ended, type Person, personOf } from './people.ts';
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
