import { describe, expect, test } from 'vitest';
import type { Effect } from '#shared/tools/index.ts';
import { decidedOrigin } from '#test/fakes/origin.ts';
import { changed, type Edits, type FakeFile, FakeRepository, treeId } from '#test/fakes/repository.ts';
import { carryOut, landed, mark, planRestore, propose, restore, single, stepOf, writeTools } from '../drive.ts';

const files: Edits = {
  'README.md': 'hello\n',
  'src/a.ts': 'one\n',
  'run.sh': { mode: '100755', bytes: Buffer.from('#!/bin/sh\n') },
  link: { mode: '120000', bytes: Buffer.from('README.md') },
  'big.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n',
};

type Commit = { readonly message: string; readonly edits: Edits };

function started(): FakeRepository {
  const repository = new FakeRepository(files);
  repository.branches.set('work', repository.head('main'));
  return repository;
}

/** What the git door makes of a push of commits that begins on a branch. */
function pushed(repository: FakeRepository, branch: string, commits: readonly Commit[], more: object = {}) {
  const from = repository.branches.get(branch) ?? null;
  const parent = from ?? repository.head('main');
  let tree = repository.treeAt(parent);
  return {
    branch,
    expected_head: from,
    parent,
    parent_tree: treeId(tree),
    commits: commits.map(({ message, edits }) => {
      tree = changed(tree, edits);
      const now = tree;
      return {
        message,
        author: { name: 'Deps Bot', email: 'bot@example.com' },
        tree: treeId(now),
        files: Object.keys(edits).map((path) => fileOf(path, now.get(path))),
      };
    }),
    ...more,
  };
}

function fileOf(path: string, file: FakeFile | undefined) {
  if (file === undefined) return { path, delete: true };
  return { path, mode: file.mode, base64: Buffer.from(file.bytes).toString('base64') };
}

const two: readonly Commit[] = [
  { message: 'Try a way\n\nIt may be wrong.', edits: { 'src/a.ts': 'wrong\n', 'secret.txt': 'for a moment\n' } },
  {
    message: 'Take another',
    edits: { 'src/a.ts': 'right\n', 'secret.txt': null, 'new.sh': { mode: '100755', bytes: Buffer.from('x\n') } },
  },
];

const push = (repository: FakeRepository, branch = 'work', commits = two, more: object = {}) =>
  propose(repository, 'push_commits', pushed(repository, branch, commits, more));

const isFile = (effect: Effect) => effect.kind === 'file';

describe('push_commits', () => {
  test('makes every commit anew, signed, in order and with its message, and moves the branch once', async () => {
    const repository = started();
    const before = repository.head('work');
    const done = await carryOut(repository, await push(repository));
    const head = repository.commits.get(repository.head('work'));
    const first = repository.commits.get(head?.parents[0] ?? '');
    const trailer = `Change-Id: ${mark.changeId}/${mark.token}`;
    expect([first?.message, head?.message]).toEqual([
      `Try a way\n\nIt may be wrong.\n\n${trailer}`,
      `Take another\n\n${trailer}`,
    ]);
    expect(first?.parents).toEqual([before]);
    expect(repository.texts('work')).toMatchObject({ 'src/a.ts': 'right\n', 'new.sh': 'x\n' });
    expect(repository.tree('work').get('new.sh')?.mode).toBe('100755');
    expect(repository.tree('work').has('secret.txt')).toBe(false);
    expect(done.receipts).toEqual({ commit: { oid: head?.oid, url: head?.url, verified: true } });
  });

  test('shows what all commits come to, and each with what it alone does', async () => {
    const { description } = await push(started());
    const paths = description.effects.filter(isFile).map(({ path, commit }) => [commit ?? 'all', path]);
    expect(paths).toEqual([
      ...[
        ['all', 'new.sh'],
        ['all', 'src/a.ts'],
      ],
      ...[
        [1, 'secret.txt'],
        [1, 'src/a.ts'],
      ],
      ...[
        [2, 'new.sh'],
        [2, 'secret.txt'],
        [2, 'src/a.ts'],
      ],
    ]);
    expect(description.effects).toContainEqual({
      ...{ kind: 'field', target: 'commit 1 of 2', field: 'message' },
      ...{ before: null, after: 'Try a way\n\nIt may be wrong.' },
    });
    expect(description.summary).toBe('Push 2 commits (2 files) to work of acme/web: Take another');
  });

  test('a lone commit is shown once', async () => {
    const { description } = await push(started(), 'work', [{ message: 'One', edits: { 'src/a.ts': '1\n' } }]);
    expect(description.effects.filter(isFile)).toHaveLength(1);
    const fields = description.effects.flatMap((one) => (one.kind === 'field' ? [`${one.target}: ${one.field}`] : []));
    expect(fields).toEqual([
      'branch work: head',
      'commit: message',
      'commit: author as pushed (the signed commit names the App instead)',
    ]);
  });

  test('flags what any commit does, though a later one takes it back', async () => {
    const commits = [
      { message: 'Add', edits: { '.github/workflows/ci.yml': 'on: push\n', 'x.txt': 'a\u202eb\n' } },
      { message: 'Remove', edits: { '.github/workflows/ci.yml': null, 'x.txt': null, 'y.txt': 'y\n' } },
    ];
    const { description } = await push(started(), 'work', commits);
    const codes = new Set(description.flags.map(({ code }) => code));
    for (const code of ['workflow_file', 'protected_path', 'hidden_characters']) expect(codes).toContain(code);
  });

  test('makes a new branch, and with it a pull request', async () => {
    const repository = started();
    const pull = { title: 'My title', body: 'Why', draft: false };
    const proposal = await push(repository, 'deps/new', two, { pull_request: pull });
    expect(proposal.description.summary).toMatch(/and open a pull request: My title$/);
    expect(proposal.description.summary).toContain('to the new branch deps/new of acme/web and open a pull request');
    const done = await carryOut(repository, proposal);
    expect(repository.pull(1)).toMatchObject({ head: 'deps/new', base: 'main', title: 'My title', draft: false });
    expect(writeTools.push_commits.receipt?.of(done.plan, done.receipts)).toEqual({
      pull_request_url: repository.pull(1).url,
      pull_request_number: 1,
      branch: 'deps/new',
      commit: repository.head('deps/new'),
    });
    const left = writeTools.push_commits.leaves?.(done.plan, done.before, done.receipts, done.after);
    expect(left?.map(({ made }) => made)).toEqual([true, true]);
  });

  test('a commit that comes to another tree, or is not signed, moves nothing', async () => {
    const repository = started();
    const before = repository.head('work');
    const wrong = pushed(repository, 'work', two);
    const [, last] = wrong.commits;
    if (last) last.tree = '0'.repeat(40);
    const other = await propose(repository, 'push_commits', wrong);
    await expect(carryOut(repository, other)).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
    repository.signs = false;
    const unsigned = await push(repository);
    await expect(carryOut(repository, unsigned)).rejects.toThrow('"Try a way" was not signed');
    expect(repository.head('work')).toBe(before);
  });

  test('asks right before it moves the branch whether it may go on', async () => {
    const repository = started();
    const proposal = await push(repository);
    const goOn = async (): Promise<never> => {
      throw new Error('stopped');
    };
    const use = {
      write: repository.writer(),
      origin: decidedOrigin,
      mark,
      earlier: {},
      contents: proposal.contents,
      goOn,
    };
    const before = repository.head('work');
    await expect(stepOf(proposal, 'commit').run(use)).rejects.toThrow('stopped');
    expect(repository.head('work')).toBe(before);
  });

  test('finds its own commits again where the answer was lost', async () => {
    const repository = started();
    const proposal = await push(repository);
    expect(await landed(repository, proposal, 'commit')).toBe('not_found');
    const { receipts } = await carryOut(repository, proposal);
    expect(await landed(repository, proposal, 'commit')).toEqual({ landed: receipts['commit'] });
    repository.push('work', { 'other.txt': 'x\n' });
    expect(await landed(repository, proposal, 'commit')).toEqual({ landed: receipts['commit'] });
    const fresh = await push(repository, 'deps/x');
    expect(await landed(repository, fresh, 'commit')).toBe('not_found');
    repository.branches.set('deps/x', repository.head('main'));
    expect(await landed(repository, fresh, 'commit')).toBe('unclear');
  });

  test('is stale once the branch is elsewhere', async () => {
    const repository = started();
    const [onto, fresh] = [await push(repository), await push(repository, 'deps/x')];
    const still = ({ plan, before }: typeof onto) => writeTools.push_commits.still(plan, before, repository.reader());
    expect([await still(onto), await still(fresh)]).toEqual(['holds', 'holds']);
    repository.push('work', { x: 'y' });
    repository.branches.set('deps/x', repository.head('main'));
    expect([await still(onto), await still(fresh)]).toEqual([
      { stale: `The branch work moved to ${repository.head('work')}.` },
      { stale: 'A branch deps/x exists by now.' },
    ]);
  });

  test.each<readonly [what: string, edits: Edits, code: string]>([
    ['a symbolic link', { link: { mode: '100644', bytes: Buffer.from('x') } }, 'unsupported'],
    ['a pointer of Git LFS', { 'big.bin': 'bytes\n' }, 'unsupported'],
    ['the same name in another case', { 'new.md': 'x\n', 'NEW.md': 'y\n' }, 'same file'],
    ['a file where a folder is', { src: 'x\n', 'src/a.ts': null }, 'folder'],
  ])('%s is not written', async (_what, edits, code) => {
    const repository = started();
    const made = push(repository, 'work', [{ message: 'Change it', edits }]);
    if (code === 'unsupported') await expect(made).rejects.toMatchObject({ code });
    else await expect(made).rejects.toThrow(code);
  });

  test('a push onto a branch that moved is refused, and one that asks for a second pull request', async () => {
    const repository = started();
    const late = pushed(repository, 'work', two);
    repository.push('work', { x: 'y' });
    await expect(propose(repository, 'push_commits', late)).rejects.toMatchObject({ code: 'conflict' });
    repository.openPull({ head: 'work', base: 'main' });
    await expect(push(repository, 'work', two, { pull_request: {} })).rejects.toThrow(
      'Pull request 1 from work is open',
    );
  });

  test('asks for every path of every commit, for all bytes, and for reading everything', async () => {
    const repository = started();
    const input = { ...pushed(repository, 'work', two), repository: 'acme/web', reason: 'because' };
    const asks = writeTools.push_commits.asks(writeTools.push_commits.input.parse(input));
    expect(asks).toContainEqual({ want: 'write', repository: 'acme/web', files: 3, bytes: 27 });
    expect(asks.flatMap(({ path }) => path ?? [])).toEqual(['src/a.ts', 'secret.txt', 'new.sh']);
    expect(asks).toContainEqual({ want: 'read', repository: 'acme/web', whole: true });
  });
});

describe('the restore of a push', () => {
  test('onto a branch puts every file back by one commit, executables too, and that can be put back', async () => {
    const repository = started();
    const before = repository.texts('work');
    const edits = { 'src/a.ts': 'right\n', 'run.sh': null, 'new.sh': { mode: '100755', bytes: Buffer.from('x\n') } };
    const done = await carryOut(repository, await push(repository, 'work', [{ message: 'Go', edits }]));
    const after = repository.texts('work');
    const undone = await restore(repository, done);
    expect(repository.texts('work')).toEqual(before);
    expect(repository.tree('work').get('run.sh')?.mode).toBe('100755');
    await restore(repository, undone);
    expect(repository.texts('work')).toEqual(after);
  });

  test('leaves alone what somebody changed since, unless it is to be overwritten', async () => {
    const repository = started();
    const done = await carryOut(repository, await push(repository));
    repository.push('work', { 'src/a.ts': 'theirs\n' });
    expect(await planRestore(repository, done)).toMatchObject({ conflicts: [expect.stringContaining('"src/a.ts"')] });
    await restore(repository, done, 'untouched');
    expect(repository.texts('work')).toMatchObject({ 'src/a.ts': 'theirs\n' });
    expect(repository.tree('work').has('new.sh')).toBe(false);
  });

  test('that made its branch deletes it and closes the pull request, and back', async () => {
    const repository = started();
    const done = await carryOut(repository, await push(repository, 'deps/x', two, { pull_request: {} }));
    const head = repository.head('deps/x');
    const undone = await restore(repository, done);
    expect(repository.branches.has('deps/x')).toBe(false);
    expect(repository.pull(1).state).toBe('closed');
    await restore(repository, undone);
    expect(repository.head('deps/x')).toBe(head);
    expect(repository.pull(1).state).toBe('open');
  });

  test('is one with the restore of a commit that came after it', async () => {
    const repository = started();
    const before = repository.texts('work');
    const first = await carryOut(repository, await push(repository));
    const args = { branch: 'work', message: 'More', files: [{ path: 'src/a.ts', content: 'more\n' }] };
    const second = await carryOut(repository, await propose(repository, 'commit_files', args));
    const third = await carryOut(repository, await push(repository, 'work', [{ message: 'Z', edits: { z: 'z\n' } }]));
    const pair = writeTools.push_commits.combine(single(first), { ...single(second), tool: 'commit_files' });
    if (pair === null) throw new Error('they are not one');
    const all = writeTools.push_commits.combine(pair, { ...single(third), tool: 'push_commits' });
    if (all === null) throw new Error('they are not one');
    await restore(repository, { ...first, ...all });
    expect(repository.texts('work')).toEqual(before);
    const other = writeTools.commit_files.combine(single(second), { ...single(third), tool: 'push_commits' });
    expect(other?.plan).toMatchObject({ additions: [{ path: 'src/a.ts' }, { path: 'z' }] });
  });
});
