import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Agent, type Answered, agentOf, ended, type Person, personOf } from './people.ts';
import { startTestSuite, type TestSuite } from './suite.ts';

let suite: TestSuite;
let agent: Agent;
let queue: Agent;
let person: Person;

beforeAll(async () => {
  suite = await startTestSuite();
  agent = await agentOf(suite.mcpUrl('github'));
  queue = await agentOf(suite.mcpUrl('approvals'));
  person = personOf(suite);
});
afterAll(async () => {
  await Promise.all([agent.close(), queue.close()]);
  await suite.stop();
});

/** How the change stands once it says why it waits. */
async function waits(id: string): Promise<Answered> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const { body } = await person.get(`/api/changes/${id}/progress`);
    if (/until/.test(body.note ?? '') || performance.now() > deadline) return body;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('a limit of the backend leaves a change waiting; it says until when, asks nothing meanwhile, and goes on', async () => {
  const { change_id: id } = await agent.call('propose_pull_request', {
    repository: 'acme/storefront',
    branch: 'agent/limited',
    title: 'Meet a limit',
    reason: 'because',
    files: [{ path: 'docs/limited.md', content: 'limited\n' }],
  });
  const headers = { 'retry-after': '4' };
  const mint = 'POST /api/v3/app/installations';
  suite.faults([{ match: mint, when: 'before', do: 'status', status: 403, headers, body: '{}' }]);
  await person.approve(id);
  const waiting = await waits(id);
  expect(waiting).toMatchObject({
    status: 'dispatched',
    note: expect.stringMatching(/^GitHub takes no more requests/),
  });
  expect((await queue.call('get_change', { change_id: id })).reason).toBe(waiting.note);
  const done = await person.reaches(id, ended);
  expect(done).toMatchObject({ status: 'applied', note: null });
  const delays = done.history.filter(({ type }: Answered) => type === 'change.delayed');
  expect(delays).toMatchObject([{ note: waiting.note }]);
  // One that met the limit, and the one after it.
  expect(suite.requests().filter(({ path }) => path.endsWith('/access_tokens')).length).toBeLessThanOrEqual(3);
});
