import { describe, expect, test } from 'vitest';
import { commitFiles } from '#capabilities/repo-write/commit_files.ts';
import { proposePullRequest } from '#capabilities/repo-write/propose_pull_request.ts';
import { openPlan } from '#capabilities/repo-write/pull-request/plan.ts';
import type { Effect } from '#shared/tools/index.ts';
import { decidedOrigin } from '#test/fakes/origin.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { carryOut, landed, mark, propose, restore, stepOf, writeTools } from '../drive.ts';

const files = { 'a.txt': 'one\ntwo\n', 'b.txt': 'b\n', 'old.txt': 'old\n' };
const commits = [
  {
    message: 'First\n\nWhy.',
    files: [
      { path: 'a.txt', edits: [{ find: 'one', replace: 'eins' }] },
      { path: 'new.txt', content: 'new\n' },
    ],
  },
  {
    message: 'Second',
    files: [
      { path: 'a.txt', edits: [{ find: 'eins', replace: 'uno' }] },
      { path: 'moved.txt', move_from: 'old.txt' },
    ],
  },
  {
    message: 'Third',
    files: [
      { path: 'new.txt', delete: true },
      { path: 'b.txt', content: 'B\n' },
    ],
  },
];

const several = (repository: FakeRepository, more: readonly object[] = commits, args: object = {}) =>
  propose(repository, 'propose_pull_request', {
    ...{ branch: 'deps/x', title: 'T', draft: false, commits: more },
    ...args,
  });

const fileEffects = (effects: readonly Effect[], commit?: number) =>
  effects
    .filter((effect) => effect.kind === 'file')
    .filter((effect) => effect.commit === commit)
    .map(({ path }) => path);

const lineOf = (repository: FakeRepository, branch: string, count: number) => {
  const found: string[] = [];
  for (let at = repository.head(branch); found.length < count; ) {
    const commit = repository.commits.get(at);
    found.push(commit?.message.split('\n')[0] ?? '');
    at = commit?.parents[0] ?? '';
  }
  return found;
};

describe('several commits of one pull request', () => {
  test('land in their order, each on the one before, and the branch holds what they come to', async () => {
    const repository = new FakeRepository(files);
    const done = await carryOut(repository, await several(repository));
    expect(Object.keys(done.receipts)).toEqual([
      'create_branch',
      'commit',
      'commit_2',
      'commit_3',
      'open_pull_request',
    ]);
    expect(repository.texts('deps/x')).toEqual({ 'a.txt': 'uno\ntwo\n', 'b.txt': 'B\n', 'moved.txt': 'old\n' });
    expect(lineOf(repository, 'deps/x', 4)).toEqual(['Third', 'Second', 'First', 'A commit']);
    expect(writeTools.propose_pull_request.receipt?.of(openPlan.parse(done.plan), done.receipts)).toMatchObject({
      commit: repository.head('deps/x'),
    });
  });

  test('are shown as what they come to, and each by itself', async () => {
    const { description } = await several(new FakeRepository(files));
    expect(description.summary).toBe(
      'Open a pull request from deps/x to main of acme/web with 3 commits of 4 files: T',
    );
    expect(fileEffects(description.effects)).toEqual(['a.txt', 'b.txt', 'moved.txt', 'old.txt']);
    expect(fileEffects(description.effects, 1)).toEqual(['a.txt', 'new.txt']);
    expect(fileEffects(description.effects, 2)).toEqual(['a.txt', 'moved.txt', 'old.txt']);
    expect(fileEffects(description.effects, 3)).toEqual(['b.txt', 'new.txt']);
    expect(description.effects).toContainEqual({
      ...{ kind: 'field', target: 'commit 1 of 3', field: 'message' },
      ...{ before: null, after: 'First\n\nWhy.' },
    });
  });

  test('show a file that was moved as moved in what they come to, and as gone where it is written again', async () => {
    const move = { message: 'Move', files: [{ path: 'moved.txt', move_from: 'old.txt' }] };
    const edit = { message: 'Edit', files: [{ path: 'moved.txt', edits: [{ find: 'old', replace: 'new' }] }] };
    const again = { message: 'Again', files: [{ path: 'old.txt', content: 'other\n' }] };
    const sumOf = async (...made: readonly object[]) => {
      const { description } = await several(new FakeRepository(files), made);
      const sum = description.effects.flatMap((one) => (one.kind === 'file' && one.commit === undefined ? [one] : []));
      const shown = sum.map(({ path, movedFrom }) => [path, movedFrom]);
      return { shown, flags: description.flags.map(({ code }) => code) };
    };
    const [there, gone] = [
      ['moved.txt', 'old.txt'],
      ['old.txt', undefined],
    ];
    expect(await sumOf(move, edit)).toEqual({ shown: [there, gone], flags: [] });
    expect((await sumOf(move, again)).shown).toEqual([['moved.txt', undefined], gone]);
  });

  test('are flagged for what only one on the way does', async () => {
    const { description } = await several(new FakeRepository(files), [
      { message: 'One', files: [{ path: 'x.sh', content: 'in\u200bvisible\n', executable: true }] },
      {
        message: 'Two',
        files: [
          { path: 'x.sh', delete: true },
          { path: 'y', content: 'y' },
        ],
      },
    ]);
    expect(fileEffects(description.effects)).toEqual(['y']);
    expect(description.flags.map(({ code }) => code)).toEqual(['deletion', 'executable', 'hidden_characters']);
  });

  test('are all built where one of them sets a mode, and none is seen until all are signed', async () => {
    const repository = new FakeRepository(files);
    const chmod = { message: 'Fourth', files: [{ path: 'b.txt', executable: true }] };
    const proposal = await several(repository, [...commits, chmod]);
    repository.signs = false;
    await expect(carryOut(repository, proposal)).rejects.toThrow(/not signed/);
    expect(repository.branches.has('deps/x')).toBe(false);
    repository.signs = true;
    expect(await landed(repository, proposal, 'commit')).toBe('not_found');
    const done = await carryOut(repository, proposal);
    expect(Object.keys(done.receipts)).toEqual(['commit', 'open_pull_request']);
    expect(repository.tree('deps/x').get('b.txt')?.mode).toBe('100755');
    expect(lineOf(repository, 'deps/x', 5)).toEqual(['Fourth', 'Third', 'Second', 'First', 'A commit']);
    expect(await landed(repository, proposal, 'commit')).toMatchObject({
      landed: { oid: repository.head('deps/x'), verified: true },
    });
    const plan = openPlan.parse(done.plan);
    expect(proposePullRequest.leaves?.(plan, {} as never, done.receipts, {} as never)[0]).toMatchObject({ made: true });
    await restore(repository, done);
    expect(repository.branches.has('deps/x')).toBe(false);
  });

  test.each(['create_branch', 'commit', 'commit_2', 'commit_3'])(
    'are put back from where they end at %s',
    async (until) => {
      const repository = new FakeRepository(files);
      const done = await carryOut(repository, await several(repository), { until });
      await restore(repository, done);
      expect(repository.branches.has('deps/x')).toBe(false);
    },
  );

  test('are found again one by one when an answer was lost', async () => {
    const repository = new FakeRepository(files);
    const proposal = await several(repository);
    const half = await carryOut(repository, proposal, { until: 'commit' });
    const look = (step: string, earlier = half.receipts) =>
      stepOf(proposal, step).landed(repository.reader(), mark, earlier, proposal.contents);
    const first = { landed: { oid: repository.head('deps/x') } };
    expect(await look('create_branch', {})).toMatchObject({ landed: { branch: 'deps/x' } });
    expect(await look('commit', {})).toMatchObject(first);
    // The first is not taken for the second, which would be left to a person.
    expect(await look('commit_2')).toBe('not_found');
    const use = {
      write: repository.writer(),
      origin: decidedOrigin,
      mark,
      contents: proposal.contents,
      goOn: async () => {},
    };
    await stepOf(proposal, 'commit_2').run({ ...use, earlier: half.receipts });
    expect(await look('commit_2')).toMatchObject({ landed: { oid: repository.head('deps/x') } });
    expect(await look('commit', {})).toMatchObject(first);
    const other = repository.push('deps/x', { z: 'z' });
    expect(await look('commit_2')).toMatchObject({ landed: { oid: repository.commits.get(other)?.parents[0] } });
  });

  test('go no further where a person’s word stands for the commit before', async () => {
    const repository = new FakeRepository(files);
    const proposal = await several(repository);
    await carryOut(repository, proposal, { until: 'commit' });
    const earlier = { commit: { settled_by: 'alice' } };
    const step = stepOf(proposal, 'commit_2');
    const use = {
      write: repository.writer(),
      origin: decidedOrigin,
      mark,
      contents: proposal.contents,
      goOn: async () => {},
    };
    await expect(step.run({ ...use, earlier })).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
    expect(await step.landed(repository.reader(), mark, earlier, proposal.contents)).toBe('not_found');
  });

  test('go with a commit that the agent added later, in one undo', async () => {
    const repository = new FakeRepository(files);
    const opened = await carryOut(repository, await several(repository));
    const added = await propose(repository, 'commit_files', {
      ...{ branch: 'deps/x', message: 'More', files: [{ path: 'z', content: 'z' }] },
    });
    const done = await carryOut(repository, added);
    const both = proposePullRequest.combine({ ...opened, first: opened.before, between: [] } as never, {
      ...done,
      tool: commitFiles.name,
      first: done.before,
      between: [],
    });
    if (both === null) throw new Error('they do not go together');
    const now = await proposePullRequest.observe(
      ...[openPlan.parse(opened.plan), opened.before as never, both.receipts, repository.reader(), opened.contents],
    );
    expect(proposePullRequest.restore(both, now, 'refuse')).toMatchObject({
      plan: { kind: 'withdraw', deleteAt: repository.head('deps/x'), overwrites: [] },
    });
  });

  const wrong: readonly (readonly [args: object, message: RegExp])[] = [
    [{ commits, files: commits[0]?.files }, /either files or commits/],
    [{ commits: undefined }, /either files or commits/],
    [{ commits, message: 'M' }, /its own message/],
    [{ commits: [] }, /commits/],
    [{ commits: Array.from({ length: 21 }, () => commits[0]) }, /commits/],
    [
      {
        commits: [
          { message: 'A', files: [{ path: 'x', content: '' }] },
          { message: 'B', files: [{ path: 'X', delete: true }] },
        ],
      },
      /the same file where case/,
    ],
    [
      {
        commits: [
          { message: 'A', files: [{ path: 'x', delete: true }] },
          { message: 'B', files: [{ path: 'x/y', content: '' }] },
        ],
      },
      /needs a folder where/,
    ],
    [
      { commits: [commits[0], { message: 'B', files: [{ path: 'a.txt', edits: [{ find: 'one', replace: 'x' }] }] }] },
      /^commits\[1\]: edits\[0\]\.find in "a\.txt" matches nothing/,
    ],
    [{ commits: [commits[0], commits[0]] }, /^commits\[1\]: edits/],
  ];
  test.each(wrong)('are refused as %j', async (args, message) => {
    await expect(several(new FakeRepository(files), commits, args)).rejects.toThrow(message);
  });

  test('ask a scope for every path once, and for all that they bring', () => {
    const input = proposePullRequest.input.parse({
      ...{ repository: 'acme/web', branch: 'deps/x', title: 'T', reason: 'why', commits },
    });
    const asks = proposePullRequest.asks(input);
    expect(asks).toContainEqual({ want: 'write', repository: 'acme/web', files: 4, bytes: 4 + 4 + 3 + 2 });
    const paths = asks.flatMap(({ want, path }) => (want === 'write' && path !== undefined ? [path] : []));
    expect(paths).toEqual(['a.txt', 'new.txt', 'moved.txt', 'old.txt', 'b.txt']);
    const reads = asks.flatMap(({ want, path }) => (want === 'read' && path !== undefined ? [path] : []));
    expect(new Set(reads)).toEqual(new Set(['a.txt', 'old.txt']));
  });
});
