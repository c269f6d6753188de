import { describe, expect, test } from 'vitest';
import { FakeRepository } from '#test/fakes/repository.ts';
import { carryOut, landed, mark, otherMark, planRestore, propose, restore, writeTools } from '../drive.ts';

const files = {
  'README.md': 'hello\n',
  'src/a.ts': 'one\ntwo\n',
  'src/old.ts': 'old\n',
  'logo.png': Buffer.from([0x89, 0, 0xff, 0xfe]),
  'run.sh': { mode: '100755', bytes: Buffer.from('#!/bin/sh\n') },
};

const everyForm = [
  { path: 'new/file.txt', content: 'new\n' },
  { path: 'src/a.ts', edits: [{ find: 'two', replace: '2' }] },
  { path: 'logo.png', base64: Buffer.from([1, 2, 3, 0]).toString('base64') },
  { path: 'README.md', delete: true },
  { path: 'src/moved.ts', move_from: 'src/old.ts' },
  { path: 'run.sh', content: '#!/bin/sh\nset -e\n' },
];

function branched(): FakeRepository {
  const repository = new FakeRepository(files);
  repository.branches.set('work', repository.head('main'));
  return repository;
}

const proposeAll = (repository: FakeRepository) =>
  propose(repository, 'commit_files', { branch: 'work', message: 'Change it all\n\nFor a reason.', files: everyForm });

const stillHolds = (repository: FakeRepository, proposal: { plan: unknown; before: unknown }) =>
  writeTools.commit_files.still(proposal.plan, proposal.before, repository.reader());

describe('commit_files', () => {
  test('writes every form in one commit with our trailer', async () => {
    const repository = branched();
    const before = repository.head('work');
    const done = await carryOut(repository, await proposeAll(repository));
    expect(repository.texts('work')).toEqual({
      'logo.png': '\u0001\u0002\u0003\u0000',
      'new/file.txt': 'new\n',
      'run.sh': '#!/bin/sh\nset -e\n',
      'src/a.ts': 'one\n2\n',
      'src/moved.ts': 'old\n',
    });
    expect(repository.tree('work').get('run.sh')?.mode).toBe('100755');
    const commit = repository.commits.get(repository.head('work'));
    expect(commit).toMatchObject({
      parents: [before],
      message: `Change it all\n\nFor a reason.\n\nChange-Id: ${mark.changeId}/${mark.token}`,
    });
    expect(done.receipts).toEqual({ commit: { oid: commit?.oid, url: commit?.url, verified: true } });
    expect(repository.texts('main')['README.md']).toBe('hello\n');
  });

  test('looks once at the repository, and twice more for what the branch comes to; once before the write, once after', async () => {
    const repository = branched();
    repository.push('work', { 'src/a.ts': 'one\ntwo\nthree\n' });
    const proposal = await proposeAll(repository);
    expect(repository.reads.splice(0).sort()).toEqual(['changed', 'files', 'look', 'safeguards']);
    await stillHolds(repository, proposal);
    expect(repository.reads.splice(0).sort()).toEqual(['look', 'safeguards']);
    await carryOut(repository, proposal);
    expect(repository.reads.splice(0).filter((read) => read !== 'safeguards')).toEqual(['look']);
  });

  test('tells beside its own difference what the branch comes to since it left where its pull request goes', async () => {
    const repository = branched();
    repository.branches.set('next', repository.head('main'));
    repository.push('work', { 'src/b.ts': 'earlier\n', 'src/a.ts': 'one\ntwo\nthree\n' });
    repository.push('next', { 'other.txt': 'of others\n' });
    const wanted = { branch: 'work', message: 'More', files: [{ path: 'src/a.ts', content: 'one\ntwo\n' }] };
    const sum = async () => {
      const { plan, before, contents } = await propose(repository, 'commit_files', wanted);
      return writeTools.commit_files.describe(plan, before, contents).since_base;
    };
    // This commit takes back what was done to src/a.ts before, so that it is no part of the sum.
    const one = { kind: 'file', path: 'src/b.ts', before: null, after: { mode: '100644', binary: false } };
    expect(await sum()).toMatchObject({
      base: 'main',
      merge_base: repository.head('main'),
      effects: [one],
      left_out: 0,
    });
    repository.openPull({ head: 'work', base: 'next' });
    expect(await sum()).toMatchObject({ base: 'next', effects: [one], cut: false });

    const many = Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`many/${at}.txt`, 'x\n']));
    repository.push('work', many);
    expect(await sum()).toMatchObject({ effects: { length: 99 }, left_out: 22 });
    repository.push('work', { 'a-large.txt': 'x'.repeat(2_000_000) });
    expect(await sum()).toMatchObject({ effects: [], left_out: 123 });
    const onMain = { branch: 'main', message: 'More', files: [{ path: 'src/a.ts', content: 'x\n' }] };
    expect((await propose(repository, 'commit_files', onMain)).before).not.toHaveProperty('sinceBase');
  });

  test('of a text that is too long to be read is shown as that of a binary file is', async () => {
    for (const [length, binary] of [
      [5_400_000, false],
      [5_400_001, true],
    ] as const) {
      const files = [{ path: 'long.txt', content: 'x'.repeat(length) }];
      const { description } = await propose(branched(), 'commit_files', { branch: 'work', message: 'm', files });
      expect(description.effects.at(-1)).toMatchObject({ path: 'long.txt', after: { binary } });
      expect(description.flags.some(({ code }) => code === 'binary')).toBe(binary);
    }
  });

  describe('of a file that no commit could hold', () => {
    const large = 'x'.repeat(22_500_001);
    const change = (file: object) => {
      const repository = branched();
      repository.push('work', { large });
      return {
        repository,
        proposing: propose(repository, 'commit_files', { branch: 'work', message: 'm', files: [file] }),
      };
    };

    test.each([
      ['edits', { path: 'large', edits: [{ find: 'y', replace: 'z' }] }],
      ['a move', { path: 'there', move_from: 'large' }],
    ])('%s: refused for its size alone, before anybody looks into it', async (_, file) => {
      await expect(change(file).proposing).rejects.toMatchObject({ code: 'too_large' });
    });

    test.each([
      ['another content', { path: 'large', content: 'small' }],
      ['its deletion', { path: 'large', delete: true }],
    ])('%s: as for any other file', async (_, file) => {
      const { repository, proposing } = change(file);
      await carryOut(repository, await proposing);
      expect(repository.texts('work')['large']).toBe('content' in file ? 'small' : undefined);
    });
  });

  test('joins our trailer to trailers that end the message', async () => {
    const repository = branched();
    const message = 'Title\n\nRefs: X-1';
    await carryOut(
      repository,
      await propose(repository, 'commit_files', { branch: 'work', message, files: [everyForm[0]] }),
    );
    const made = repository.commits.get(repository.head('work'))?.message;
    expect(made).toBe(`${message}\nChange-Id: ${mark.changeId}/${mark.token}`);
  });

  test('shows the approver every file, the head and the message', async () => {
    const repository = branched();
    const { description } = await proposeAll(repository);
    const shown = description.effects.map((effect) =>
      effect.kind === 'file' ? effect.path : `${effect.target} ${effect.field}`,
    );
    expect(shown).toEqual([
      'branch work head',
      'commit message',
      'README.md',
      'logo.png',
      'new/file.txt',
      'run.sh',
      'src/a.ts',
      'src/moved.ts',
      'src/old.ts',
    ]);
    expect(description.summary).toBe('Commit 7 files to work of acme/web: Change it all');
    expect(description.touches).toEqual(['repository/4711/branch/work']);
    expect(description.flags.map(({ code }) => code)).toEqual(['deletion', 'binary']);
    expect(
      description.effects.find((effect) => effect.kind === 'file' && effect.path === 'src/moved.ts'),
    ).toMatchObject({
      movedFrom: 'src/old.ts',
      before: null,
      after: { mode: '100644', binary: false },
    });
  });

  test('its restore gives back the tree that was there, and the restore of that what had been done', async () => {
    const repository = branched();
    const original = repository.tree('work');
    const done = await carryOut(repository, await proposeAll(repository));
    const changed = repository.tree('work');
    const undone = await restore(repository, done);
    expect(repository.tree('work')).toEqual(original);
    const redone = await restore(repository, undone);
    expect(repository.tree('work')).toEqual(changed);
    await restore(repository, redone);
    expect(repository.tree('work')).toEqual(original);
  });

  test('its restore does not touch what someone changed since, unless told to', async () => {
    const repository = branched();
    const done = await carryOut(repository, await proposeAll(repository));
    const theirs = repository.push('work', {
      'src/a.ts': 'theirs',
      'README.md': 'theirs too',
      'other.txt': 'unrelated',
    });

    expect(await planRestore(repository, done)).toEqual({
      refused: 'Some files are no longer as this change left them.',
      conflicts: ['src/a.ts', 'README.md'].map(
        (path) => `"${path}": it was changed since, by bob in ${theirs.slice(0, 12)}`,
      ),
    });

    const untouched = await planRestore(repository, done, 'untouched');
    if ('refused' in untouched) throw new Error(untouched.refused);
    expect(untouched.description.flags.map(({ code }) => code)).not.toContain('overwrites_others');

    const overwriting = await planRestore(repository, done, 'overwrite');
    if ('refused' in overwriting) throw new Error(overwriting.refused);
    const flag = overwriting.description.flags.find(({ code }) => code === 'overwrites_others');
    const by = `${theirs.slice(0, 12)} by bob`;
    expect(flag?.message).toBe(
      `Takes back what others did since to "src/a.ts" (older than ${by}), "README.md" (older than ${by}). Later commits on the branch: ${theirs.slice(0, 12)} by bob.`,
    );

    await carryOut(repository, untouched, { mark: otherMark });
    expect(repository.texts('work')).toMatchObject({
      'src/a.ts': 'theirs',
      'README.md': 'theirs too',
      'other.txt': 'unrelated',
      'src/old.ts': 'old\n',
    });
    expect(repository.texts('work')['new/file.txt']).toBeUndefined();
  });

  test('overwriting puts everything back and keeps what the change did not touch', async () => {
    const repository = branched();
    const done = await carryOut(repository, await proposeAll(repository));
    repository.push('work', { 'src/a.ts': 'theirs', 'other.txt': 'unrelated', 'new/file.txt': null });
    await restore(repository, done, 'overwrite');
    const { 'other.txt': other, ...rest } = repository.texts('work');
    expect(other).toBe('unrelated');
    expect(rest).toEqual(repository.texts('main'));
  });

  test('a commit that came right after ours, before we looked, is not taken for ours', async () => {
    const repository = branched();
    const proposal = await proposeAll(repository);
    const tool = writeTools.commit_files;
    const done = await carryOut(repository, proposal);
    const theirs = repository.push('work', { 'src/a.ts': 'raced in' });
    const after = tool.state.parse(
      await tool.observe(done.plan, done.before, done.receipts, repository.reader(), done.contents),
    );
    expect(await planRestore(repository, { ...done, after })).toMatchObject({
      conflicts: [`"src/a.ts": it was changed since, by bob in ${theirs.slice(0, 12)}`],
    });
  });

  const obstacles: readonly (readonly [
    what: string,
    edits: Parameters<FakeRepository['push']>[1],
    conflict: RegExp,
  ])[] = [
    ['a folder where a deleted file was', { 'README.md/inside': 'x' }, /"README.md": a folder is there/],
    [
      'a file where a folder was',
      { 'src/a.ts': null, 'src/moved.ts': null, src: 'x' },
      /"src\/a.ts": a folder is there now, or/,
    ],
    [
      'a submodule where a file was',
      { 'src/a.ts': { mode: '160000', bytes: Buffer.from('x') } },
      /"src\/a.ts": it is a submodule/,
    ],
  ];
  test.each(obstacles)('even overwriting refuses %s', async (_what, edits, conflict) => {
    const repository = branched();
    const done = await carryOut(repository, await proposeAll(repository));
    repository.push('work', edits);
    const refused = await planRestore(repository, done, 'overwrite');
    if (!('refused' in refused)) throw new Error('a plan was made');
    expect(refused.conflicts.join('\n')).toMatch(conflict);
  });

  test('a mode that someone changed is a conflict although the bytes are ours', async () => {
    const repository = branched();
    const done = await carryOut(repository, await proposeAll(repository));
    repository.push('work', { 'new/file.txt': { mode: '100755', bytes: Buffer.from('new\n') } });
    expect(await planRestore(repository, done)).toMatchObject({
      conflicts: [expect.stringMatching(/^"new\/file\.txt": it was changed since/)],
    });
  });

  test('there is nothing to restore once it was put back by hand, or the branch is gone', async () => {
    const repository = branched();
    const args = { branch: 'work', message: 'One', files: [{ path: 'README.md', content: 'x' }] };
    const done = await carryOut(repository, await propose(repository, 'commit_files', args));
    repository.push('work', { 'README.md': 'hello\n' });
    for (const choice of ['refuse', 'untouched', 'overwrite'] as const) {
      const refusal = { refused: 'There is nothing to put back.', conflicts: [] };
      expect(await planRestore(repository, done, choice)).toEqual(refusal);
    }
    repository.branches.delete('work');
    expect(await planRestore(repository, done)).toMatchObject({ refused: expect.stringContaining('does not exist') });
  });

  test('it is stale when the branch moved, went away, or the name leads to another repository', async () => {
    const repository = branched();
    const proposal = await proposeAll(repository);
    expect(await stillHolds(repository, proposal)).toBe('holds');
    const head = repository.push('work', { x: 'y' });
    expect(await stillHolds(repository, proposal)).toEqual({ stale: `The branch work moved to ${head}.` });
    repository.branches.delete('work');
    expect(await stillHolds(repository, proposal)).toEqual({ stale: 'The branch work is gone.' });
    repository.id = 99;
    expect(await stillHolds(repository, proposal)).toEqual({ stale: 'acme/web is another repository now.' });
  });

  test('it is stale when the repository got another name, which the scope may not cover', async () => {
    const repository = branched();
    const proposal = await proposeAll(repository);
    repository.rename('acme/payroll');
    // Without the new name: this agent may not be meant to know it.
    expect(await stillHolds(repository, proposal)).toEqual({ stale: 'acme/web was renamed.' });
  });

  test('of two commits on one head only one lands', async () => {
    const repository = branched();
    const [one, two] = [await proposeAll(repository), await proposeAll(repository)];
    await carryOut(repository, one);
    await expect(carryOut(repository, two, { mark: otherMark })).rejects.toMatchObject({
      name: 'NotDone',
      kind: 'stale',
    });
  });

  const wrong: readonly (readonly [args: Record<string, unknown>, code: string])[] = [
    [{ branch: 'nothing' }, 'not_found'],
    [{ expected_head: 'a'.repeat(40) }, 'conflict'],
    [{ files: [{ path: 'src', content: 'x' }] }, 'conflict'],
    [{ files: [{ path: 'README.md/x', content: 'x' }] }, 'conflict'],
    [{ files: [{ path: 'README.md', content: 'hello\n' }] }, 'invalid_arguments'],
  ];
  test.each(wrong)('%j is refused as %s', async (args, code) => {
    const asked = propose(branched(), 'commit_files', { branch: 'work', message: 'M', files: [everyForm[0]], ...args });
    await expect(asked).rejects.toMatchObject({ name: 'AppError', code });
  });

  const badInputs: readonly Record<string, unknown>[] = [
    { message: '' },
    { message: '\n\nlate' },
    { message: 'x'.repeat(257) },
    { message: 'a\u001b[31m' },
    { message: 'ok\n\nChange-Id: chg_01/abc' },
    { message: 'ok\n\nCHANGE ID :chg_01' },
    { message: 'ok\n\nCh\u200bange\u2011Id:\u00a0chg\u00ad_01' },
    { reason: '' },
    { reason: 'x'.repeat(2001) },
    { idempotency_key: 'with space' },
    { branch: 'refs/heads/x' },
    { files: [] },
    { unknown: 1 },
  ];
  test.each(badInputs)('the arguments %j are refused', async (args) => {
    const asked = propose(branched(), 'commit_files', { branch: 'work', message: 'M', files: [everyForm[0]], ...args });
    await expect(asked).rejects.toMatchObject({ name: 'ZodError' });
  });

  test('a Change-Id of somebody else’s kind, and marks in files, are no business of ours', async () => {
    const repository = branched();
    const args = {
      branch: 'work',
      message: 'M\n\nChange-Id: I0123456789',
      files: [{ path: 'a', content: 'Change-Id: chg_01/abc\n<!-- countersign chg_01/abc -->' }],
    };
    await carryOut(repository, await propose(repository, 'commit_files', args));
    expect(repository.texts('work')['a']).toContain('countersign');
  });
});

describe('whether the commit landed', () => {
  const ours = (repository: FakeRepository) => repository.commits.get(repository.head('work'));

  test('is seen by our mark, also under later commits', async () => {
    const repository = branched();
    const proposal = await proposeAll(repository);
    expect(await landed(repository, proposal, 'commit')).toBe('not_found');
    const done = await carryOut(repository, proposal);
    expect(await landed(repository, proposal, 'commit')).toEqual({ landed: done.receipts['commit'] });
    repository.push('work', { 'src/a.ts': 'later' });
    expect(await landed(repository, proposal, 'commit')).toEqual({ landed: done.receipts['commit'] });
  });

  test('somebody else’s commit without our mark is not ours', async () => {
    const repository = branched();
    const proposal = await proposeAll(repository);
    repository.push('work', { 'new/file.txt': 'new\n' }, { message: 'Change it all', author: repository.ownLogin });
    expect(await landed(repository, proposal, 'commit')).toBe('not_found');
    await carryOut(
      repository,
      await propose(repository, 'commit_files', { branch: 'work', message: 'M', files: [{ path: 'z', content: '' }] }),
      { mark: otherMark },
    );
    expect(await landed(repository, proposal, 'commit')).toBe('not_found');
  });

  const trailer = `Change-Id: ${mark.changeId}/${mark.token}`;
  const same = { 'README.md': 'x' };
  const lookalikes: readonly (readonly [what: string, make: (repository: FakeRepository) => void])[] = [
    ['by another author', (r) => r.push('work', same, { message: `M\n\n${trailer}`, author: 'mallory' })],
    [
      'that is not signed',
      (r) => r.push('work', same, { message: `M\n\n${trailer}`, author: r.ownLogin, verified: false }),
    ],
    [
      'with other content',
      (r) => r.push('work', { 'README.md': 'y' }, { message: `M\n\n${trailer}`, author: r.ownLogin }),
    ],
    [
      'on another parent',
      (r) => {
        r.push('work', { other: 'x' });
        r.push('work', same, { message: `M\n\n${trailer}`, author: r.ownLogin });
      },
    ],
  ];
  test.each(lookalikes)('a commit with our mark %s is left to a person', async (_what, make) => {
    const repository = branched();
    const args = { branch: 'work', message: 'M', files: [{ path: 'README.md', content: 'x' }] };
    const proposal = await propose(repository, 'commit_files', args);
    make(repository);
    expect(await landed(repository, proposal, 'commit')).toBe('unclear');
  });

  test('the same commit by us, signed, on the sealed parent, with the content is ours', async () => {
    const repository = branched();
    const args = { branch: 'work', message: 'M', files: [{ path: 'README.md', content: 'x' }] };
    const proposal = await propose(repository, 'commit_files', args);
    repository.push('work', same, { message: `M\n\n${trailer}`, author: repository.ownLogin });
    expect(await landed(repository, proposal, 'commit')).toEqual({
      landed: { oid: ours(repository)?.oid, url: ours(repository)?.url, verified: true },
    });
  });

  test('nothing can be told where the sealed parent is out of sight', async () => {
    const repository = branched();
    const proposal = await proposeAll(repository);
    repository.branches.delete('work');
    expect(await landed(repository, proposal, 'commit')).toBe('unclear');
    repository.branches.set('work', new FakeRepository({ 'other.txt': 'x' }).head('main'));
    expect(await landed(repository, proposal, 'commit')).toBe('unclear');
  });
});
