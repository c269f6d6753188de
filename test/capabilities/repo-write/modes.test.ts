import { describe, expect, test } from 'vitest';
import { commitFilesPlan } from '#capabilities/repo-write/commit-description.ts';
import { decidedOrigin } from '#test/fakes/origin.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { carryOut, landed, mark, otherMark, planRestore, propose, proposed, restore, stepOf } from '../drive.ts';

const bytes = (text: string) => Buffer.from(text);
const files = {
  'README.md': 'hello\n',
  'tool.sh': '#!/bin/sh\n',
  'run.sh': { mode: '100755', bytes: bytes('#!/bin/sh\nrun\n') },
  'to-readme': { mode: '120000', bytes: bytes('README.md') },
  vendor: { mode: '160000', bytes: bytes('a'.repeat(40)) },
};

function branched(): FakeRepository {
  const repository = new FakeRepository(files);
  repository.branches.set('work', repository.head('main'));
  return repository;
}

const commit = (repository: FakeRepository, ...changes: object[]) =>
  propose(repository, 'commit_files', { branch: 'work', message: 'M', files: changes });

const modesOf = (repository: FakeRepository, branch = 'work') =>
  Object.fromEntries([...repository.tree(branch)].map(([path, { mode }]) => [path, mode]));

const viaOf = (plan: unknown) => commitFilesPlan.parse(plan).via;

describe('modes', () => {
  const cases: readonly (readonly [what: string, changes: object[], after: Record<string, string | undefined>])[] = [
    ['a new executable', [{ path: 'new.sh', content: 'x', executable: true }], { 'new.sh': '100755' }],
    ['a file that becomes executable', [{ path: 'tool.sh', executable: true }], { 'tool.sh': '100755' }],
    ['an executable that becomes plain', [{ path: 'run.sh', executable: false }], { 'run.sh': '100644' }],
    [
      'an edit that makes executable, beside one that leaves an executable as it is',
      [
        { path: 'tool.sh', edits: [{ find: 'sh\n', replace: 'bash\n' }], executable: true },
        { path: 'run.sh', edits: [{ find: 'run', replace: 'go' }] },
      ],
      { 'tool.sh': '100755', 'run.sh': '100755' },
    ],
    ['an executable that moves', [{ path: 'bin/run', move_from: 'run.sh' }], { 'bin/run': '100755' }],
    ['a symbolic link that is deleted', [{ path: 'to-readme', delete: true }], { 'to-readme': undefined }],
  ];
  test.each(cases)('%s is built, lands in one move, and is put back, and back again', async (_what, changes, after) => {
    const repository = branched();
    const original = repository.tree('work');
    const proposal = await commit(repository, ...changes);
    expect(viaOf(proposal.plan)).toBe('git_data');
    const done = await carryOut(repository, proposal);
    expect(done.receipts).toEqual({
      commit: { oid: repository.head('work'), url: expect.any(String), verified: true },
    });
    expect(modesOf(repository)).toMatchObject(
      Object.fromEntries(Object.entries(after).filter(([, mode]) => mode !== undefined)),
    );
    for (const [path, mode] of Object.entries(after)) expect(modesOf(repository)[path]).toBe(mode);
    expect(repository.commits.get(repository.head('work'))?.parents).toEqual([proposed(done).expectedHead]);
    const changed = repository.tree('work');
    const undone = await restore(repository, done);
    expect(repository.tree('work')).toEqual(original);
    await restore(repository, undone);
    expect(repository.tree('work')).toEqual(changed);
  });

  test('an executable that is deleted goes in one request, and comes back executable', async () => {
    const repository = branched();
    const original = repository.tree('work');
    const proposal = await commit(repository, { path: 'run.sh', delete: true });
    expect(viaOf(proposal.plan)).toBeUndefined();
    await restore(repository, await carryOut(repository, proposal));
    expect(repository.tree('work')).toEqual(original);
  });

  test('a commit that leaves every mode as it is goes in one request', async () => {
    const repository = branched();
    const same = { executable: true };
    const proposal = await commit(repository, { path: 'run.sh', content: 'x', ...same }, { path: 'a', content: 'y' });
    expect(commitFilesPlan.parse(proposal.plan)).not.toHaveProperty('via');
    expect(JSON.stringify(proposal.plan)).not.toContain('"mode"');
    await expect(commit(repository, { path: 'run.sh', executable: true })).rejects.toThrow(/no change/);
  });

  test('what becomes executable is flagged and shown, and what is already is not', async () => {
    const repository = branched();
    const { description } = await commit(
      repository,
      { path: 'tool.sh', executable: true },
      { path: 'bin/run', move_from: 'run.sh' },
    );
    expect(description.flags).toEqual([{ code: 'executable', message: 'Makes executable: "tool.sh".' }]);
    const effect = description.effects.find((each) => each.kind === 'file' && each.path === 'tool.sh');
    expect(effect).toMatchObject({ before: { mode: '100644' }, after: { mode: '100755' } });
  });

  test('a restore that makes a link again says so', async () => {
    const repository = branched();
    const done = await carryOut(repository, await commit(repository, { path: 'to-readme', delete: true }));
    const undone = await planRestore(repository, done);
    if ('refused' in undone) throw new Error(undone.refused);
    expect(undone.description.flags).toEqual([
      { code: 'symbolic_link', message: 'Makes symbolic links: "to-readme".' },
    ]);
  });

  test('a mode that somebody changed since is theirs', async () => {
    const repository = branched();
    const done = await carryOut(repository, await commit(repository, { path: 'tool.sh', executable: true }));
    repository.push('work', { 'tool.sh': { mode: '100644', bytes: bytes('#!/bin/sh\n') } });
    await expect(restore(repository, done)).rejects.toThrow(/nothing to put back/);
    repository.push('work', { 'tool.sh': { mode: '100755', bytes: bytes('other\n') } });
    await expect(restore(repository, done)).rejects.toThrow(/no longer as this change left them/);
  });
});

describe('a commit that is built', () => {
  const chmod = (repository: FakeRepository) => commit(repository, { path: 'tool.sh', executable: true });

  test('does not move the branch unless it is signed', async () => {
    const repository = branched();
    const before = repository.head('work');
    const proposal = await chmod(repository);
    repository.signs = false;
    await expect(carryOut(repository, proposal)).rejects.toMatchObject({
      ...{ name: 'NotDone', kind: 'refused' },
      message: expect.stringMatching(/was not signed .* Tell the operator/),
    });
    expect(repository.head('work')).toBe(before);
    expect(await landed(repository, proposal, 'commit')).toBe('not_found');
  });

  test('does not move the branch when it may not go on', async () => {
    const repository = branched();
    const before = repository.head('work');
    const proposal = await chmod(repository);
    const stop = new Error('stopped');
    const use = { write: repository.writer(), origin: decidedOrigin, mark, earlier: {}, contents: proposal.contents };
    const run = stepOf(proposal, 'commit').run({ ...use, goOn: () => Promise.reject(stop) });
    await expect(run).rejects.toBe(stop);
    expect(repository.head('work')).toBe(before);
  });

  test('does nothing on a branch that moved', async () => {
    const repository = branched();
    const proposal = await chmod(repository);
    const theirs = repository.push('work', { 'README.md': 'theirs' });
    await expect(carryOut(repository, proposal)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
    expect(repository.head('work')).toBe(theirs);
    expect(await landed(repository, proposal, 'commit')).toBe('not_found');
  });

  test('is found again when its answer was lost, and only as it was planned', async () => {
    const repository = branched();
    const proposal = await chmod(repository);
    const look = () => landed(repository, proposal, 'commit');
    expect(await look()).toBe('not_found');
    await carryOut(repository, proposal);
    const oid = repository.head('work');
    expect(await look()).toMatchObject({ landed: { oid, verified: true } });
    repository.push('work', { 'README.md': 'more' });
    expect(await look()).toMatchObject({ landed: { oid } });

    const copied = branched();
    const { message } = repository.commits.get(oid) ?? {};
    const wrong = [
      { edits: { 'tool.sh': 'plain' }, by: { author: copied.ownLogin, message } },
      {
        edits: { 'tool.sh': { mode: '100644', bytes: bytes('#!/bin/sh\n') }, x: 'y' },
        by: { author: copied.ownLogin, message },
      },
      { edits: { 'tool.sh': { mode: '100755', bytes: bytes('#!/bin/sh\n') } }, by: { author: 'mallory', message } },
      {
        edits: { 'tool.sh': { mode: '100755', bytes: bytes('#!/bin/sh\n') } },
        by: { author: copied.ownLogin, message, verified: false },
      },
    ];
    for (const { edits, by } of wrong) {
      const other = branched();
      const again = await chmod(other);
      other.push('work', edits, by as { author: string; message: string });
      expect(await landed(other, again, 'commit')).toBe('unclear');
    }
    expect(await stepOf(proposal, 'commit').landed(repository.reader(), otherMark, {}, proposal.contents)).toBe(
      'not_found',
    );
  });
});
