import { readFileSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import { agentOf, ended, personOf } from './people.ts';
import { gitOf } from './repository.ts';
import { startTestSuite } from './suite.ts';

/** The demo's, with room for so many calls. */
const blueprint = readFileSync('capabilities/blueprints/default.yaml', 'utf8').replace(
  'reads_per_minute: 600\n',
  'reads_per_minute: 6000\n',
);

const proposal = {
  repository: 'acme/storefront',
  branch: 'agent/again',
  title: 'Again and again',
  reason: 'because',
  files: [{ path: 'docs/again.md', content: 'again\n' }],
};

/** Makes the same call so often, fifty at once, half of them with a key: one change comes of it, which is made once. */
export async function expectOneChange(most: number): Promise<void> {
  const suite = await startTestSuite({ blueprints: { 'demo.yaml': blueprint } });
  onTestFinished(suite.stop);
  const agents = await Promise.all([1, 2].map(() => agentOf(suite.mcpUrl('github'))));
  onTestFinished(async () => {
    await Promise.all(agents.map((agent) => agent.close()));
  });
  let calls = 0;
  const ids = new Set<string>();
  const caller = async (index: number): Promise<void> => {
    while (calls < most) {
      calls += 1;
      const key = index % 2 === 0 ? {} : { idempotency_key: `key-${index}` };
      const made = await agents[index % 2]?.call('propose_pull_request', { ...proposal, reason: `${calls}`, ...key });
      ids.add(made.change_id);
    }
  };
  await Promise.all(Array.from({ length: 50 }, (_, index) => caller(index)));
  expect([...ids]).toHaveLength(1);
  const person = personOf(suite);
  expect((await person.get('/api/changes')).body.changes).toHaveLength(1);
  const [id = ''] = ids;
  expect((await person.carryOut(id)).status).toBe('applied');
  expect(gitOf(suite).commits('main..agent/again')).toHaveLength(1);
  // A key that found the change while it was open stands for it for good.
  const again = await agents[0]?.call('propose_pull_request', { ...proposal, idempotency_key: 'key-1' });
  expect(again).toMatchObject({ change_id: id, status: 'applied' });
  expect(ended).toContain(again.status);
}
