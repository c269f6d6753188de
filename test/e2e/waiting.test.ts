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
  const told = (await queue.call('get_change', { change_id: id })).reason;
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
