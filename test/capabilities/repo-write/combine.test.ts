import { describe, expect, test } from 'vitest';
import { FakeRepository } from '#test/fakes/repository.ts';
import { carryOut, type Done, planRestore, propose, restore, writeTools } from '../drive.ts';
import { asOne, now, undo } from './several.ts';

const files = { 'a.txt': 'a\n', 'b.txt': 'b\n' };

function branched(): FakeRepository {
  const repository = new FakeRepository(files);
  repository.branches.set('work', repository.head('main'));
  return repository;
}

async function commit(repository: FakeRepository, written: object[], branch = 'work'): Promise<Done> {
  return carryOut(repository, await propose(repository, 'commit_files', { branch, message: 'M', files: written }));
}

const open = async (repository: FakeRepository): Promise<Done> =>
  carryOut(
    repository,
    await propose(repository, 'propose_pull_request', {
      branch: 'deps/new',
      title: 'T',
      files: [{ path: 'new.txt', content: 'new\n' }],
    }),
  );

const parts = async (repository: FakeRepository, dones: readonly Done[]) => {
  const whole = asOne(dones);
  if (whole === null) throw new Error('they cannot be one');
  return writeTools[whole.name].compare(whole, await now(repository, whole), whole.contents);
};

describe('commits on one branch', () => {
  test('are put back by one commit, whatever each did to the same file', async () => {
    const repository = branched();
    const before = repository.texts('work');
    const first = await commit(repository, [
      { path: 'a.txt', content: 'one\n' },
      { path: 'c.txt', content: 'c\n' },
    ]);
    const second = await commit(repository, [
      { path: 'b.txt', delete: true },
      { path: 'd.txt', move_from: 'a.txt' },
    ]);
    const third = await commit(repository, [{ path: 'a.txt', content: 'three\n' }]);
    const left = repository.texts('work');
    const undone = await undo(repository, [first, second, third]);
    if ('refused' in undone) throw new Error(undone.refused);
    expect(repository.texts('work')).toEqual(before);
    await restore(repository, undone);
    expect(repository.texts('work')).toEqual(left);
  });

  test('give back what others left in between, unless that is overwritten too', async () => {
    const repository = branched();
    const first = await commit(repository, [{ path: 'a.txt', content: 'one\n' }]);
    repository.push('work', { 'a.txt': 'theirs\n' });
    const second = await commit(repository, [
      { path: 'a.txt', content: 'two\n' },
      { path: 'b.txt', content: 'two\n' },
    ]);
    expect(await undo(repository, [first, second])).toMatchObject({
      conflicts: ['"a.txt": somebody else changed it between the changes'],
    });
    expect(await parts(repository, [first, second])).toMatchObject([
      { name: 'a.txt', standing: 'changed' },
      { name: 'b.txt', standing: 'as_left' },
    ]);
    const all = branchedLike(repository);
    await undo(repository, [first, second], 'untouched');
    expect(repository.texts('work')).toEqual({ ...files, 'a.txt': 'theirs\n' });
    await undo(all, [first, second], 'overwrite');
    expect(all.texts('work')).toEqual(files);
  });

  test('on other branches are not one', async () => {
    const repository = branched();
    repository.branches.set('other', repository.head('main'));
    const first = await commit(repository, [{ path: 'a.txt', content: 'one\n' }]);
    expect(asOne([first, await commit(repository, [{ path: 'a.txt', content: 'x\n' }], 'other')])).toBeNull();
  });
});

describe('a pull request with commits on its branch', () => {
  test('goes with them, and comes back with them', async () => {
    const repository = new FakeRepository(files);
    const first = await open(repository);
    const second = await commit(repository, [{ path: 'new.txt', content: 'newer\n' }], 'deps/new');
    const head = repository.head('deps/new');
    expect(await planRestore(repository, first)).toMatchObject({ refused: 'Others have changed deps/new since.' });
    const undone = await undo(repository, [first, second]);
    if ('refused' in undone) throw new Error(undone.refused);
    expect([repository.branches.has('deps/new'), repository.pulls.get(1)?.state]).toEqual([false, 'closed']);
    await restore(repository, undone);
    expect([repository.head('deps/new'), repository.pulls.get(1)?.state]).toEqual([head, 'open']);
    // Undone and done again, it is as our newest commit left it.
    expect(asOne([first, second, undone])).not.toBeNull();
  });

  test('does not go with the commits that others put in between', async () => {
    const repository = new FakeRepository(files);
    const first = await open(repository);
    const theirs = repository.push('deps/new', { 'theirs.txt': 'x' });
    const second = await commit(repository, [{ path: 'new.txt', content: 'newer\n' }], 'deps/new');
    expect(await undo(repository, [first, second])).toMatchObject({ refused: 'Others have changed deps/new since.' });
    expect(await parts(repository, [first, second])).toMatchObject([
      { name: 'pull request 1', standing: 'as_left' },
      { name: 'branch deps/new', standing: 'changed' },
    ]);
    await undo(repository, [first, second], 'untouched');
    expect([repository.texts('deps/new')['theirs.txt'], repository.pulls.get(1)?.state]).toEqual(['x', 'closed']);
    expect(repository.commits.has(theirs)).toBe(true);
  });

  test('and the commit on a branch that was there before cannot be one', async () => {
    const repository = branched();
    expect(asOne([await commit(repository, [{ path: 'a.txt', content: 'x' }]), await open(repository)])).toBeNull();
  });
});

/** The same commits and branches once more. */
function branchedLike(repository: FakeRepository): FakeRepository {
  const copy = new FakeRepository(files);
  for (const [oid, made] of repository.commits) copy.commits.set(oid, made);
  for (const [branch, oid] of repository.branches) copy.branches.set(branch, oid);
  return copy;
}
