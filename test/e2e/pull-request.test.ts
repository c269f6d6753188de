import { readFileSync } from 'node:fs';
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
  const blueprint = readFileSync('capabilities/blueprints/default.yaml', 'utf8');
  const both = blueprint
    .replaceAll('[acme/storefront]', '[acme/storefront, acme/billing]')
    .replace('sponsor: operator', 'sponsor: alice');
  const merging = both
    .replace('base: [main]', 'base: [main, "agent/*"]\n    reviewers: [bob]')
    .replace('update_pull_request, ', 'update_pull_request, delete_branch, request_reviews, update_branch, ')
    // At most 15 tools are shown of one server.
    .replace(/tools:\s+\[get_repository[^\]]*\]/, 'tools: [list_pull_requests, get_pull_request, search_code]')
    .replace('writes_per_hour: 30', 'writes_per_hour: 100')
    .replace('capabilities:\n', `capabilities:\n${merges}\n`);
  suite = await startTestSuite({ blueprints: { 'demo.yaml': merging } });
  agent = await agentOf(suite.mcpUrl('github'));
  queue = await agentOf(suite.mcpUrl('approvals'));
  person = personOf(suite);
  git = gitOf(suite);
});
afterAll(async () => {
  await Promise.all([agent.close(), queue.close()]);
  await suite.stop();
});

const merges = '  repo-merge: { repositories: [acme/storefront], base: ["agent/*"], methods: [squash] }';

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

  it('is commented on, changed and closed, each as it was shown, and all of it is put back', async () => {
    const { change_id: opened } = await agent.call('propose_pull_request', proposal('agent/talked'));
    await person.carryOut(opened);
    const repository = 'acme/storefront';
    const listed = await agent.call('list_pull_requests', { repository, state: 'open', head: 'agent/talked' });
    const [{ number }] = listed.pull_requests;
    const is = () => agent.call('get_pull_request', { repository, number });
    const was = await is();
    const asked = { repository, number, reason: 'The ticket asks for it.' };
    const comment = await agent.call('comment_on_pull_request', { ...asked, body: 'Done as asked.' });
    // The shipped rule decides it: nobody is asked.
    const { changes: said } = await queue.call('wait_for_change', { change_ids: [comment.change_id] });
    expect(said[0].status).toBe('applied');
    const { decisions } = await person.change(comment.change_id);
    const reason = 'By a policy rule of blueprint demo-storefront (own comments).';
    expect(decisions).toMatchObject([{ verb: 'approve', signature: 'valid', reason }]);
    const change = { title: 'Another', body: 'See {{after.comment_url}}', draft: false, state: 'closed' };
    const update = await agent.call('update_pull_request', { ...asked, ...change, after: comment.change_id });
    const done = await person.carryOut(update.change_id);
    expect([done.status, done.note]).toEqual(['applied', null]);
    const { body, ...now } = await is();
    expect(now).toMatchObject({ title: 'Another', draft: false, state: 'closed' });
    expect(body).toMatch(`/acme/storefront/pull/${number}#issuecomment-`);

    for (const id of [update.change_id, comment.change_id]) {
      const planned = await person.restore(id);
      expect([planned.status, planned.note]).toEqual(['pending_approval', null]);
      const restored = await person.carryOut(planned.change_id);
      expect([restored.status, restored.note]).toEqual(['applied', null]);
    }
    expect(await is()).toEqual(was);
  });

  it('closes when its branch is deleted at the commit that was shown, and the branch comes back there', async () => {
    await person.carryOut((await agent.call('propose_pull_request', proposal('agent/gone'))).change_id);
    const at = { repository: 'acme/storefront', branch: 'agent/gone' };
    const pullRequests = () =>
      agent.call('list_pull_requests', { repository: at.repository, state: 'all', head: at.branch });
    const { change_id: id } = await agent.call('delete_branch', { ...at, reason: 'The work is done elsewhere.' });
    const head = git.branches()[at.branch];
    const done = await person.carryOut(id);
    expect([done.status, done.note]).toEqual(['applied', null]);
    expect(git.branches()[at.branch]).toBeUndefined();
    expect((await pullRequests()).pull_requests).toMatchObject([{ state: 'closed' }]);
    const restored = await person.carryOut((await person.restore(id)).change_id);
    expect([restored.status, restored.note]).toEqual(['applied', null]);
    expect(git.branches()[at.branch]).toBe(head);
  });

  it('gets reviewers, and what is new on its base, as it was shown, and both are taken back', async () => {
    await person.carryOut((await agent.call('propose_pull_request', proposal('agent/ahead'))).change_id);
    const files = [{ path: 'docs/mine.md', content: 'mine\n' }];
    const own = { ...proposal('agent/behind', files), base: 'agent/ahead' };
    await person.carryOut((await agent.call('propose_pull_request', own)).change_id);
    const at = { repository: 'acme/storefront', reason: 'It is behind.' };
    const newer = { files: [{ path: 'docs/newer.md', content: 'newer\n' }], message: 'Newer', branch: 'agent/ahead' };
    await person.carryOut((await agent.call('commit_files', { ...at, ...newer })).change_id);
    const listed = await agent.call('list_pull_requests', { repository: at.repository, head: 'agent/behind' });
    const [{ number }] = listed.pull_requests;
    const outside = await agent.fails('request_reviews', { ...at, number, reviewers: ['carol'] });
    expect(outside).toMatch(/^out_of_scope: /);
    const before = git.branches();
    const { change_id: asked } = await agent.call('request_reviews', { ...at, number, reviewers: ['bob'] });
    const { change_id: updated } = await agent.call('update_branch', { ...at, number });
    for (const id of [asked, updated]) {
      const done = await person.carryOut(id);
      expect([done.status, done.note]).toEqual(['applied', null]);
    }
    const [, ...parents] = git.run('rev-list', '--parents', '-1', 'agent/behind').trim().split(' ');
    expect(parents).toEqual([before['agent/behind'], before['agent/ahead']]);
    expect(git.verify('origin/agent/behind')).toContain('Good "git" signature');
    for (const id of [asked, updated]) {
      const restored = await person.carryOut((await person.restore(id)).change_id);
      expect([restored.status, restored.note]).toEqual(['applied', null]);
    }
    expect(git.branches()).toEqual(before);
  });

  it('may be prepared by searching the default branch for words', async () => {
    const of = (query: string) => agent.call('search_code', { repository: 'acme/storefront', query });
    expect((await of('storefront')).files[0]).toMatchObject({
      path: expect.any(String),
      found: [{ line: expect.any(Number) }],
    });
    expect(await of('"hello from nowhere"')).toMatchObject({ files: [], next_cursor: null });
  });

  it('is merged as it was shown, which a new pull request takes back', async () => {
    await person.carryOut((await agent.call('propose_pull_request', proposal('agent/base'))).change_id);
    const files = [{ path: 'docs/more.md', content: 'more\n' }];
    const more = { ...proposal('agent/more', files), base: 'agent/base', draft: false };
    await person.carryOut((await agent.call('propose_pull_request', more)).change_id);
    const repository = 'acme/storefront';
    const from = (head: string) => agent.call('list_pull_requests', { repository, state: 'all', head });
    const [{ number }] = (await from('agent/more')).pull_requests;
    const before = git.branches();
    const at = { repository, number, expected_head: before['agent/more'], reason: 'It is done.' };
    await expect(agent.call('merge_pull_request', { ...at, method: 'merge' })).rejects.toThrow('out_of_scope');
    const { change_id: id } = await agent.call('merge_pull_request', { ...at, method: 'squash' });
    expect(git.branches()).toEqual(before);
    const done = await person.carryOut(id);
    expect([done.status, done.note]).toEqual(['applied', null]);
    expect(git.run('show', 'agent/base:docs/more.md')).toBe('more\n');
    expect(git.commits(`${before['agent/base']}..agent/base`)).toHaveLength(1);
    const restored = await person.carryOut((await person.restore(id)).change_id);
    expect([restored.status, restored.note]).toEqual(['applied', null]);
    const [back] = (await from(`revert-${number}-agent/more`)).pull_requests;
    expect(back).toMatchObject({ state: 'open', draft: true, base: 'agent/base' });
    expect(git.run('diff', '--name-status', 'agent/base', back.head).trim()).toBe('D\tdocs/more.md');
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

describe('a pull request that comes after another', () => {
  const second = (after: string, more: object = {}) => ({
    ...proposal('agent/second'),
    repository: 'acme/billing',
    body: 'Goes with {{after.pull_request_url}} (#{{after.pull_request_number}}, {{after.commit}}).',
    message: 'Follow the other\n\nSee {{after.pull_request_url}}.',
    after,
    ...more,
  });

  it('in another repository is decided with it, follows it, and carries its address', async () => {
    const { change_id: one } = await agent.call('propose_pull_request', proposal('agent/leads'));
    const { change_id: two } = await agent.call('propose_pull_request', second(one));
    const shown = await person.change(two);
    expect(shown.chain.earlier).toMatchObject([{ change_id: one, status: 'pending_approval' }]);
    expect(shown.content.references).toContainEqual({
      text: '{{after.pull_request_url}}',
      field: 'pull_request_url',
      change_id: one,
    });
    const alone = await person.post(`/api/changes/${two}/decision`, { decision: 'approve', seal: shown.seal });
    expect(alone).toMatchObject({ status: 409, body: { error: { message: expect.stringContaining(one) } } });

    const first = { change_id: one, seal: shown.chain.earlier[0].seal };
    const both = { decision: 'approve', seal: shown.seal, with: [first] };
    expect((await person.post(`/api/changes/${two}/decision`, both)).status).toBe(200);
    await person.reaches(two, ['applied']);
    const { receipts } = await queue.call('get_change', { change_id: one });
    const { commit, pull_request_number: number, url } = Object.assign({}, ...receipts);
    expect(await queue.call('get_change', { change_id: two })).toMatchObject({ after: one });
    const made = await queue.call('get_change', { change_id: two });
    const { pull_request_number: number2 } = Object.assign({}, ...made.receipts);
    const request = { repository: 'acme/billing', number: number2 };
    const written = await agent.call('get_pull_request', request);
    expect(JSON.stringify(written)).toContain(`Goes with ${url} (#${number}, ${commit}).`);
  });

  it('refers only to what there will be, and only to a change of its own', async () => {
    const { change_id: one } = await agent.call('propose_pull_request', proposal('agent/leads-too'));
    const wrong = second(one, { branch: 'agent/x', body: '{{after.price}}' });
    expect(await agent.fails('propose_pull_request', wrong)).toContain(
      'only pull_request_url, pull_request_number, branch, commit',
    );
    const titled = second(one, { branch: 'agent/x', title: 'After {{after.branch}}' });
    expect(await agent.fails('propose_pull_request', titled)).toContain('cannot refer');
    const foreign = second(`chg_${'0'.repeat(26)}`, { branch: 'agent/x' });
    expect(await agent.fails('propose_pull_request', foreign)).toContain('no such change');
    await queue.call('withdraw_change', { change_id: one, reason: 'not needed' });
  });
});
