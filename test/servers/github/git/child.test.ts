import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type ChildGit, childGit, type Git } from '#servers/github/git/child.ts';

const path = process.env['PATH'] ?? '';
const timeoutMs = 20_000;

let folder: string;
let git: Git;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'child-git-'));
  git = childGit({ path });
  await git.run({ args: ['init', '--quiet', '--bare', folder], timeoutMs });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await git.close();
  git = childGit({ path });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Waits for input, so that it runs until it is stopped. */
const waiting = (options: { timeoutMs: number; signal?: AbortSignal } = { timeoutMs }): ChildGit =>
  git.start({ dir: folder, args: ['cat-file', '--batch'], ...options });

const alive = (child: ChildGit): boolean => {
  try {
    return process.kill(child.pid ?? 0, 0);
  } catch {
    return false;
  }
};

test('git runs on what it is given and its answer comes back', async () => {
  const args = ['hash-object', '--stdin'];
  const { output } = await git.run({ dir: folder, args, input: 'hello\n', timeoutMs });
  expect(output.toString()).toBe('ce013625030ba8dba906f756967f9e9ca394464a\n');
});

test('nothing of this process is in its environment, and it reads no configuration of the user or the machine', async () => {
  vi.stubEnv('GIT_CONFIG_COUNT', '1');
  vi.stubEnv('SECRET_OF_THIS_PROCESS', 'a');
  const child = waiting();
  await vi.waitFor(() => expect(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')).toContain('cat-file'), 5_000);
  const names = readFileSync(`/proc/${child.pid}/environ`, 'utf8')
    .split('\0')
    .map((one) => one.split('=')[0]);
  expect(names.filter((name) => name !== '' && !name?.startsWith('GIT_')).sort()).toEqual(['HOME', 'LC_ALL', 'PATH']);
  expect(names).not.toContain('GIT_CONFIG_COUNT');
  const { output } = await git.run({ dir: folder, args: ['config', '--list', '--show-scope'], timeoutMs });
  expect(output.toString()).not.toMatch(/^(system|global)/m);
});

test.each([
  ['file', () => `file://${folder}`],
  ['a path', () => folder],
  ['http', () => 'http://127.0.0.1:1/a.git'],
  ['ext', () => 'ext::true'],
])('no transport is open unless it is named: %s', async (_, url) => {
  await expect(git.run({ args: ['ls-remote', url()], timeoutMs })).rejects.toMatchObject({
    code: 'internal',
    cause: { message: expect.stringContaining('not allowed') },
  });
});

test('it ends when its user goes away', async () => {
  const gone = new AbortController();
  const child = waiting({ signal: gone.signal, timeoutMs });
  gone.abort();
  expect(await child.ended).toMatchObject({ how: 'stopped', code: null });
  expect(alive(child)).toBe(false);
});

test('it ends when it takes too long, and whoever wanted its answer is told', async () => {
  expect(await waiting({ timeoutMs: 20 }).ended).toMatchObject({ how: 'timed_out' });
  // What is piped to a command that never reads it ends with the command.
  const slow = git.run({ dir: folder, args: ['-c', 'alias.wait=!sleep 60', 'wait'], timeoutMs: 50 });
  await expect(slow).rejects.toMatchObject({ code: 'backend_unavailable' });
});

test('what git started ends with it', async () => {
  const child = git.start({ dir: folder, args: ['-c', 'alias.wait=!sleep 60 & echo $!; wait', 'wait'], timeoutMs });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const grandchild = Number(said.toString());
  child.stop();
  await child.ended;
  await vi.waitFor(() => expect(() => process.kill(grandchild, 0)).toThrow(), 5_000);
});

test('all of them end at once when the server does, and no other is started', async () => {
  const children = [waiting(), waiting()];
  await git.close();
  expect(children.map(alive)).toEqual([false, false]);
  expect(await waiting().ended).toMatchObject({ how: 'stopped' });
});

test('more output than is wanted is an error, and so is a bad exit; what git said stays in the cause', async () => {
  const much = git.run({ dir: folder, args: ['config', '--list'], maxBytes: 10, timeoutMs });
  await expect(much).rejects.toMatchObject({ code: 'too_large' });
  const failed = git.run({ dir: folder, args: ['cat-file', 'blob', 'nothing'], timeoutMs });
  await expect(failed).rejects.toMatchObject({
    code: 'internal',
    message: 'Git failed.',
    cause: { message: expect.stringContaining('nothing') },
  });
});

test('where there is no git it says so', async () => {
  const without = childGit({ path: folder });
  await expect(without.run({ args: ['version'], timeoutMs })).rejects.toMatchObject({
    code: 'backend_unavailable',
    message: 'Git is not installed where this server runs.',
  });
});
