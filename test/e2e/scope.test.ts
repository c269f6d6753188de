import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describePages, grantOfPages } from './pages.ts';
import { type Agent, agentOf, type Person, personOf } from './people.ts';
import { startTestSuite, type TestSuite } from './suite.ts';

const blueprint = (name: string, listener: string, paths: string): string => `
blueprint: ${name}
goal: Test the edges of a scope.
agent: ${name}-bot
sponsor: operator
callers:
  - listener: ${listener}
capabilities:
  repo-read:
    repositories: [acme/storefront]
    tools: [get_repository, list_files, read_file, search_code, list_commits, list_pull_requests,
      get_pull_request, get_pull_request_diff, list_review_threads, get_checks, get_check_log]
  repo-write:
    repositories: [acme/storefront]
    tools: [propose_pull_request, commit_files, update_pull_request, comment_on_pull_request]
    base: [main]
    branches: ["${name}/*"]
    paths: { allow: ["${paths}"] }
    max_files: 3
    max_bytes: 1KiB
`;

let suite: TestSuite;
let agent: Agent;
let other: Agent;
let third: Agent;
let queue: Agent;
let othersQueue: Agent;
let person: Person;

beforeAll(async () => {
  suite = await startTestSuite({
    blueprints: {
      'first.yaml': blueprint('first', '127.0.0.1', 'docs/**') + grantOfPages,
      'second.yaml': `${blueprint('second', '127.0.0.2', 'src/**')}limits: { reads_per_minute: 30 }\n`,
      'third.yaml': blueprint('third', '127.0.0.3', 'docs/**') + grantOfPages,
      'y-reader.yaml': blueprint('reader', '127.0.0.4', 'docs/**').replace('operator', 'carol'),
      'z-stranger.yaml': blueprint('stranger', '127.0.0.5', 'docs/**').replaceAll('storefront', 'billing'),
    },
  });
  [agent, other, third, queue, othersQueue] = await Promise.all([
    agentOf(suite.mcpUrl('github', 0)),
    agentOf(suite.mcpUrl('github', 1)),
    agentOf(suite.mcpUrl('github', 2)),
    agentOf(suite.mcpUrl('approvals', 0)),
    agentOf(suite.mcpUrl('approvals', 1)),
  ]);
  person = personOf(suite);
});
afterAll(async () => {
  await Promise.all([agent, other, third, queue, othersQueue].map((one) => one.close()));
  await suite.stop();
});

const proposal = {
  repository: 'acme/storefront',
  branch: 'first/work',
  title: 'Work',
  reason: 'because',
  files: [{ path: 'docs/a.md', content: 'a\n' }],
};

describe('the sponsor', () => {
  const agentAt = async (listener: number): Promise<Agent> => {
    const found = await agentOf(suite.mcpUrl('github', listener));
    onTestFinished(found.close);
    return found;
  };

  it('who may only read lends an agent nothing more', async () => {
    const reader = await agentAt(3);
    expect(await reader.call('get_repository', { repository: 'acme/storefront' })).toMatchObject({ private: true });
    const denied = await reader.fails('propose_pull_request', { ...proposal, branch: 'reader/work' });
    expect(denied).toMatch(/^not_permitted: The sponsor "carol" may not write there, only read/);
  });

  it('who sees nothing of a repository leaves an agent without it, granted as it is', async () => {
    const stranger = await agentAt(4);
    const unseen = await stranger.fails('get_repository', { repository: 'acme/billing' });
    expect(unseen).toMatch(/^not_found: There is no such repository/);
  });
});

describe('outside the scope', () => {
  it.each([
    ['another repository', { repository: 'acme/billing' }],
    ['a repository that does not exist', { repository: 'acme/nothing' }],
    ['another base', { base: 'release' }],
    ['a branch of another pattern', { branch: 'second/work' }],
    ['the default branch', { branch: 'main' }],
    ['a path that is not granted', { files: [{ path: 'src/cart.ts', content: 'x' }] }],
    ['a workflow file', { files: [{ path: '.github/workflows/ci.yml', content: 'x' }] }],
    ['instructions for agents', { files: [{ path: 'docs/AGENTS.md', content: 'x' }] }],
    ['the source of a move', { files: [{ path: 'docs/b.md', move_from: 'src/cart.ts' }] }],
    [
      'more files than granted',
      { files: ['a', 'b', 'c', 'd'].map((name) => ({ path: `docs/${name}.md`, content: '' })) },
    ],
    ['more bytes than granted', { files: [{ path: 'docs/a.md', content: 'x'.repeat(1025) }] }],
  ])('%s is refused without any request to the backend', async (_what, change) => {
    const before = suite.requests().length;
    expect(await agent.fails('propose_pull_request', { ...proposal, ...change })).toMatch(
      /^(out_of_scope|invalid_arguments): /,
    );
    expect(suite.requests()).toHaveLength(before);
  });

  it('a read of another repository makes no request either', async () => {
    const before = suite.requests().length;
    for (const [tool, args] of [
      ['get_repository', {}],
      ['list_files', { path: '' }],
      ['read_file', { path: 'README.md' }],
      ['search_code', { query: 'x' }],
      ['list_commits', {}],
      ['list_pull_requests', {}],
      ['get_pull_request', { number: 1 }],
      ['get_pull_request_diff', { number: 1 }],
      ['list_review_threads', { number: 1 }],
      ['get_checks', { number: 1 }],
      ['get_check_log', { job: 1 }],
    ] as const) {
      expect(await agent.fails(tool, { repository: 'acme/billing', ...args })).toMatch(/^out_of_scope: /);
    }
    expect(suite.requests()).toHaveLength(before);
  });
});

describe('a pull request of another agent', () => {
  it('is answered as one that is not there, whatever is to be done to it', async () => {
    const { change_id: id } = await agent.call('propose_pull_request', { ...proposal, branch: 'first/pull' });
    await person.carryOut(id);
    const at = { repository: 'acme/storefront' };
    const { pull_requests } = await agent.call('list_pull_requests', { ...at, state: 'open', head: 'first/pull' });
    const [{ number }] = pull_requests;
    for (const [tool, args] of [
      ['comment_on_pull_request', { body: 'x' }],
      ['update_pull_request', { title: 'x' }],
      ['update_pull_request', { state: 'open' }],
    ] as const) {
      const call = (which: number): Promise<string> =>
        third.fails(tool, { ...at, ...args, number: which, reason: 'r' });
      const foreign = await call(number);
      expect(foreign).toMatch(/^not_found: /);
      expect(foreign.replace(`pull request ${number} `, 'pull request 999 ')).toBe(await call(999));
    }
    const comment = await agent.call('comment_on_pull_request', { ...at, number, body: 'x', reason: 'r' });
    await queue.call('withdraw_change', { change_id: comment.change_id, reason: 'done' });
  });
});

describe('proposals that fail', () => {
  it('count as calls, so that nobody can use up the backend with them', async () => {
    const wrong = { repository: 'acme/storefront', branch: 'second/none', message: 'm', reason: 'r' };
    const before = suite.requests().length;
    // At once: one after the other, a slow machine would be given new calls faster than it makes them.
    const errors = await Promise.all(
      Array.from({ length: 40 }, (_, call) =>
        other.fails('commit_files', { ...wrong, files: [{ path: 'src/a.ts', content: `${call}` }] }),
      ),
    );
    const kinds = new Set(errors.map((error) => error.slice(0, error.indexOf(':'))));
    expect(kinds).toEqual(new Set(['not_found', 'limit_reached']));
    // What is over the limit asks the backend for nothing: the others are a repository, its branch, and what is beside it.
    const served = errors.filter((error) => error.startsWith('not_found')).length;
    expect(suite.requests().length - before).toBeLessThanOrEqual(served * 5);
  });
});

describe('another agent', () => {
  it('does not see a change, whatever it asks for', async () => {
    const { change_id: id } = await agent.call('propose_pull_request', proposal);
    const nobodys = 'chg_00000000000000000000000000';
    for (const [tool, args] of [
      ['get_change', (change: string) => ({ change_id: change })],
      ['wait_for_change', (change: string) => ({ change_ids: [change] })],
      ['withdraw_change', (change: string) => ({ change_id: change, reason: 'x' })],
      ['propose_restore', (change: string) => ({ change_id: change, reason: 'x' })],
    ] as const) {
      const foreign = await othersQueue.fails(tool, args(id));
      expect(foreign).toMatch(/^not_found: /);
      expect(foreign.replaceAll(id, nobodys)).toBe(await othersQueue.fails(tool, args(nobodys)));
    }
    expect((await othersQueue.call('list_changes', {})).changes).toEqual([]);
    expect((await queue.call('list_changes', {})).changes).toContainEqual(expect.objectContaining({ change_id: id }));
    await queue.call('withdraw_change', { change_id: id, reason: 'done' });
  });
});

describe('an agent cannot decide', () => {
  it('has no tool for it, and the addresses it reaches have no such route', async () => {
    const tools = [...(await agent.tools()), ...(await queue.tools())];
    expect(tools.filter((name) => /approve|decide|decision|reject/.test(name))).toEqual([]);
    for (const url of [suite.mcpUrl('github'), suite.mcpUrl('approvals')]) {
      for (const path of ['/api/changes', '/api/changes/chg_00000000000000000000000000/decision', '/sign-in']) {
        const target = new URL(path, url);
        const init = { method: 'POST', headers: { authorization: `Bearer ${suite.approverToken}` } };
        expect((await fetch(target, init)).status).toBe(404);
        expect((await fetch(target)).status).toBe(404);
      }
    }
  });

  it('gets nowhere at the console without being signed in', async () => {
    const { change_id: id } = await agent.call('propose_pull_request', { ...proposal, branch: 'first/decide' });
    const { seal } = await person.change(id);
    const nobody = personOf(suite, 'x'.repeat(64));
    const decision = { decision: 'approve', seal, reason: '' };
    for (const status of [
      (await nobody.post(`/api/changes/${id}/decision`, decision)).status,
      (await nobody.get(`/api/changes/${id}`)).status,
      (await nobody.post(`/api/changes/${id}/restore`, { reason: 'x' })).status,
      (await fetch(`${suite.consoleUrl()}/api/changes/${id}/decision`, { method: 'POST', body: '{}' })).status,
    ]) {
      expect([401, 403, 415]).toContain(status);
    }
    expect(await person.change(id)).toMatchObject({ status: 'pending_approval' });
  });

  it('is never shown the nonce, the seal or the digest of a snapshot', async () => {
    const proposed = await agent.call('propose_pull_request', { ...proposal, branch: 'first/secret' });
    const shown = await queue.call('get_change', { change_id: proposed.change_id });
    const { seal } = await person.change(proposed.change_id);
    expect(JSON.stringify([proposed, shown])).not.toContain(seal);
    expect(JSON.stringify([proposed, shown])).not.toMatch(/[0-9a-f]{64}/);
  });
});

describe('a credential', () => {
  it('is in no output, no record and no other process', async () => {
    const { change_id: id } = await agent.call('propose_pull_request', { ...proposal, branch: 'first/leak' });
    await person.carryOut(id);
    const appKey = readFileSync(`${suite.data}/github/app-key.pem`, 'utf8').split('\n')[1] ?? '';
    const signingKey = readFileSync(`${suite.data}/approvals/decision-key.pem`, 'utf8').split('\n')[1] ?? '';
    const records = ['ledger.db', 'ledger.db-wal', 'forge/requests.jsonl'].map((file) =>
      readFileSync(`${suite.data}/${file}`).toString('latin1'),
    );
    const outputs = (['forge', 'github', 'approvals'] as const).map((name) => suite.server(name).output());
    for (const secret of [appKey, signingKey, suite.approverToken, 'ghs_']) {
      expect(secret.length).toBeGreaterThan(3);
      for (const text of [...records, ...outputs]) expect(text.includes(secret)).toBe(false);
    }
    const environment = (name: 'forge' | 'github' | 'approvals'): string =>
      readFileSync(`/proc/${suite.server(name).pid}/environ`, 'utf8');
    expect(environment('approvals')).not.toContain('COUNTERSIGN_GITHUB_APP_KEY');
    expect(environment('github')).not.toContain(suite.approverToken);
    expect(environment('github')).not.toContain('decision-key.pem');
    expect(environment('forge')).not.toMatch(/APP_KEY|APPROVER_TOKEN/);
  });
});

// Two of them are granted any: the knowledge server listens for those alone.
describePages(() => ({ suite, listeners: [0, 2] }));
