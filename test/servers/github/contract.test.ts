import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Repository } from '#capabilities/repo-read/ports.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { NotDone } from '#shared/tools/index.ts';
import { connect, oidOf } from './connect.ts';
import { type Logged, type RunningForge, startForge } from './start-forge.ts';

const name = 'acme/storefront';
let forge: RunningForge;
let backend: ReturnType<typeof connect>;
let repository: Repository;
let main: string;

beforeAll(async () => {
  forge = await startForge();
  backend = connect(forge.url);
  repository = await backend.reader.repository(name);
  main = (await backend.reader.head(name, 'main')) ?? expect.unreachable('there is no main branch');
});
beforeEach(() => forge.faults([]));
afterAll(() => forge.close());

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', `gpg.ssh.allowedSignersFile=${forge.allowedSigners}`, ...args], {
    cwd: forge.gitDir,
    env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const writer = (from = backend): Promise<RepoWriter> =>
  from.openWriter({ repositoryId: repository.id, repository: name });
const fail = (error: unknown): unknown => error;

/** What forge was asked while `work` ran, without the requests that mint and end tokens. */
async function requestsOf(work: () => Promise<unknown>): Promise<Logged[]> {
  const before = forge.requests().length;
  await work();
  return forge
    .requests()
    .slice(before)
    .filter(({ path }) => !/\/installation$|\/access_tokens$|\/installation\/token$/.test(path));
}

let branches = 0;
async function newBranch(write: RepoWriter, oid = main): Promise<string> {
  const branch = `deps/${++branches}`;
  await write.createBranch({ repository, branch, oid });
  return branch;
}

async function commitTo(
  write: RepoWriter,
  branch: string,
  expectedHead: string,
  files: Record<string, string | Uint8Array>,
  deletions: string[] = [],
) {
  const additions = Object.entries(files).map(([path, content]) => ({ path, bytes: Buffer.from(content) }));
  return write.commit({ repository, branch, expectedHead, headline: 'Change', body: 'Why.', additions, deletions });
}

describe('reading', () => {
  test('a repository by its name, in any case, with its ids', async () => {
    expect(repository).toMatchObject({ name, defaultBranch: 'main', archived: false });
    expect(repository.id).toBeGreaterThan(0);
    expect((await backend.reader.repository('ACME/Storefront')).id).toBe(repository.id);
  });

  test('a repository that is not there', async () => {
    for (const missing of ['acme/nothing', 'nobody/storefront']) {
      await expect(backend.reader.repository(missing)).rejects.toMatchObject({ code: 'not_found' });
      await expect(backend.reader.head(missing, 'main')).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  test('the head of a branch, and null for none', async () => {
    expect(main).toBe(git('rev-parse', 'main').trim());
    for (const none of ['no-such-branch', 'main/x', '../../heads/main', 'main~1', '', main]) {
      expect(await backend.reader.head(name, none)).toBeNull();
    }
  });

  test('branches a page at a time, and those whose name has a part', async () => {
    const write = await writer();
    const made = [await newBranch(write), await newBranch(write)];
    const all: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await backend.reader.branches(name, { limit: 1, cursor: cursor ?? undefined });
      expect(page.items).toHaveLength(1);
      all.push(...page.items.map((each) => each.name));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(all).toEqual(expect.arrayContaining(['main', ...made]));
    const found = await backend.reader.branches(name, { limit: 100, query: 'deps/' });
    expect(found.items).toContainEqual({ name: made[0], oid: main });
    expect(found.items.map((each) => each.name)).not.toContain('main');
  });

  test('the entries of a folder, as git has them', async () => {
    for (const [revision, path] of [
      ['main', ''],
      ['main', 'scripts'],
      [main, 'docs'],
    ] as const) {
      const entries = (await backend.reader.tree(name, revision, path)) ?? [];
      const lines = git('ls-tree', '-l', `main:${path}`).trimEnd().split('\n');
      expect(entries.map((each) => [each.mode, each.oid, each.path]).toSorted()).toEqual(
        lines
          .map((line) => line.split(/\s+/))
          .map(([mode, , oid, , file]) => [mode, oid, path === '' ? file : `${path}/${file}`])
          .toSorted(),
      );
    }
    const root = await backend.reader.tree(name, 'main', '');
    expect(root).toContainEqual(
      expect.objectContaining({ path: 'src', type: 'directory', size: null, mode: '040000' }),
    );
    const docs = await backend.reader.tree(name, 'main', 'docs');
    expect(docs).toContainEqual(expect.objectContaining({ path: 'docs/README.md', type: 'symlink', size: null }));
  });

  test('null for what is no folder', async () => {
    for (const [revision, path] of [
      ['main', 'README.md'],
      ['main', 'no/such/folder'],
      ['no-such-branch', ''],
      [oidOf('a'), ''],
      ['main^{/Release}', ''],
      ['main:src', ''],
    ] as const) {
      expect(await backend.reader.tree(name, revision, path)).toBeNull();
    }
  });

  test('what stands at paths: text in one request, executables, symlinks, folders and nothing', async () => {
    let files: Awaited<ReturnType<typeof backend.reader.files>> = new Map();
    const paths = [
      'README.md',
      'scripts/release.sh',
      'docs/README.md',
      'docs/returns.ja.md',
      'src',
      'none',
      'README.md/x',
    ];
    const asked = await requestsOf(async () => {
      files = await backend.reader.files(name, main, paths);
    });
    expect(asked).toHaveLength(1);
    for (const path of paths.slice(0, 4)) {
      const stored = execFileSync('git', ['cat-file', 'blob', `main:${path}`], { cwd: forge.gitDir });
      expect(Buffer.from(files.get(path)?.bytes ?? [])).toEqual(stored);
    }
    expect(files.get('scripts/release.sh')).toMatchObject({ type: 'file', mode: '100755' });
    expect(files.get('docs/README.md')).toMatchObject({ type: 'symlink', mode: '120000' });
    expect(files.get('src')).toMatchObject({ type: 'directory', bytes: null });
    expect([files.get('none'), files.get('README.md/x')]).toEqual([null, null]);
  });

  test('hundreds of paths: first what is there, then the text of the files alone', async () => {
    const folders = Array.from({ length: 298 }, (_, index) => (index === 0 ? 'src' : `src/none/${index}`));
    let files: Awaited<ReturnType<typeof backend.reader.files>> = new Map();
    const asked = await requestsOf(async () => {
      files = await backend.reader.files(name, main, ['README.md', ...folders, 'public/logo.png']);
    });
    expect(asked.map((request) => request.method)).toEqual(['POST', 'POST', 'POST', 'POST', 'GET']);
    expect([...files.keys()]).toEqual(['README.md', ...folders, 'public/logo.png']);
    for (const path of ['README.md', 'public/logo.png']) {
      const stored = execFileSync('git', ['cat-file', 'blob', `main:${path}`], { cwd: forge.gitDir });
      expect(Buffer.from(files.get(path)?.bytes ?? [])).toEqual(stored);
    }
    expect([files.get('src')?.type, files.get('src/none/7')]).toEqual(['directory', null]);
  });

  test('a binary file with one request more', async () => {
    const asked = await requestsOf(async () => {
      const files = await backend.reader.files(name, main, ['public/logo.png', 'README.md']);
      const stored = execFileSync('git', ['cat-file', 'blob', 'main:public/logo.png'], { cwd: forge.gitDir });
      expect(Buffer.from(files.get('public/logo.png')?.bytes ?? [])).toEqual(stored);
    });
    expect(asked.map((request) => request.method)).toEqual(['POST', 'GET']);
  });

  test('a commit that is not there, and ids of what is no commit', async () => {
    for (const id of [oidOf('a'), git('rev-parse', 'main:src').trim(), git('rev-parse', 'main:README.md').trim()]) {
      const reading = backend.reader.files(name, id, ['README.md', 'src']);
      await expect(reading).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('commit') });
      expect(await backend.reader.tree(name, id, 'src')).toBeNull();
    }
  });

  test('history, newest first', async () => {
    const history = await backend.reader.history(name, 'main', 3);
    expect(history.map((commit) => commit.oid)).toEqual(git('rev-list', '-3', 'main').trim().split('\n'));
    expect(history[0]?.parents).toEqual([history[1]?.oid]);
    expect(await backend.reader.history(name, 'no-such-branch', 3)).toEqual([]);
  });

  test('a pull request that is not there', async () => {
    expect(await backend.reader.pullRequest(name, 99_999)).toBeNull();
  });

  test('a cursor that is none', async () => {
    const reading = backend.reader.branches(name, { limit: 1, cursor: 'nonsense' });
    await expect(reading).rejects.toMatchObject({ name: 'AppError' });
  });
});

describe('writing', () => {
  test('branch, commit, pull request, close, reopen, close, delete', async () => {
    const write = await writer();
    const branch = await newBranch(write);
    const made = await commitTo(write, branch, main, { 'new.txt': 'one\r\ntwo\n' }, ['AGENTS.md']);
    expect(made.verified).toBe(true);
    expect(git('verify-commit', '-v', made.oid)).toContain('tree ');
    expect(await backend.reader.head(name, branch)).toBe(made.oid);
    const [newest] = await backend.reader.history(name, branch, 1);
    expect(newest).toMatchObject({ oid: made.oid, parents: [main], message: 'Change\n\nWhy.', verified: true });
    expect(newest?.author).toBe(await backend.reader.ownLogin());
    const files = await backend.reader.files(name, made.oid, ['new.txt', 'AGENTS.md']);
    expect(Buffer.from(files.get('new.txt')?.bytes ?? []).toString()).toBe('one\r\ntwo\n');
    expect(files.get('AGENTS.md')).toBeNull();

    const opened = await write.openPullRequest({
      repository,
      head: branch,
      base: 'main',
      title: 'T',
      body: 'B',
      draft: true,
    });
    const expected = {
      number: opened.number,
      nodeId: opened.nodeId,
      state: 'open',
      draft: true,
      head: branch,
      base: 'main',
    };
    const found = await backend.reader.pullRequest(name, opened.number);
    expect(found).toMatchObject({ ...expected, headOid: made.oid, author: await backend.reader.ownLogin() });
    const listed = await backend.reader.pullRequests(name, { limit: 5, state: 'open', head: branch, base: 'main' });
    expect(listed).toEqual({ items: [found], cursor: null });

    await write.closePullRequest(opened);
    expect(await backend.reader.pullRequest(name, opened.number)).toMatchObject({ state: 'closed' });
    await write.reopenPullRequest(opened);
    expect(await backend.reader.pullRequest(name, opened.number)).toMatchObject({ state: 'open' });
    await write.closePullRequest(opened);
    await write.deleteBranch({ repository, branch, expectedHead: made.oid });
    expect(await backend.reader.head(name, branch)).toBeNull();
  });

  test.each([1, 100])('a pull request with %i files takes three requests', async (count) => {
    const write = await writer();
    const files = Object.fromEntries(Array.from({ length: count }, (_, i) => [`many/${i}.txt`, `file ${i}\n`]));
    let head = '';
    const asked = await requestsOf(async () => {
      const branch = await newBranch(write);
      ({ oid: head } = await commitTo(write, branch, main, files));
      await write.openPullRequest({ repository, head: branch, base: 'main', title: 'T', body: '', draft: false });
    });
    expect(asked.map((request) => request.fields)).toEqual([
      ['createRef'],
      ['createCommitOnBranch'],
      ['createPullRequest'],
    ]);
    const read = await requestsOf(async () => {
      const found = await backend.reader.files(name, head, Object.keys(files));
      expect([...found.values()].every((file) => file?.type === 'file')).toBe(true);
      expect(found.size).toBe(count);
    });
    expect(read).toHaveLength(1);
  });

  test('bytes of every value, a byte order mark and other encodings come back as they were', async () => {
    const write = await writer();
    const branch = await newBranch(write);
    const contents = {
      'all.bin': Uint8Array.from({ length: 256 }, (_, i) => i),
      'bom.txt': Buffer.from('\ufeffBOM\r\n'),
      'latin1.txt': Buffer.from('caf\xe9\n', 'latin1'),
      'long.txt': Buffer.alloc(700 * 1024, 'a long line of text\n'),
      'empty.txt': new Uint8Array(),
    };
    const { oid } = await commitTo(write, branch, main, contents);
    const files = await backend.reader.files(name, oid, Object.keys(contents));
    for (const [path, bytes] of Object.entries(contents)) {
      expect(Buffer.from(files.get(path)?.bytes ?? [1]).equals(Buffer.from(bytes)), path).toBe(true);
    }
  });

  test('an executable that is edited stays one', async () => {
    const write = await writer();
    const branch = await newBranch(write);
    const { oid } = await commitTo(write, branch, main, { 'scripts/release.sh': '#!/bin/sh\n' });
    const files = await backend.reader.files(name, oid, ['scripts/release.sh']);
    expect(files.get('scripts/release.sh')).toMatchObject({ mode: '100755' });
  });

  test('of two commits on one head one is made, and the other is stale', async () => {
    const write = await writer();
    const branch = await newBranch(write);
    const outcomes = await Promise.all([
      commitTo(write, branch, main, { 'a.txt': '1' }).catch(fail),
      commitTo(write, branch, main, { 'a.txt': '2' }).catch(fail),
    ]);
    const stale = outcomes.filter((each) => each instanceof NotDone);
    expect(stale).toMatchObject([{ kind: 'stale' }]);
    expect(git('rev-list', '--count', `main..${branch}`).trim()).toBe('1');
  });

  test('what the preconditions forbid is stale, and nothing is changed', async () => {
    const write = await writer();
    const branch = await newBranch(write);
    const stale = { name: 'NotDone', kind: 'stale' };
    await expect(write.createBranch({ repository, branch, oid: main })).rejects.toMatchObject(stale);
    await expect(commitTo(write, branch, oidOf('b'), { a: 'x' })).rejects.toMatchObject(stale);
    await expect(write.deleteBranch({ repository, branch, expectedHead: oidOf('b') })).rejects.toMatchObject(stale);
    expect(await backend.reader.head(name, branch)).toBe(main);
  });

  test('what GitHub will not do is refused, and nothing is changed', async () => {
    const write = await writer();
    const branch = await newBranch(write);
    const refused = { name: 'NotDone', kind: 'refused' };
    const pull = { repository, head: branch, base: 'main', title: 'T', body: '', draft: true };
    await expect(commitTo(write, 'main', main, { a: 'x' })).rejects.toMatchObject(refused);
    await expect(commitTo(write, branch, main, { '.github/workflows/a.yml': 'x' })).rejects.toMatchObject(refused);
    await expect(commitTo(write, branch, main, {}, ['no-such-file'])).rejects.toMatchObject(refused);
    await expect(write.deleteBranch({ repository, branch: 'main', expectedHead: main })).rejects.toMatchObject(refused);
    await expect(write.openPullRequest(pull)).rejects.toMatchObject(refused);
    await expect(write.closePullRequest({ nodeId: 'PR_nothing' })).rejects.toMatchObject(refused);
    expect(await backend.reader.head(name, 'main')).toBe(main);
    expect(await backend.reader.head(name, branch)).toBe(main);
  });

  test.each(['drop', 'hang'])(
    'an answer lost by %s after the commit leaves it in doubt, and it is there',
    async (how) => {
      const branch = await newBranch(await writer());
      forge.faults([{ match: 'createCommitOnBranch', when: 'after', do: how }]);
      const hasty = await writer(connect(forge.url, { writeTimeoutMs: 2000 }));
      const error = await commitTo(hasty, branch, main, { 'a.txt': how }).catch(fail);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(NotDone);
      expect(git('rev-list', '--count', `main..${branch}`).trim()).toBe('1');
    },
  );

  test('a writer of one repository cannot write to another', async () => {
    const write = await writer();
    const other = await backend.reader.repository('acme/billing');
    const disguised = { ...other, id: repository.id };
    const refused = { name: 'NotDone', kind: 'refused' };
    const oid = (await backend.reader.head('acme/billing', 'main')) ?? '';
    await expect(write.createBranch({ repository: disguised, branch: 'x', oid })).rejects.toMatchObject(refused);
    expect(await backend.reader.head('acme/billing', 'x')).toBeNull();
  });

  test('after its change is done a writer’s token is no longer good', async () => {
    const before = forge.requests().length;
    await backend.door.done('chg_1');
    const ended = forge.requests().slice(before);
    expect(ended.length).toBeGreaterThan(0);
    expect(ended.every(({ method, status }) => method === 'DELETE' && status === 204)).toBe(true);
    expect(backend.problems).toEqual([]);
  });
});
