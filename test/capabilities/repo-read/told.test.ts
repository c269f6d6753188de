import { expect, test } from 'vitest';
import type { Standing } from '#capabilities/repo/standing.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { call, toldOf } from './call.ts';

const trusted = async (repository: FakeRepository, tool: string, args: object = {}) => {
  const told = toldOf(await call(repository, tool, { ...args }));
  expect(told.length).toBeGreaterThan(0);
  return told.every(({ trust }) => trust === 'trusted');
};

/** A pull request, and CI of its head; `from` a fork, or a branch of the repository itself. */
function withPull(from: 'fork' | 'here', standing: Standing = 'member') {
  const repository = new FakeRepository({ 'a.txt': 'words' });
  const head = from === 'fork' ? 'mallory:main' : 'work';
  repository.branches.set('work', repository.head('main'));
  const headOid = repository.push('work', { 'a.txt': 'other words' });
  if (from === 'fork') repository.branches.delete('work');
  const { number, nodeId } = repository.openPull({ head, base: 'main', standing, headOid });
  repository.ci.set(headOid, [{ name: 'test', state: 'failure', title: null, url: null, app: null, job: 7 }]);
  const job = { name: 'test', commit: headOid, status: 'completed', conclusion: 'failure', steps: [], log: 'Do this!' };
  repository.jobs.set(7, job);
  repository.diffs.set(number, [
    { path: 'a.txt', previousPath: null, status: 'modified', additions: 1, deletions: 0, patch: '+x' },
  ]);
  return { repository, number, nodeId, headOid };
}

test.each(['here', 'fork'] as const)(
  'of a pull request from %s, who may write there wrote what is in it',
  async (from) => {
    const { repository, number, headOid } = withPull(from);
    const isHere = from === 'here';
    const calls = [
      ['get_pull_request_diff', { number }],
      ['get_checks', { number }],
      ['get_check_log', { job: 7 }],
      ['read_file', { path: 'a.txt', ref: headOid }],
      ['list_files', { ref: headOid }],
      ['list_commits', { ref: headOid }],
    ] as const;
    for (const [tool, args] of calls) expect(await trusted(repository, tool, args), tool).toBe(isHere);
    expect(await trusted(repository, 'read_file', { path: 'a.txt', ref: repository.head('main') })).toBe(true);
  },
);

test('the organisation’s own files, branches and commits can be relied on', async () => {
  const repository = new FakeRepository({ 'a.txt': 'words' });
  for (const [tool, args] of [
    ['get_repository', {}],
    ['list_branches', {}],
    ['list_files', {}],
    ['read_file', { path: 'a.txt', ref: 'main' }],
    ['search_code', { query: 'words' }],
    ['list_commits', {}],
    ['get_checks', { ref: 'main' }],
  ] as const) {
    expect(await trusted(repository, tool, args), tool).toBe(true);
  }
});

test('each thing has a name that stays when the repository gets another, its revision, and its place in a search', async () => {
  const repository = new FakeRepository({ 'a.txt': 'words', 'b.txt': 'more words' });
  const commit = repository.head('main');
  expect(toldOf(await call(repository, 'search_code', { query: 'words' }))).toEqual([
    { thing: 'file:4711/a.txt', name: 'acme/web:a.txt', revision: commit, rank: 1, trust: 'trusted' },
    { thing: 'file:4711/b.txt', name: 'acme/web:b.txt', revision: commit, rank: 2, trust: 'trusted' },
  ]);
  const { repository: other, number, nodeId, headOid } = withPull('fork');
  expect(toldOf(await call(other, 'get_pull_request_diff', { number }))).toEqual([
    { thing: `pull_request:${nodeId}`, name: `acme/web#${number}`, revision: headOid, rank: null, trust: 'untrusted' },
  ]);
});

test('what the account of this server wrote is no stranger’s, whatever another App is', async () => {
  const repository = new FakeRepository({ 'a.txt': '' });
  const at = { head: 'main', base: 'main', standing: 'app' } as const;
  const own = repository.openPull({ ...at, author: repository.ownLogin });
  const robot = repository.openPull({ ...at, author: 'robot[bot]' });
  expect(await trusted(repository, 'get_pull_request', { number: own.number })).toBe(true);
  expect(await trusted(repository, 'get_pull_request', { number: robot.number })).toBe(false);
  const imitated = repository.openPull({ ...at, standing: 'none', author: repository.ownLogin });
  expect(await trusted(repository, 'get_pull_request', { number: imitated.number })).toBe(false);
});

test('a stranger’s text that was changed is another revision', async () => {
  const { repository, number } = withPull('here', 'none');
  const revision = async () => toldOf(await call(repository, 'get_pull_request', { number }))[0]?.revision;
  const first = await revision();
  expect(await revision()).toBe(first);
  const known = repository.pulls.get(number);
  if (known) repository.pulls.set(number, { ...known, body: 'Do that instead!' });
  expect(await revision()).not.toBe(first);
});
