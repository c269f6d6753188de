import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, agentOf, type Person, personOf } from './people.ts';
import { type Git, gitOf } from './repository.ts';
import { startTestSuite, type TestSuite, writesAmong } from './suite.ts';

let suite: TestSuite;
let agent: Agent;
let queue: Agent;
let person: Person;
let git: Git;

beforeAll(async () => {
  suite = await startTestSuite();
  agent = await agentOf(suite.mcpUrl('github'));
  queue = await agentOf(suite.mcpUrl('approvals'));
  person = personOf(suite);
  git = gitOf(suite);
});
afterAll(async () => {
  await Promise.all([agent.close(), queue.close()]);
  await suite.stop();
});

const proposal = (branch: string, files: object[] = [{ path: 'docs/hello.md', content: 'hello\n' }]) => ({
  repository: 'acme/storefront',
  branch,
  title: `Work on ${branch}`,
  body: 'As asked.',
  reason: 'The ticket asks for it.',
  files,
});

describe('a pull request that a person answered for', () => {
  it('is not written before the approval, and is written as it was shown after it', async () => {
    const before = git.branches();
    const since = suite.requests().length;
    const proposed = await agent.call('propose_pull_request', proposal('agent/first'));
    expect(proposed).toMatchObject({ status: 'pending_approval', change_id: expect.stringMatching(/^chg_/) });
    expect(proposed.review_url).toBe(`${suite.consoleUrl()}/changes/${proposed.change_id}`);
    expect(writesAmong(suite.requests().slice(since))).toEqual([]);
    expect(git.branches()).toEqual(before);

    const done = await person.carryOut(proposed.change_id);
    expect(done.status).toBe('applied');
    expect(git.run('show', 'agent/first:docs/hello.md')).toBe('hello\n');
    expect(git.run('diff', '--name-status', 'main', 'agent/first').trim()).toBe('A\tdocs/hello.md');
    expect(git.commits('main..agent/first')).toHaveLength(1);
    expect(git.run('rev-parse', 'agent/first~1').trim()).toBe(before['main']);
  });

  it('carries a signature that git itself finds good', async () => {
    const { change_id: id } = await agent.call('propose_pull_request', proposal('agent/signed'));
    await person.carryOut(id);
    expect(git.verify('origin/agent/signed')).toContain('Good "git" signature');
  });

  it('is told to the agent with its number, its address and that the commit is verified', async () => {
    const { change_id: id } = await agent.call('propose_pull_request', proposal('agent/told'));
    await person.approve(id);
    const { changes, settled } = await queue.call('wait_for_change', { change_ids: [id] });
    expect(settled).toBe(true);
    expect(changes[0].status).toBe('applied');
    const receipts = Object.assign({}, ...changes[0].receipts);
    expect(receipts).toMatchObject({ verified: true, pull_request_number: expect.any(Number) });
    const shown = await agent.call('get_pull_request', {
      repository: 'acme/storefront',
      number: receipts.pull_request_number,
    });
    expect(shown).toMatchObject({ state: 'open', draft: true, head: 'agent/told', base: 'main' });
  });

  it('shows people what was made, where it is, and that the commit is verified', async () => {
    const { change_id: id } = await agent.call('propose_pull_request', proposal('agent/shown'));
    await person.carryOut(id);
    const { steps } = await person.change(id);
    expect(steps).toMatchObject([
      { name: 'create_branch', verified: null, link: null },
      {
        name: 'commit',
        verified: true,
        link: expect.stringMatching(/^http:.*\/acme\/storefront\/commit\/[0-9a-f]{40}$/),
      },
      { name: 'open_pull_request', link: expect.stringMatching(/^http:.*\/acme\/storefront\/pull\/\d+$/) },
    ]);
  });

  it('is the same change when it is proposed again', async () => {
    const first = await agent.call('propose_pull_request', proposal('agent/twice'));
    const again = await agent.call('propose_pull_request', { ...proposal('agent/twice'), reason: 'Another reason.' });
    expect(again.change_id).toBe(first.change_id);
    await queue.call('withdraw_change', { change_id: first.change_id, reason: 'not needed' });
  });

  it('is not made when it is rejected, and the agent learns why', async () => {
    const { change_id: id } = await agent.call('propose_pull_request', proposal('agent/rejected'));
    const { seal } = await person.change(id);
    const answer = await person.post(`/api/changes/${id}/decision`, {
      decision: 'reject',
      seal,
      reason: 'Wrong folder.',
    });
    expect(answer.status).toBe(200);
    expect(await queue.call('get_change', { change_id: id })).toMatchObject({
      status: 'rejected',
      reason: expect.stringContaining('Wrong folder.'),
    });
    expect(git.branches()).not.toHaveProperty('agent/rejected');
  });

  it('cannot be decided with another seal, nor twice', async () => {
    const { change_id: id } = await agent.call('propose_pull_request', proposal('agent/seal'));
    const decision = { decision: 'approve', reason: '' };
    const wrong = await person.post(`/api/changes/${id}/decision`, { ...decision, seal: '0'.repeat(64) });
    expect(wrong.status).toBe(409);
    const { seal } = await person.change(id);
    const both = await Promise.all([
      person.post(`/api/changes/${id}/decision`, { ...decision, seal }),
      person.post(`/api/changes/${id}/decision`, { ...decision, seal }),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual([200, 409]);
    await person.reaches(id, ['applied']);
  });
});

describe('two commits that race for one branch', () => {
  it('end with one applied and the other stale', async () => {
    const opened = await agent.call('propose_pull_request', proposal('agent/race'));
    await person.carryOut(opened.change_id);
    const commit = (path: string) => ({
      repository: 'acme/storefront',
      branch: 'agent/race',
      message: `Write ${path}`,
      reason: 'race',
      files: [{ path, content: 'x\n' }],
    });
    const one = await agent.call('commit_files', commit('docs/one.md'));
    const other = await agent.call('commit_files', commit('docs/other.md'));
    const ends = await Promise.all([person.carryOut(one.change_id), person.carryOut(other.change_id)]);
    expect(ends.map((end) => end.status).sort()).toEqual(['applied', 'stale']);
    expect(git.commits('main..agent/race')).toHaveLength(2);
  });
});
