import { describe, expect, test } from 'vitest';
import { repoRead } from '#capabilities/repo-read/capability.ts';
import type { FileDiff, ReviewThread } from '#capabilities/repo-read/ports.ts';
import { type Edits, FakeRepository } from '#test/fakes/repository.ts';
import { call, type Out, refusedWith } from './call.ts';

describe('get_repository', () => {
  test('shows what there is to know', async () => {
    expect(await call(new FakeRepository({ a: '' }), 'get_repository')).toEqual({
      repository: 'acme/web',
      default_branch: 'main',
      private: true,
      archived: false,
      url: 'https://git.example/acme/web',
      description: 'The shop',
      untrusted: ['description'],
    });
  });

  test('a repository outside the scope is refused before any call', async () => {
    const repository = new FakeRepository({ a: '' });
    const asked = call(repository, 'get_repository', {}, { repositories: ['acme/other'] });
    await expect(asked).rejects.toEqual(refusedWith('out_of_scope'));
    expect(repository.reads).toEqual([]);
  });

  test('one that was renamed out of the scope answers as if there were none', async () => {
    const repository = new FakeRepository({ a: '' });
    repository.rename('acme/secret');
    for (const name of ['get_repository', 'list_branches', 'list_files']) {
      await expect(call(repository, name)).rejects.toEqual(refusedWith('not_found'));
    }
    const direct = call(repository, 'read_file', { path: 'a', ref: repository.head('main') });
    await expect(direct).rejects.toEqual(refusedWith('not_found'));
  });
});

describe('list_branches', () => {
  test('goes through all of many branches with long names, each once', async () => {
    const repository = new FakeRepository({ a: '' });
    const names = Array.from({ length: 130 }, (_, index) => `${'日'.repeat(60)}-${String(index).padStart(3, '0')}`);
    for (const name of names) repository.branches.set(name, repository.head('main'));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await call(repository, 'list_branches', { limit: 70, ...(cursor === null ? {} : { cursor }) });
      seen.push(...(page['branches'] as { name: string }[]).map((branch) => branch.name));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual(['main', ...names]);
  });

  test('finds by a part of the name', async () => {
    const repository = new FakeRepository({ a: '' });
    repository.branches.set('deps/zod', repository.head('main'));
    const { branches } = await call(repository, 'list_branches', { query: 'zod' });
    expect(branches).toEqual([{ name: 'deps/zod', commit: repository.head('main') }]);
  });

  test.each(['x', '[1]', '[0,0,null]', '[10,-1,null]', '{}'])('refuses the cursor %j', async (cursor) => {
    const asked = call(new FakeRepository({ a: '' }), 'list_branches', { cursor });
    await expect(asked).rejects.toEqual(refusedWith('invalid_arguments'));
  });
});

describe('list_files', () => {
  const files: Edits = {
    'README.md': 'hello',
    'bin/run.sh': { mode: '100755', bytes: Buffer.from('#!') },
    'src/app/a.ts': 'a',
    'src/other.ts': 'bb',
    'secret/key.pem': 'x',
    link: { mode: '120000', bytes: Buffer.from('README.md') },
    'vendor/lib': { mode: '160000', bytes: Buffer.alloc(0) },
  };

  test('lists one folder', async () => {
    const repository = new FakeRepository(files);
    const root = await call(repository, 'list_files');
    expect(root['entries']).toEqual([
      { path: 'README.md', type: 'file', size: 5, executable: false },
      { path: 'bin', type: 'directory', size: null, executable: false },
      { path: 'link', type: 'symlink', size: null, executable: false },
      { path: 'secret', type: 'directory', size: null, executable: false },
      { path: 'src', type: 'directory', size: null, executable: false },
      { path: 'vendor', type: 'directory', size: null, executable: false },
    ]);
    const bin = await call(repository, 'list_files', { path: 'bin', ref: root['commit'] });
    expect(bin['entries']).toEqual([{ path: 'bin/run.sh', type: 'file', size: 2, executable: true }]);
  });

  test('shows only what the scope covers, and the folders that lead there', async () => {
    const repository = new FakeRepository(files);
    const scope = { paths: { allow: ['src/app/*', 'README.md'] } };
    const paths = async (path: string) =>
      ((await call(repository, 'list_files', { path }, scope))['entries'] as { path: string }[]).map(
        (each) => each.path,
      );
    expect(await paths('')).toEqual(['README.md', 'src']);
    expect(await paths('src')).toEqual(['src/app']);
    expect(await paths('src/app')).toEqual(['src/app/a.ts']);
    repository.reads.length = 0;
    await expect(paths('secret')).rejects.toEqual(refusedWith('out_of_scope'));
    expect(repository.reads).toEqual([]);
  });

  test('a large folder comes in pages of one commit', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`f/${'n'.repeat(80)}${String(index).padStart(3, '0')}`, '']),
    );
    const repository = new FakeRepository(many);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Out = await call(repository, 'list_files', { path: 'f', ...(cursor === null ? {} : { cursor }) });
      seen.push(...(page['entries'] as { path: string }[]).map((each) => each.path));
      cursor = page.next_cursor;
      repository.push('main', { 'f/0': 'comes first, and later' });
    } while (cursor !== null);
    expect(seen).toEqual(Object.keys(many));
  });

  test('what is no folder, and no branch, is not found', async () => {
    const repository = new FakeRepository(files);
    for (const args of [{ path: 'README.md' }, { path: 'nothing' }, { ref: 'nothing' }]) {
      await expect(call(repository, 'list_files', args)).rejects.toEqual(refusedWith('not_found'));
    }
    await expect(call(repository, 'list_files', { cursor: 'x' })).rejects.toEqual(refusedWith('invalid_arguments'));
  });
});

describe('read_file', () => {
  const long = Array.from({ length: 3000 }, (_, index) => `line ${index + 1} 日本\r\n`).join('');

  test('reads a small file whole', async () => {
    const repository = new FakeRepository({ 'a.txt': 'one\ntwo\n' });
    expect(await call(repository, 'read_file', { path: 'a.txt' })).toEqual({
      repository: 'acme/web',
      path: 'a.txt',
      commit: repository.head('main'),
      type: 'file',
      executable: false,
      size: 8,
      encoding: 'text',
      content: 'one\ntwo\n',
      start_line: 1,
      end_line: 2,
      total_lines: 2,
      truncated: false,
      next: null,
      untrusted: ['content'],
    });
  });

  test('reads a range of lines', async () => {
    const repository = new FakeRepository({ 'a.txt': 'one\ntwo\nthree\nfour' });
    const read = await call(repository, 'read_file', { path: 'a.txt', start_line: 2, end_line: 3 });
    expect(read).toMatchObject({
      content: 'two\nthree\n',
      start_line: 2,
      end_line: 3,
      total_lines: 4,
      truncated: false,
    });
  });

  const wholes: readonly (readonly [what: string, text: string])[] = [
    ['many lines', long],
    ['one very long line', `${'x"日😀\\'.repeat(8000)}`],
    ['short and long lines', `a\n${'\u001b'.repeat(9000)}\nb\n`],
  ];
  test.each(wholes)('%s are read to the end by doing what `next` says', async (_what, text) => {
    const repository = new FakeRepository({ 'a.txt': text });
    let content = '';
    let at: Record<string, unknown> = {};
    for (let call_ = 0; call_ < 200; call_ += 1) {
      const read = await call(repository, 'read_file', { path: 'a.txt', ...at });
      content += read['content'];
      const next = /start_line: (\d+)(?:, start_column: (\d+))?/.exec(String(read['next']));
      if (next === null) break;
      at = { ref: read['commit'], start_line: Number(next[1]), start_column: Number(next[2] ?? 1) };
      repository.push('main', { 'a.txt': 'changed under way' });
    }
    expect(content).toBe(text);
  });

  test('a binary file is named as such, and a small one given on request', async () => {
    const bytes = Buffer.from([0x89, 0x50, 0x00, 0xff]);
    const repository = new FakeRepository({ 'a.png': bytes, 'big.bin': Buffer.alloc(7001, 0xff) });
    const read = await call(repository, 'read_file', { path: 'a.png' });
    expect(read).toMatchObject({ encoding: 'none', content: '', size: 4, next: expect.stringContaining('base64') });
    const whole = await call(repository, 'read_file', { path: 'a.png', base64: true });
    expect(whole).toMatchObject({ encoding: 'base64', content: bytes.toString('base64') });
    expect(await call(repository, 'read_file', { path: 'big.bin' })).toMatchObject({
      next: expect.stringContaining('too large'),
    });
    const tooLarge = call(repository, 'read_file', { path: 'big.bin', base64: true });
    await expect(tooLarge).rejects.toEqual(refusedWith('too_large'));
  });

  test('empty files, executables, links and submodules say what they are', async () => {
    const repository = new FakeRepository({
      empty: '',
      run: { mode: '100755', bytes: Buffer.from('#!') },
      link: { mode: '120000', bytes: Buffer.from('run') },
      sub: { mode: '160000', bytes: Buffer.alloc(0) },
    });
    const read = (path: string) => call(repository, 'read_file', { path });
    expect(await read('empty')).toMatchObject({
      content: '',
      size: 0,
      total_lines: 0,
      encoding: 'text',
      truncated: false,
    });
    expect(await read('run')).toMatchObject({ executable: true, type: 'file' });
    expect(await read('link')).toMatchObject({ type: 'symlink', content: 'run' });
    expect(await read('sub')).toMatchObject({ type: 'submodule', size: null, encoding: 'none' });
  });

  test('folders, missing files and lines past the end are told apart', async () => {
    const repository = new FakeRepository({ 'a/b': 'x' });
    const read = (args: Record<string, unknown>) => call(repository, 'read_file', args);
    await expect(read({ path: 'a' })).rejects.toEqual(refusedWith('conflict'));
    await expect(read({ path: 'c' })).rejects.toEqual(refusedWith('not_found'));
    await expect(read({ path: 'a/b', start_line: 2 })).rejects.toEqual(refusedWith('invalid_arguments'));
    await expect(read({ path: 'a/b', start_line: 1, end_line: 0 })).rejects.toThrow();
    await expect(read({ path: '../etc' })).rejects.toThrow(/\.\./);
    await expect(read({ path: 'a/b', ref: 'refs/heads/main' })).rejects.toThrow(/branch/);
  });

  test('a path outside the scope is refused before any call', async () => {
    const repository = new FakeRepository({ 'secret/a': 'x' });
    const asked = call(repository, 'read_file', { path: 'SECRET/a' }, { paths: { deny: ['secret/**'] } });
    await expect(asked).rejects.toEqual(refusedWith('out_of_scope'));
    expect(repository.reads).toEqual([]);
  });

  test('a file that ends within a range is no error', async () => {
    const repository = new FakeRepository({ a: 'one\ntwo' });
    const read = await call(repository, 'read_file', { path: 'a', start_line: 2, end_line: 99 });
    expect(read).toMatchObject({ content: 'two', end_line: 2 });
  });
});

describe('list_commits', () => {
  type Listed = { commit: string; message: string };
  const commitsOf = (out: Out) => out['commits'] as Listed[];

  test('lists a branch newest first, and only what changed a path', async () => {
    const repository = new FakeRepository({ 'src/a': '1', b: '1' });
    const start = repository.head('main');
    const second = repository.push('main', { 'src/a': '2' }, { message: 'Change a\n\nBecause.\n', verified: false });
    const third = repository.push('main', { b: '2' }, { message: 'x'.repeat(2000) });
    const all = await call(repository, 'list_commits');
    expect(all).toMatchObject({ repository: 'acme/web', head: third, next_cursor: null });
    expect(commitsOf(all).map(({ commit }) => commit)).toEqual([third, second, start]);
    expect(commitsOf(all)[0]?.message).toBe(`${'x'.repeat(499)}…`);
    expect(commitsOf(all)[1]).toEqual({
      ...{ commit: second, message: 'Change a\n\nBecause.', author: 'bob', verified: false },
      committed_at: '2026-03-01T09:00:00Z',
    });
    for (const path of ['src/a', 'src']) {
      const found = await call(repository, 'list_commits', { path });
      expect(commitsOf(found).map(({ commit }) => commit)).toEqual([second, start]);
    }
  });

  test('gives all of many commits once, though the branch moves on between the pages', async () => {
    const repository = new FakeRepository({ a: '' });
    const made = [repository.head('main')];
    for (let n = 0; n < 60; n += 1) made.unshift(repository.push('main', { a: `${n}` }, { message: '日'.repeat(400) }));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await call(repository, 'list_commits', { limit: 45, ...(cursor === null ? {} : { cursor }) });
      seen.push(...commitsOf(page).map(({ commit }) => commit));
      cursor = page.next_cursor;
      repository.push('main', { a: `later ${seen.length}` });
    } while (cursor !== null);
    expect(seen).toEqual(made);
  });

  test('a path outside the scope is refused before any call, and what is not there is not found', async () => {
    const repository = new FakeRepository({ 'secret/a': '' });
    const scope = { paths: { deny: ['secret/**'] } };
    await expect(call(repository, 'list_commits', { path: 'secret/a' }, scope)).rejects.toEqual(
      refusedWith('out_of_scope'),
    );
    expect(repository.reads).toEqual([]);
    for (const ref of ['no-such-branch', 'a'.repeat(40)]) {
      await expect(call(repository, 'list_commits', { ref })).rejects.toEqual(refusedWith('not_found'));
    }
    for (const cursor of ['x', `${repository.head('main')}:x`]) {
      await expect(call(repository, 'list_commits', { cursor })).rejects.toEqual(refusedWith('invalid_arguments'));
    }
    repository.rename('acme/secret');
    await expect(call(repository, 'list_commits')).rejects.toEqual(refusedWith('not_found'));
  });
});

describe('pull requests', () => {
  test('are listed newest first, by state and branch', async () => {
    const repository = new FakeRepository({ a: '' });
    repository.openPull({ head: 'one', base: 'main', title: 'One' });
    repository.openPull({ head: 'two', base: 'main', title: 'Two'.repeat(200) });
    repository.turnPull(1, 'merged');
    const numbers = async (args: Record<string, unknown>) =>
      ((await call(repository, 'list_pull_requests', args))['pull_requests'] as { number: number }[]).map(
        (each) => each.number,
      );
    expect(await numbers({})).toEqual([2]);
    expect(await numbers({ state: 'all' })).toEqual([2, 1]);
    expect(await numbers({ state: 'all', head: 'one' })).toEqual([1]);
    expect(await numbers({ state: 'all', base: 'other' })).toEqual([]);
  });

  test('one is shown with its text, cut where it is too long', async () => {
    const repository = new FakeRepository({ a: '' });
    repository.openPull({ head: 'one', base: 'main', body: 'Line\n'.repeat(5000) });
    const shown = await call(repository, 'get_pull_request', { number: 1 });
    expect(shown).toMatchObject({ number: 1, body_truncated: true, reviews: [] });
    await expect(call(repository, 'get_pull_request', { number: 9 })).rejects.toEqual(refusedWith('not_found'));
  });

  test('one is shown with the newest reviews that say something, however long these and its text are', async () => {
    const repository = new FakeRepository({ a: '' });
    const { number } = repository.openPull({ head: 'one', base: 'main', body: '"\n'.repeat(9000), standing: 'member' });
    const review = { author: 'bob', commit: 'a'.repeat(40), submittedAt: '2026-03-01T09:00:00Z', body: '' };
    const remark = { ...review, state: 'commented' as const };
    const told = Array.from({ length: 8 }, (_, at) => ({ ...remark, body: `${at}${'"'.repeat(3000)}` }));
    const approved = { ...review, author: 'eve', state: 'approved' as const, standing: 'none' as const };
    repository.saidReviews.set(number, [...told, approved, remark]);
    const shown = await call(repository, 'get_pull_request', { number });
    const reviews = shown['reviews'] as { body: string; cut: boolean; state: string }[];
    expect(reviews.map(({ state, body, cut }) => `${state} ${body[0]} ${cut}`)).toEqual([
      ...['3', '4', '5', '6', '7'].map((at) => `commented ${at} true`),
      'approved undefined false',
    ]);
  });
});

describe('get_pull_request_diff', () => {
  type Shown = { path: string; previous_path: string | null; patch: string | null; note: string | null };
  const filesOf = (out: Out) => out['files'] as Shown[];
  const lines = (count: number) => Array.from({ length: count }, (_, at) => `+line ${at} "日本"\n`).join('');
  const diff = (path: string, more: Partial<FileDiff> = {}): FileDiff => ({
    ...{ path, previousPath: null, status: 'modified', additions: 1, deletions: 0, patch: `@@ ${path}\n+x` },
    ...more,
  });
  const withDiff = (files: readonly FileDiff[]) => {
    const repository = new FakeRepository({ a: '' });
    repository.diffs.set(repository.openPull({ head: 'main', base: 'main' }).number, files);
    return repository;
  };

  /** Everything that following the cursor gives: each file's parts put together. */
  async function whole(repository: FakeRepository, args: Record<string, unknown>, scope?: Record<string, unknown>) {
    const patches = new Map<string, string | null>();
    let [outside, calls] = [0, 0];
    for (let cursor: string | null | undefined; cursor !== null && calls < 200; calls += 1) {
      const at: Record<string, unknown> = cursor === undefined ? args : { ...args, cursor };
      const page = await call(repository, 'get_pull_request_diff', { number: 1, ...at }, scope);
      for (const { path, patch } of filesOf(page)) patches.set(path, patch && (patches.get(path) ?? '') + patch);
      outside += page['outside_scope'] as number;
      cursor = page.next_cursor;
    }
    return { patches, outside, calls };
  }

  test('shows each file with its changed lines', async () => {
    const repository = withDiff([diff('a'), diff('b', { previousPath: 'old/b', status: 'renamed', patch: null })]);
    expect(await call(repository, 'get_pull_request_diff', { number: 1 })).toEqual({
      ...{ repository: 'acme/web', number: 1, head_commit: repository.head('main') },
      files: [
        {
          ...{ path: 'a', previous_path: null, status: 'modified', additions: 1, deletions: 0 },
          ...{ patch: '@@ a\n+x', note: null },
        },
        {
          ...{ path: 'b', previous_path: 'old/b', status: 'renamed', additions: 1, deletions: 0, patch: null },
          note: expect.stringContaining('no patch'),
        },
      ],
      ...{ outside_scope: 0, next_cursor: null, untrusted: ['files[].path', 'files[].previous_path', 'files[].patch'] },
    });
    const names = await call(repository, 'get_pull_request_diff', { number: 1, patches: false });
    expect(filesOf(names).map(({ path, patch, note }) => [path, patch, note])).toEqual([
      ['a', null, null],
      ['b', null, null],
    ]);
  });

  test('gives all of a long diff once: many files, long files, long lines and long names', async () => {
    const files = [
      ...Array.from({ length: 230 }, (_, at) => diff(`many/${at}`, { patch: lines(at % 7) })),
      diff('long', { patch: lines(2000) }),
      diff('one-line', { patch: `@@\n+${'\u001b"日😀'.repeat(4000)}` }),
      diff('n'.repeat(4000), { previousPath: 'p'.repeat(4000), patch: lines(100) }),
      diff('last'),
    ];
    const { patches } = await whole(withDiff(files), {});
    expect(patches).toEqual(new Map(files.map(({ path, patch }) => [path, patch])));
    const { patches: one, calls } = await whole(withDiff(files), { path: 'long' });
    expect([...one]).toEqual([['long', lines(2000)]]);
    expect(calls).toBeGreaterThan(5);
    const { patches: names } = await whole(withDiff(files), { patches: false });
    expect([...names.keys()]).toEqual(files.map(({ path }) => path));
  });

  test('a patch that fits into an answer is not cut', async () => {
    const repository = withDiff([diff('a', { patch: lines(250) }), diff('b', { patch: lines(250) })]);
    const first = await call(repository, 'get_pull_request_diff', { number: 1 });
    expect(filesOf(first).map(({ path, note }) => [path, note])).toEqual([['a', null]]);
    const second = await call(repository, 'get_pull_request_diff', { number: 1, cursor: first.next_cursor });
    expect(filesOf(second).map(({ path, note }) => [path, note])).toEqual([['b', null]]);
    expect(second.next_cursor).toBeNull();
  });

  test('only what the scope covers is shown, and how many others there are', async () => {
    const secret = Array.from({ length: 250 }, (_, at) => diff(`secret/${at}`));
    const repository = withDiff([
      ...secret,
      diff('src/a', { previousPath: 'secret/plan', status: 'renamed', patch: '@@\n-the plan' }),
      diff('secret/b', { previousPath: 'src/b', status: 'renamed' }),
      diff('src/c'),
    ]);
    const scope = { paths: { deny: ['secret/**'] } };
    const page = await call(repository, 'get_pull_request_diff', { number: 1 }, scope);
    expect(JSON.stringify(page)).not.toMatch(/secret\/|plan/);
    expect(filesOf(page).map(({ path, patch }) => [path, patch])).toEqual([
      ['src/a', null],
      ['src/c', '@@ src/c\n+x'],
    ]);
    expect(page['outside_scope']).toBe(251);
    repository.reads.length = 0;
    const asked = call(repository, 'get_pull_request_diff', { number: 1, path: 'secret/b' }, scope);
    await expect(asked).rejects.toEqual(refusedWith('out_of_scope'));
    expect(repository.reads).toEqual([]);
  });

  test('a cursor does not go on with another head, and what is not there is not found', async () => {
    const repository = withDiff([diff('a', { patch: lines(2000) })]);
    const { next_cursor: cursor } = await call(repository, 'get_pull_request_diff', { number: 1 });
    repository.editPull(1, { headOid: 'b'.repeat(40) });
    const again = (args: object) => call(repository, 'get_pull_request_diff', { number: 1, ...args });
    await expect(again({ cursor })).rejects.toEqual(refusedWith('conflict'));
    for (const wrong of ['x', `${'b'.repeat(40)}:x`, `${'b'.repeat(40)}:0/0/0/`]) {
      await expect(again({ cursor: wrong })).rejects.toEqual(refusedWith('invalid_arguments'));
    }
    await expect(again({ number: 9 })).rejects.toEqual(refusedWith('not_found'));
    await expect(again({ path: 'none' })).rejects.toEqual(refusedWith('not_found'));
  });
});

describe('list_review_threads', () => {
  const thread = (path: string, more: Partial<ReviewThread> = {}): ReviewThread => ({
    ...{
      nodeId: `PRRT_${path.slice(0, 20)}`,
      path,
      line: 3,
      startLine: null,
      resolved: false,
      outdated: false,
      total: 1,
    },
    comments: [
      { author: 'bob', body: `About ${path}`, createdAt: '2026-03-01T09:00:00Z', url: 'https://git.example/r1' },
    ],
    ...more,
  });
  const withThreads = (threads: readonly ReviewThread[]) => {
    const repository = new FakeRepository({ a: '' });
    repository.threads.set(repository.openPull({ head: 'main', base: 'main' }).number, threads);
    return repository;
  };
  const pathsOf = (out: Out) => (out['threads'] as { path: string }[]).map(({ path }) => path);
  const list = (repository: FakeRepository, args: object = {}, scope?: Record<string, unknown>) =>
    call(repository, 'list_review_threads', { number: 1, ...args }, scope);

  test('lists what reviewers said: the open threads, or those that are asked for', async () => {
    const repository = withThreads([
      thread('a', { total: 9 }),
      thread('b', { resolved: true, line: null, outdated: true }),
      thread('c'),
    ]);
    const open = await list(repository);
    expect(pathsOf(open)).toEqual(['a', 'c']);
    expect(open).toMatchObject({ number: 1, head_commit: repository.head('main'), next_cursor: null });
    expect((open['threads'] as unknown[])[0]).toEqual({
      ...{ thread: 'PRRT_a', path: 'a', line: 3, start_line: null, resolved: false, outdated: false, left_out: 8 },
      comments: [
        {
          ...{ author: 'bob', created_at: '2026-03-01T09:00:00Z', body: 'About a', cut: false },
          url: 'https://git.example/r1',
        },
      ],
    });
    expect(pathsOf(await list(repository, { state: 'resolved' }))).toEqual(['b']);
    expect(pathsOf(await list(repository, { state: 'all' }))).toEqual(['a', 'b', 'c']);
    expect(pathsOf(await list(repository, { state: 'all', path: 'b' }))).toEqual(['b']);
  });

  test('gives all of many long threads once, each within an answer', async () => {
    const said = {
      author: 'bob',
      body: '"\u0001日'.repeat(3000),
      createdAt: '2026-03-01T09:00:00Z',
      url: 'https://git.example/r',
    };
    const all = Array.from({ length: 60 }, (_, at) =>
      thread(at === 7 ? 'n'.repeat(4000) : `f/${at}`, { comments: [said, said, said, said, said], total: 5 }),
    );
    const repository = withThreads(all);
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: Out = await list(repository, cursor === undefined ? { limit: 50 } : { cursor });
      seen.push(...pathsOf(page));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(all.map(({ path }) => path));
  });

  test('shows only files that the scope covers', async () => {
    const repository = withThreads([thread('secret/a'), thread('src/a')]);
    const scope = { paths: { allow: ['src/**'] } };
    const shown = await list(repository, {}, scope);
    expect(pathsOf(shown)).toEqual(['src/a']);
    expect(JSON.stringify(shown)).not.toContain('secret');
    repository.reads.length = 0;
    await expect(list(repository, { path: 'secret/a' }, scope)).rejects.toEqual(refusedWith('out_of_scope'));
    expect(repository.reads).toEqual([]);
    await expect(list(repository, { number: 9 })).rejects.toEqual(refusedWith('not_found'));
  });
});

describe('the scope', () => {
  test.each([
    {},
    { repositories: [] },
    { repositories: ['acme'] },
    { repositories: ['acme/*'] },
    { repositories: ['acme/web'], path: {} },
    { repositories: ['acme/web'], paths: { alow: ['x'] } },
  ])('%j is refused', (scope) => {
    expect(repoRead.scope.safeParse(scope).success).toBe(false);
  });

  test('reading does not grant writing', () => {
    const scope = repoRead.scope.parse({ repositories: ['acme/web'] });
    expect(repoRead.denies(scope, { want: 'write', repository: 'acme/web' })).not.toBeNull();
  });
});
