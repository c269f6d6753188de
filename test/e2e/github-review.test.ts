import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importPKCS8, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { arrangementPath } from '#servers/forge/arrangement.ts';
import { reviewsPath } from '#servers/forge/reviews.ts';
import { type Agent, type Answered, agentOf, patienceMs, personOf } from './people.ts';
import { startTestSuite, type TestSuite } from './suite.ts';

const repository = 'acme/storefront';

const blueprint = (name: string, listener: string, merging: string, review: string) => `
blueprint: ${name}
goal: Fix what is broken.
agent: ${name}-bot
sponsor: alice
callers: [{ listener: ${listener} }]
capabilities:
  repo-read: { repositories: [${repository}] }
  repo-write: { repositories: [${repository}], base: [main], branches: ["agent/*"], paths: { allow: ["src/**"] }, max_files: 9, max_bytes: 1MiB }
  ${merging}
${review}`;

/** The two set-ups of docs/review-rules.md, word for word. */
const [, section = ''] = readFileSync('docs/review-rules.md', 'utf8').split('### How the two reviews divide the work');
const setUps = Array.from(section.matchAll(/```yaml\n(.*?)```/gs), ([, text = '']) => text);
const [consoleFirst = '', peopleMerge = ''] = setUps;

// Who has the preset token is one person, who signs in by link another.
const people = `people:
  alice: { sign_in: [{ issuer: "countersign:local", subject: preset-token }], groups: [platform], accounts: { github: alice } }
  bob: { sign_in: [{ issuer: "countersign:local", subject: operator }], groups: [platform], accounts: { github: bob } }
`;

const required_status_checks = [{ context: 'countersign' }];
/** As the docs say that the repository is to be set up. */
const arranged = {
  permissions: { contents: 'write', pull_requests: 'write', checks: 'write', statuses: 'read' },
  rules: {
    [repository]: [
      ...['deletion', 'non_fast_forward', 'pull_request'].map((type) => ({ type })),
      { type: 'required_status_checks', parameters: { required_status_checks } },
    ],
  },
};

let suite: TestSuite;
let agent: Agent;
let other: Agent;
beforeAll(async () => {
  const github = { COUNTERSIGN_GITHUB_CHECK: 'on', COUNTERSIGN_GITHUB_REVIEWS_SECONDS: '1' };
  const merging = `repo-merge: { repositories: [${repository}], base: [main], methods: [squash] }`;
  const blueprints = {
    'fixer.yaml': blueprint('fixer', '127.0.0.1', merging, consoleFirst),
    'writer.yaml': blueprint('writer', '127.0.0.2', '', peopleMerge),
  };
  suite = await startTestSuite({ blueprints, people, github });
  writeFileSync(arrangementPath(join(suite.data, 'forge')), JSON.stringify(arranged));
  agent = await agentOf(suite.mcpUrl('github'));
  other = await agentOf(suite.mcpUrl('github', 1));
});
afterAll(async () => {
  await Promise.all([agent?.close(), other?.close()]);
  await suite.stop();
});

/** Somebody signed in by link, at the decision API. */
async function byLink(): Promise<(path: string, body: object) => Promise<{ status: number; body: Answered }>> {
  const { body: link } = await personOf(suite).post('/api/sign-in-links', {});
  const ask = (path: string, headers: Record<string, string>, body: object) =>
    fetch(`${suite.consoleUrl()}${path}`, {
      method: 'POST',
      headers: { origin: suite.consoleUrl(), 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const made = await ask('/sign-in', {}, { token: link.url.split('/').at(-1) });
  const [cookie = ''] = (made.headers.get('set-cookie') ?? '').split(';');
  const { key } = (await made.json()) as { key: string };
  return async (path, body) => {
    const answer = await ask(path, { cookie, 'x-countersign-key': key }, body);
    return { status: answer.status, body: await answer.json() };
  };
}

const reviewed: object[] = [];
/** Somebody approves on GitHub what a pull request is at. */
function review(by: string, pull: number, commit: string): void {
  const submitted_at = '2027-01-02T03:04:05Z';
  reviewed.push({ repository, submitted_at, state: 'APPROVED', id: reviewed.length + 1, pull, by, commit });
  writeFileSync(join(suite.data, 'reviews.new'), JSON.stringify(reviewed));
  renameSync(join(suite.data, 'reviews.new'), reviewsPath(join(suite.data, 'forge')));
}

/** Asks forge as the App does, with all that it may do there. */
async function onForge(): Promise<(path: string, body?: object) => Promise<Answered>> {
  const key = await importPKCS8(readFileSync(join(suite.data, 'github', 'app-key.pem'), 'utf8'), 'RS256');
  const at = Math.floor(Date.now() / 1000);
  const jwt = await new SignJWT({ iss: '1', iat: at, exp: at + 300 }).setProtectedHeader({ alg: 'RS256' }).sign(key);
  const base = suite.server('forge').ready['url'] ?? '';
  const ask = async (token: string, path: string, body?: object): Promise<Answered> => {
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${base}${path}`, { ...sent, headers: { authorization: `Bearer ${token}` } });
    return answer.json();
  };
  const { id } = await ask(jwt, `/api/v3/repos/${repository}/installation`);
  const { token } = await ask(jwt, `/api/v3/app/installations/${id}/access_tokens`, {});
  return (path, body) => ask(token, path, body);
}

type OnForge = Awaited<ReturnType<typeof onForge>>;

/** Waits until the newest check on a head concludes so. */
async function checked(ask: OnForge, head: string, conclusion: string): Promise<void> {
  const path = `/api/v3/repos/${repository}/commits/${head}/check-runs?check_name=countersign`;
  const newest = async () => (await ask(path)).check_runs?.at(0)?.conclusion;
  await vi.waitFor(async () => expect(await newest()).toBe(conclusion), { timeout: patienceMs, interval: 100 });
}

/** Whoever merges on GitHub itself; answers why that was refused. */
async function mergeThere(ask: OnForge, number: number): Promise<string | undefined> {
  const { node_id: pullRequestId } = await ask(`/api/v3/repos/${repository}/pulls/${number}`);
  const query = `mutation { mergePullRequest(input: {pullRequestId: "${pullRequestId}", mergeMethod: SQUASH}) { clientMutationId } }`;
  return (await ask('/api/graphql', { query })).errors?.[0]?.message;
}

const file = (name: string, content = 'export {};\n') => ({ path: `src/${name}.ts`, content });
const wanted = (branch: string, name: string) => ({
  ...{ repository, base: 'main', branch, title: 'Say more', body: 'Text.', draft: true },
  ...{ files: [file(name)], reason: 'Because.' },
});

async function pullOf(one: Agent, branch: string): Promise<{ number: number; head: string }> {
  const { pull_requests: items } = await one.call('list_pull_requests', { repository, head: branch });
  return { number: items[0].number, head: items[0].head_commit };
}

test('console first: the sponsor approves the draft and its fixes, and somebody else’s review on GitHub the merge', async () => {
  const alice = personOf(suite);
  const { change_id: first } = await agent.call('propose_pull_request', wanted('agent/fix', 'fix'));
  const { seal, content } = await alice.change(first);
  const { changes, bytes, for_ms, tools, paths, flags } = content.offer;
  const grant = { changes, bytes, for_ms, tools, paths, flags };
  const approved = await alice.post(`/api/changes/${first}/decision`, { decision: 'approve', seal, grant });
  expect(approved).toMatchObject({ status: 200 });
  await alice.reaches(first, ['applied']);
  const { number } = await pullOf(agent, 'agent/fix');
  const again = { repository, branch: 'agent/fix', message: 'Say less', files: [file('fix', 'export const a = 1;\n')] };
  const { change_id: fix } = await agent.call('commit_files', { ...again, reason: 'Because.' });
  await alice.reaches(fix, ['applied']);
  const { change_id: ready } = await agent.call('update_pull_request', {
    ...{ repository, number, draft: false, reason: 'Because.' },
  });
  // What tells reviewers is no fix: the grant does not cover it.
  expect(await alice.carryOut(ready)).toMatchObject({ status: 'applied' });

  const { head } = await pullOf(agent, 'agent/fix');
  const ask = await onForge();
  await checked(ask, head, 'failure');
  const asked = { repository, number, method: 'squash', expected_head: head, reason: 'Because.' };
  const { change_id: id, next } = await agent.call('merge_pull_request', asked);
  expect(next).toContain(`It waits for an approving review on GitHub of exactly ${head}`);
  review('alice', number, head);
  await vi.waitFor(
    async () => expect((await alice.change(id)).there.waits).toBe('The sponsor’s own review does not count.'),
    { timeout: patienceMs, interval: 100 },
  );
  // GitHub takes the sponsor's review for one of somebody else's work; the check does not.
  expect(await mergeThere(ask, number)).toContain('Required status check "countersign" is expected.');

  review('bob', number, head);
  expect(await alice.reaches(id, ['applied', 'stale', 'revoked', 'failed'])).toMatchObject({
    status: 'applied',
    there: { seen: expect.arrayContaining([expect.objectContaining({ login: 'bob', person: 'bob', not: null })]) },
    decisions: [{ automatic: 'review', signature: 'valid' }],
  });
});

test('people merge: who is not the sponsor approves, the check passes from the start, and GitHub asks for its review', async () => {
  const alice = personOf(suite);
  const { change_id: id } = await other.call('propose_pull_request', { ...wanted('agent/text', 'text'), draft: false });
  const { seal } = await alice.change(id);
  const decision = { decision: 'approve', seal };
  expect(await alice.post(`/api/changes/${id}/decision`, decision)).toMatchObject({ status: 403 });
  const bob = await byLink();
  expect(await bob(`/api/changes/${id}/decision`, decision)).toMatchObject({ status: 200 });
  await alice.reaches(id, ['applied']);
  const { number, head } = await pullOf(other, 'agent/text');
  expect(await other.tools()).not.toContain('merge_pull_request');
  const ask = await onForge();
  await checked(ask, head, 'success');
  expect(await mergeThere(ask, number)).toContain('At least 1 approving review is required');
  review('bob', number, head);
  expect(await mergeThere(ask, number)).toBeUndefined();
});
