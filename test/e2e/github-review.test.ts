import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { arrangementPath } from '#servers/forge/arrangement.ts';
import { reviewsPath } from '#servers/forge/reviews.ts';
import { type Agent, agentOf, patienceMs, personOf } from './people.ts';
import { startTestSuite, type TestSuite } from './suite.ts';

const repository = 'acme/storefront';

const blueprint = `
blueprint: fixer
goal: Fix what is broken.
agent: fix-bot
sponsor: alice
callers: [{ listener: 127.0.0.1 }]
capabilities:
  repo-read: { repositories: [${repository}] }
  repo-write: { repositories: [${repository}], base: [main, "agent/*"], branches: ["agent/*"], paths: { allow: ["src/**"] }, max_files: 9, max_bytes: 1MiB }
  repo-merge: { repositories: [${repository}], base: ["agent/*"], methods: [squash] }
review:
  rules:
    - { name: merges, tools: [merge_pull_request], by: [github_review] }
`;

const people = `people:
  alice: { sign_in: [{ issuer: "https://id.test", subject: a }], accounts: { github: alice } }
  bob: { sign_in: [{ issuer: "https://id.test", subject: b }], accounts: { github: bob } }
`;

let suite: TestSuite;
let agent: Agent;
beforeAll(async () => {
  const github = { COUNTERSIGN_GITHUB_CHECK: 'on', COUNTERSIGN_GITHUB_REVIEWS_SECONDS: '1' };
  suite = await startTestSuite({ blueprints: { 'fixer.yaml': blueprint }, people, github });
  agent = await agentOf(suite.mcpUrl('github'));
});
afterAll(async () => {
  await agent.close();
  await suite.stop();
});

/** A pull request of the agent's that somebody at this machine's console approved; its number and head. */
async function opened(branch: string, base: string): Promise<{ number: number; head: string }> {
  const files = [{ path: `src/${branch.replace('/', '-')}.ts`, content: 'export {};\n' }];
  const about = { repository, base, branch, title: 'Fix', body: 'Text.', draft: false, files, reason: 'Because.' };
  const { change_id: id } = await agent.call('propose_pull_request', about);
  expect(await personOf(suite).carryOut(id)).toMatchObject({ status: 'applied' });
  const { pull_requests: items } = await agent.call('list_pull_requests', { repository, head: branch });
  return { number: items[0].number, head: items[0].head_commit };
}

test('a merge is carried out once somebody has approved it on GitHub, and each head gets its check', async () => {
  const forgeData = join(suite.data, 'forge');
  const permissions = { contents: 'write', pull_requests: 'write', checks: 'write', statuses: 'read' };
  writeFileSync(arrangementPath(forgeData), JSON.stringify({ permissions }));
  await opened('agent/base', 'main');
  const { number, head } = await opened('agent/fix', 'agent/base');
  const wanted = { repository, number, method: 'squash', expected_head: head, reason: 'Because.' };
  const { change_id: id } = await agent.call('merge_pull_request', wanted);
  expect((await personOf(suite).change(id)).there).toMatchObject({ head, seen: [] });
  const said = { repository, submitted_at: '2027-01-02T03:04:05Z', state: 'APPROVED' };
  const given = [{ ...said, id: 1, pull: number, by: 'bob', commit: head }];
  writeFileSync(join(suite.data, 'reviews.new'), JSON.stringify(given));
  renameSync(join(suite.data, 'reviews.new'), reviewsPath(forgeData));
  expect(await personOf(suite).reaches(id, ['applied', 'stale', 'revoked', 'failed'])).toMatchObject({
    status: 'applied',
    there: { seen: [{ login: 'bob', person: 'bob', state: 'approved', not: null }] },
    decisions: [{ automatic: 'review', signature: 'valid' }],
  });
  const posted = () => suite.requests().filter(({ method, path }) => method === 'POST' && path.endsWith('/check-runs'));
  await vi.waitFor(() => expect(posted().length).toBeGreaterThan(0), { timeout: patienceMs });
  expect(posted().every(({ status }) => status === 201)).toBe(true);
});
