import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listChanges } from '#shared/ledger/changes.ts';
import { type Clone, type PushKit, startPushKit, type Who } from './push-kit.ts';

let kit: PushKit;
beforeAll(async () => {
  kit = await startPushKit();
});
afterAll(() => kit.close());

let branches = 0;
const newBranch = (): string => `work/${++branches}`;

/** Each works in one clone, which costs less than one for each test. */
const clones = new Map<Who, Promise<Clone>>();

/** The clone of somebody on a new branch of its own. */
async function started(branch: string, who: Who = 'pusher'): Promise<Clone> {
  const clone = clones.get(who) ?? kit.clone(who);
  clones.set(who, clone);
  const { git } = await clone;
  await git('switch', '--quiet', '--no-track', '--create', branch, 'origin/main');
  return clone;
}

describe('git push', () => {
  test('becomes a change; once it is approved the branch has it, and after a rebase the next push follows', async () => {
    const branch = newBranch();
    const clone = await started(branch);
    await clone.commit('Say hello\n\nIn a file.', { 'hello.txt': 'hello\n' });
    const own = await clone.commit('Say more', { 'hello.txt': 'hello\nmore\n' });
    const first = await clone.push('origin', branch);
    expect(first.code, first.said).toBe(0);
    expect(first.said).toContain(`remote: change ${first.change} waits for approval: http://127.0.0.1:7200/changes/`);
    expect(first.said).toContain(`remote: Then run: git pull --rebase origin ${branch}`);
    // What is not there yet is not noted as being there.
    await expect(clone.git('rev-parse', '--verify', `origin/${branch}`)).rejects.toThrow();
    expect(await kit.reader.head('acme/storefront', branch)).toBeNull();
    await kit.land(first.change);
    await clone.git('pull', '--quiet', '--rebase', 'origin', branch);
    expect(await clone.git('log', '--format=%s', '-2')).toBe('Say more\nSay hello');
    expect(await clone.git('rev-parse', 'HEAD')).not.toBe(own);
    const [last] = await kit.reader.history('acme/storefront', branch, 1);
    expect(last).toMatchObject({ verified: true, oid: await clone.git('rev-parse', 'HEAD') });
    await clone.commit('Say bye', { 'bye.txt': 'bye\n' });
    const second = await clone.push('origin', branch);
    expect(second.code, second.said).toBe(0);
    // The branch was there, so where it is was known, and is still.
    expect(await clone.git('rev-parse', `origin/${branch}`)).toBe(last?.oid);
    await kit.land(second.change);
    await clone.git('pull', '--quiet', '--rebase', 'origin', branch);
    expect(await clone.git('status', '--porcelain')).toBe('');
  });

  test('of another content takes the place of the push that waits; of the same content it is that push', async () => {
    const branch = newBranch();
    const clone = await started(branch);
    await clone.commit('One', { 'one.txt': '1\n' });
    const [first, twin] = await Promise.all([clone.push('origin', branch), clone.push('origin', branch)]);
    expect(twin.change).toBe(first.change);
    await clone.commit('Two', { 'two.txt': '2\n' });
    const second = await clone.push('-o', 'reason=More of it', 'origin', branch);
    expect(second.said).toContain(`It takes the place of ${first.change}`);
    expect(await kit.statusOf(first.change)).toBe('superseded');
    expect((await clone.push('origin', branch)).change).toBe(second.change);
    const { body } = await kit.sealedOf(second.change);
    expect(body.supersedes).toMatchObject({ change_id: first.change, version: 2 });
    expect(body.arguments).toMatchObject({ reason: 'More of it' });
  });

  test('opens a pull request with -o pr, keeps modes and takes any name of a file', async () => {
    const branch = newBranch();
    const clone = await started(branch);
    await clone.commit('Add a script', {
      'bin/run.sh': '#!/bin/sh\n',
      'docs/説明 書.md': 'こんにちは\n',
      'blob.bin': '\0\x01',
    });
    const options = ['-o', 'pr', '-o', 'title=A script', '-o', 'body=It = runs.', '-o', 'ready'];
    const { change, said } = await clone.push(...options, 'origin', branch);
    expect(said).toContain('waits for approval');
    const { body } = await kit.sealedOf(change);
    expect(body.summary).toContain('and open a pull request: A script');
    await kit.land(change);
    await clone.git('fetch', '--quiet');
    // The very tree that was pushed.
    expect(await clone.git('rev-parse', `origin/${branch}^{tree}`)).toBe(await clone.git('rev-parse', 'HEAD^{tree}'));
    const { items } = await kit.reader.pullRequests('acme/storefront', { limit: 1, state: 'open', head: branch });
    expect(items[0]).toMatchObject({ title: 'A script', draft: false, base: 'main' });
    expect(items[0]?.body).toContain('It = runs.');
    await clone.commit('More', { 'docs/more.md': 'more\n' });
    await clone.git('pull', '--quiet', '--rebase', 'origin', branch);
    const again = await clone.push('-o', 'pr', 'origin', branch);
    expect(again).toMatchObject({ code: 1, said: expect.stringMatching(/Pull request \d+ from .* is open already/) });
  });

  test('by two who begin at the same place lands once; the other is told to rebase, and then follows', async () => {
    const branch = newBranch();
    const [one, other] = await Promise.all([started(branch), started(branch, 'rival')]);
    await one.commit('Mine', { 'mine.txt': 'm\n' });
    await other.commit('Theirs', { 'theirs.txt': 't\n' });
    const [mine, theirs] = await Promise.all([one.push('origin', branch), other.push('origin', branch)]);
    await kit.land(mine.change);
    await kit.approve(theirs.change);
    await kit.reaches(theirs.change, 'stale');
    const late = await other.push('origin', branch);
    expect(late).toMatchObject({ code: 1, said: expect.stringMatching(/rejected|fetch first|git pull --rebase/) });
    await other.git('pull', '--quiet', '--rebase', 'origin', branch);
    const after = await other.push('origin', branch);
    await kit.land(after.change);
    const subjects = (await kit.reader.history('acme/storefront', branch, 2)).map(
      ({ message }) => message.split('\n')[0],
    );
    expect(subjects).toEqual(['Theirs', 'Mine']);
  });

  test('can be put back, executables and deleted files too', async () => {
    const branch = newBranch();
    const clone = await started(branch);
    await clone.commit('Start', { 'keep.sh': 'x\n', 'gone.txt': 'gone\n' });
    await kit.land((await clone.push('origin', branch)).change);
    await clone.git('pull', '--quiet', '--rebase', 'origin', branch);
    const before = await clone.git('rev-parse', 'HEAD^{tree}');
    await clone.git('rm', '--quiet', 'keep.sh');
    await clone.commit('Change', { 'gone.txt': null, 'new.txt': 'n\n' });
    const { change } = await clone.push('origin', branch);
    await kit.land(change);
    const undo = await kit.restore(change);
    await kit.land(undo);
    await clone.git('fetch', '--quiet');
    expect(await clone.git('rev-parse', `origin/${branch}^{tree}`)).toBe(before);
  });
});

describe('what is sent', () => {
  test('may come from a clone without a past, and in more than one piece', async () => {
    const branch = newBranch();
    const clone = await kit.clone('pusher', '--depth=1');
    await clone.git('switch', '--quiet', '--create', branch);
    await clone.commit('Much', { 'much.bin': randomBytes(1_500_000).toString('latin1') });
    const { change } = await clone.push('origin', branch);
    await kit.land(change);
    await clone.git('fetch', '--quiet', 'origin', branch);
    expect(await clone.git('rev-parse', 'FETCH_HEAD^{tree}')).toBe(await clone.git('rev-parse', 'HEAD^{tree}'));
  });

  test('and breaks off leaves nothing, and holds nobody up', async () => {
    const before = await listChanges(kit.ledger.db, { limit: 100 });
    const sent = { 'content-type': 'application/x-git-receive-pack-request', 'content-length': '20000000' };
    for (let count = 0; count < 3; count += 1) {
      const broken = request(`${kit.url()}/git-receive-pack`, { method: 'POST', headers: sent });
      const ended = new Promise((resolve) => broken.on('error', () => {}).once('close', resolve));
      await new Promise((resolve) => broken.write(Buffer.alloc(2_000_000), resolve));
      broken.destroy();
      await ended;
    }
    expect(await listChanges(kit.ledger.db, { limit: 100 })).toEqual(before);
    const branch = newBranch();
    const clone = await started(branch);
    await clone.commit('Much', { 'much.bin': randomBytes(1_500_000).toString('latin1') });
    expect((await clone.push('origin', branch)).code).toBe(0);
  });

  test('is no call of a tool: MCP neither lists nor takes it', async () => {
    const call = async (method: string, params: object): Promise<string> => {
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
      return (await fetch(new URL('/mcp', kit.url()), { method: 'POST', headers, body })).text();
    };
    const listed = await call('tools/list', {});
    expect(listed).toContain('"commit_files"');
    expect(listed).not.toContain('push_commits');
    const called = await call('tools/call', { name: 'push_commits', arguments: {} });
    expect(called).toContain('Unknown tool');
  });

  test('is refused where it is no push', async () => {
    const type = { 'content-type': 'application/x-git-receive-pack-request' };
    const post = (body: string, headers: Record<string, string> = type) =>
      fetch(`${kit.url()}/git-receive-pack`, { method: 'POST', headers, body });
    expect((await post('0000')).status).toBe(200);
    expect((await post('zzzz')).status).toBe(400);
    expect((await post('0000', { 'content-type': 'text/plain' })).status).toBe(403);
  });
});

describe('a push is refused, and git says what to do instead,', () => {
  let clone: Clone;
  let branch: string;
  beforeAll(async () => {
    branch = newBranch();
    clone = await started(branch);
    await clone.commit('First', { 'first.txt': '1\n' });
    await kit.land((await clone.push('origin', branch)).change);
    await clone.git('pull', '--quiet', '--rebase', 'origin', branch);
    await clone.git('tag', 'v1');
    await clone.git('switch', '--quiet', '--create', 'merged', 'main');
    await clone.commit('Aside', { 'aside.txt': 'a\n' });
    await clone.git('merge', '--quiet', '--no-edit', branch);
    await clone.git('switch', '--quiet', '--create', 'many', 'main');
    for (let count = 0; count < 21; count += 1) await clone.git('commit', '--quiet', '--allow-empty', '-m', 'x');
    await clone.git('switch', '--quiet', '--create', 'good', 'main');
    await clone.commit('Good', { 'good.txt': 'g\n', '.github/workflows/ci.yml': 'on: push\n' });
  });

  test.each<readonly [what: string, args: () => readonly string[], says: string]>([
    ['for a tag', () => ['v1'], 'Tags are made by people.'],
    ['for a deletion', () => ['--delete', branch], 'Use the tool delete_branch.'],
    ['that forces', () => ['--force', `good:${branch}`], 'nothing is forced here'],
    ['with a merge', () => [`merged:refs/heads/work/m`], 'is a merge'],
    ['with too many commits', () => ['many:refs/heads/work/n'], 'Squash them into fewer'],
    ['for several branches', () => ['good:refs/heads/work/a', 'good:refs/heads/work/b'], 'Push one branch at a time'],
    ['for another ref', () => ['good:refs/notes/x'], 'only branches are taken'],
    ['for a branch that is not granted', () => ['good:refs/heads/other'], 'Writing the branch "other" is not granted.'],
    ['for the base branch', () => ['good:main'], 'Writing the branch "main" is not granted.'],
    ['with a protected file', () => ['good:refs/heads/work/c'], 'Writing ".github/workflows/ci.yml" is not granted.'],
    ['without a new commit', () => ['main:refs/heads/work/d'], 'There is no new commit'],
    ['with an unknown option', () => ['-o', 'colour=red', 'good:refs/heads/work/e'], 'Known are: -o pr'],
  ])('%s', async (_what, args, says) => {
    const options = args().filter((one) => one.startsWith('-'));
    const [option] = options;
    const given = option === '-o' ? [...args().slice(0, 2), 'origin', ...args().slice(2)] : null;
    const rest = args().filter((one) => !one.startsWith('-'));
    const pushed = await clone.push(...(given ?? [...options, 'origin', ...rest]));
    expect(pushed.code).toBe(1);
    expect(pushed.said.replaceAll(/\s*\n(?:remote: )?/g, ' ')).toContain(says);
    expect(pushed.said).not.toContain('waits for approval');
  });

  test('outside the paths, or with more files than are granted', async () => {
    const narrow = await started(newBranch(), 'narrow');
    await narrow.commit('Docs', { 'docs/a.md': 'a\n', 'src/x.ts': 'x\n' });
    expect((await narrow.push('origin', 'HEAD')).said).toContain('Writing "src/x.ts" is not granted.');
    await narrow.git('reset', '--quiet', '--hard', 'main');
    await narrow.commit('Docs', { 'docs/a.md': 'a\n', 'docs/b.md': 'b\n', 'docs/c.md': 'c\n' });
    expect((await narrow.push('origin', 'HEAD')).said).toContain('3 files are more than the 2');
  });

  test('by an agent that may only read, and in a repository that is not there', async () => {
    const args = ['good:refs/heads/work/x'];
    const reader = await clone.push(kit.url('reader'), ...args);
    expect(reader).toMatchObject({ code: 128, said: expect.stringContaining('Pushing is not granted to this agent.') });
    const nowhere = await clone.push(kit.url('pusher', 'acme/other'), ...args);
    expect(nowhere).toMatchObject({ code: 128, said: expect.stringContaining('There is no such repository') });
  });
});
