import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, agentOf, type Person, personOf } from './people.ts';
import { type Git, gitOf } from './repository.ts';
import { startTestSuite, type TestSuite, writesAmong } from './suite.ts';

let suite: TestSuite;
let agent: Agent;
let person: Person;
let git: Git;
let untouched: Record<string, string>;

beforeAll(async () => {
  suite = await startTestSuite();
  agent = await agentOf(suite.mcpUrl('github'));
  person = personOf(suite);
  git = gitOf(suite);
  untouched = git.branches();
});
afterAll(async () => {
  // Nothing that was refused may have left a trace, neither in the repository nor in the queue.
  expect(writesAmong(suite.requests())).toEqual([]);
  expect(git.branches()).toEqual(untouched);
  expect((await person.get('/api/changes')).body.changes).toEqual([]);
  await agent.close();
  await suite.stop();
});

const proposal = {
  repository: 'acme/storefront',
  branch: 'agent/bad',
  title: 'Bad',
  reason: 'because',
  files: [{ path: 'docs/a.md', content: 'a\n' }],
};

const denied = /^(invalid_arguments|out_of_scope): /;

describe('a path', () => {
  it.each([
    '../outside',
    'docs/../../outside',
    'docs/./a.md',
    'docs//a.md',
    '/etc/passwd',
    'docs\\a.md',
    'docs/a\0.md',
    'docs/a\n.md',
    'docs/',
    '',
    '.',
    '.git/config',
    '.GIT/config',
    'docs/.git/config',
    '.git /config',
    '.git./config',
    'git~1/config',
    '.g\u200cit/config',
    '.ｇｉｔ/config',
    '.git::$INDEX_ALLOCATION/config',
    `docs/${'x'.repeat(300)}`,
    'docs/\ud800.md',
  ])('like %j is refused', async (path) => {
    expect(await agent.fails('propose_pull_request', { ...proposal, files: [{ path, content: 'x' }] })).toMatch(denied);
  });
});

describe('a name of a branch', () => {
  it.each([
    '',
    'agent/',
    'agent/a b',
    'agent/a..b',
    'agent/a.lock',
    'agent/-a~1',
    'agent/a^',
    'agent/a:b',
    'agent/a?b',
    'agent/[a',
    'agent/a@{1}',
    'agent//a',
    'refs/heads/agent/a',
    'HEAD',
    '-agent/a',
    'agent/a\u0007',
    `agent/${'x'.repeat(300)}`,
    '0123456789012345678901234567890123456789',
  ])('like %j is refused', async (branch) => {
    expect(await agent.fails('propose_pull_request', { ...proposal, branch })).toMatch(denied);
  });
});

describe('arguments', () => {
  it.each([
    ['of the wrong type', { title: 7 }],
    ['that do not exist', { force: true }],
    ['without a reason', { reason: undefined }],
    ['without files', { files: [] }],
    ['with the same path twice', { files: [proposal.files[0], proposal.files[0]] }],
    ['with the same path in another case', { files: [proposal.files[0], { path: 'docs/A.md', content: 'b' }] }],
    [
      'with a file inside another',
      {
        files: [
          { path: 'docs/a', content: '' },
          { path: 'docs/a/b', content: '' },
        ],
      },
    ],
    ['with two forms at once', { files: [{ path: 'docs/a.md', content: 'a', delete: true }] }],
    ['with base64 that is none', { files: [{ path: 'docs/a.bin', base64: 'not base64!' }] }],
    ['with a title of two lines', { title: 'one\ntwo' }],
    ['with a repository that is no name', { repository: 'acme/../billing' }],
    ['with a mark that looks like ours', { body: 'Change-Id: chg_00000000000000000000000000/00' }],
    ['with a mark that is disguised', { body: '<!--\u200b COUNTERSIGN chg_1 -->' }],
  ])('%s are refused with a code', async (_what, change) => {
    expect(await agent.fails('propose_pull_request', { ...proposal, ...change })).toMatch(denied);
  });

  it('of a tool that does not exist are a protocol error', async () => {
    await expect(agent.call('delete_repository', {})).rejects.toThrow(/unknown tool/i);
  });

  it('that are too large are refused before they are read', async () => {
    const response = await fetch(suite.mcpUrl('github'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ pad: 'x'.repeat(33 * 1024 * 1024) }),
    });
    expect(response.status).toBe(413);
  });
});

describe('files that cannot be written so', () => {
  const files = (...changes: object[]) => agent.fails('propose_pull_request', { ...proposal, files: changes });

  it.each([
    ['a folder where a file is wanted', [{ path: 'docs', content: 'x' }], /^conflict: /],
    ['a file where a folder is wanted', [{ path: 'README.md/a.md', content: 'x' }], /^conflict: /],
    ['deleting what is not there', [{ path: 'docs/none.md', delete: true }], /^conflict: /],
    ['moving what is not there', [{ path: 'docs/to.md', move_from: 'docs/none.md' }], /^conflict: /],
    ['moving over what is there', [{ path: 'docs/README.md', move_from: 'README.md' }], /^conflict: /],
    ['editing what is not there', [{ path: 'docs/none.md', edits: [{ find: 'a', replace: 'b' }] }], /^conflict: /],
    [
      'an edit that matches nowhere',
      [{ path: 'README.md', edits: [{ find: 'nowhere to be found', replace: '' }] }],
      /^(invalid_arguments|conflict): /,
    ],
    [
      'an edit that matches twice',
      [{ path: 'README.md', edits: [{ find: 'e', replace: 'E' }] }],
      /^(invalid_arguments|conflict): /,
    ],
    [
      'editing a binary file',
      [{ path: 'public/logo.png', edits: [{ find: 'PNG', replace: 'GIF' }] }],
      /^unsupported: /,
    ],
    ['moving a symbolic link', [{ path: 'docs/to.md', move_from: 'docs/README.md' }], /^unsupported: /],
    ['making a symbolic link executable', [{ path: 'docs/README.md', executable: true }], /^unsupported: /],
    ['writing a symbolic link', [{ path: 'docs/README.md', content: 'x' }], /^unsupported: /],
    [
      'a commit that changes nothing',
      [{ path: '.nvmrc', edits: [{ find: '16', replace: '16' }] }],
      /^invalid_arguments: /,
    ],
  ] as const)('%s', async (_what, changes, error) => {
    expect(await files(...changes)).toMatch(error);
  });

  it('a commit to a branch that does not exist', async () => {
    expect(
      await agent.fails('commit_files', {
        repository: 'acme/storefront',
        branch: 'agent/none',
        message: 'm',
        reason: 'r',
        files: proposal.files,
      }),
    ).toMatch(/^not_found: /);
  });
});

describe('reads of what is not there', () => {
  it.each([
    ['read_file', { path: 'none.md' }, /^not_found: /],
    ['read_file', { path: '../etc/passwd' }, denied],
    ['read_file', { path: 'README.md', ref: 'no-such-branch' }, /^not_found: /],
    ['read_file', { path: 'README.md', ref: 'main:../..' }, denied],
    ['read_file', { path: 'README.md', start_line: 0 }, denied],
    ['list_files', { path: 'README.md' }, /^(not_found|invalid_arguments|conflict): /],
    ['list_pull_requests', { cursor: 'forged' }, denied],
    ['search_code', { query: '!' }, denied],
    ['search_code', { query: 'x', folder: '../x' }, denied],
    ['get_pull_request', { number: 4711 }, /^not_found: /],
    ['get_pull_request', { number: -1 }, denied],
    ['list_commits', { ref: 'no-such-branch' }, /^not_found: /],
    ['list_commits', { path: '../x' }, denied],
    ['get_pull_request_diff', { number: 4711 }, /^not_found: /],
    ['list_review_threads', { number: 4711 }, /^not_found: /],
    ['get_checks', { number: 4711 }, /^not_found: /],
    ['get_checks', { number: 1, ref: 'main' }, denied],
    ['get_check_log', { job: 4711 }, /^not_found: /],
    ['get_check_log', { job: 0 }, denied],
  ] as const)('%s %j', async (tool, args, error) => {
    expect(await agent.fails(tool, { repository: 'acme/storefront', ...args })).toMatch(error);
  });

  it('what is there is shown', async () => {
    const at = { repository: 'acme/storefront' };
    const { head, commits } = await agent.call('list_commits', { ...at, path: 'README.md', limit: 1 });
    expect(commits).toMatchObject([{ author: expect.any(String), committed_at: expect.any(String) }]);
    expect(await agent.call('get_checks', at)).toMatchObject({ commit: head, state: 'none', checks: [] });
  });
});
