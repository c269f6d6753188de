import { describe, expect, test } from 'vitest';
import { updateBranch as tool } from '#capabilities/repo-write/update_branch.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { carryOut, type Done, landed, planRestore, propose, restore, single } from '../drive.ts';

const name = 'update_branch';

/** A pull request whose base has gone on since it was opened. */
function behind(): FakeRepository {
  const repository = new FakeRepository({ a: 'x' });
  repository.branches.set('deps/a', repository.head('main'));
  repository.push('deps/a', { mine: '1' });
  repository.push('main', { theirs: '2', a: 'y' });
  repository.openPull({ head: 'deps/a', base: 'main', draft: true });
  return repository;
}

const update = (repository: FakeRepository, args: object = {}) => propose(repository, name, { number: 1, ...args });
const still = (repository: FakeRepository, { plan, before }: Awaited<ReturnType<typeof update>>) =>
  tool.still(plan, before, repository.reader());

describe('bringing a branch up to date', () => {
  test('is shown with what comes in, beside what the branch brings, and makes one merge of exactly these two', async () => {
    const repository = behind();
    const [head, base] = [repository.head('deps/a'), repository.head('main')];
    const proposal = await update(repository, { expected_head: head });
    expect(proposal.description).toMatchObject({
      summary: 'Merge main into deps/a, of pull request 1 of acme/web: 2 files',
      effects: [
        { target: 'branch deps/a', field: 'head', before: head, after: `one signed merge commit of it and ${base}` },
        { target: 'changed on main since they parted', field: 'files', before: null, after: 'a\ntheirs' },
      ],
      since_base: { base: 'main', effects: [{ path: 'mine' }] },
      touches: ['repository/4711/branch/deps/a', 'repository/4711/pull/1'],
    });
    const done = await carryOut(repository, proposal);
    const made = repository.head('deps/a');
    expect(repository.commits.get(made)?.parents).toEqual([head, base]);
    expect(tool.receipt?.of(done.plan, done.receipts)).toEqual({ branch: 'deps/a', commit: made });
    const thing = 'branch:R_4711/deps/a';
    expect(tool.leaves?.(done.plan, done.before, done.receipts, done.after)).toEqual([
      { thing, version: made, made: false },
    ]);
    expect(tool.standsOn?.(done.plan, done.before)).toContainEqual({ thing, version: head });
    expect([tool.decidable, tool.follows]).toEqual([undefined, true]);
  });

  test.each<[string, (repository: FakeRepository) => void, string]>([
    ['another head than expected', () => {}, 'not at the expected head'],
    [
      'nothing new',
      (repository) => repository.branches.set('main', [...repository.commits.keys()][0] ?? ''),
      'nothing on main',
    ],
    ['a conflict', (repository) => repository.tryMerging(false), 'conflicts with deps/a'],
    ['a closed pull request', (repository) => repository.turnPull(1, 'closed'), 'is closed'],
    ['an unknown answer', (repository) => repository.tryMerging(null), 'still being worked out'],
    ['a base that is gone', (repository) => repository.editPull(1, { base: 'gone' }), 'gone is gone'],
  ])('is refused for %s', async (what, change, words) => {
    const repository = behind();
    change(repository);
    const args = what.startsWith('another') ? { expected_head: 'a'.repeat(40) } : {};
    const asked = update(repository, args);
    await expect(asked).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(words) });
  });

  test.each<[string, (repository: FakeRepository) => void, boolean]>([
    ['another title', (repository) => repository.editPull(1, { title: 'Other' }), true],
    ['a commit on the branch', (repository) => repository.push('deps/a', { mine: '3' }), false],
    ['a commit on the base', (repository) => repository.push('main', { theirs: '3' }), false],
    ['the end of the pull request', (repository) => repository.turnPull(1, 'merged'), false],
  ])('after %s', async (_, change, holds) => {
    const repository = behind();
    const proposal = await update(repository);
    change(repository);
    expect((await still(repository, proposal)) === 'holds').toBe(holds);
  });

  test('that took in more than was approved, or is not verified, says so and ends in part', async () => {
    const repository = behind();
    const proposal = await update(repository);
    repository.movesInBetween = 'f'.repeat(40);
    const moved = carryOut(repository, proposal);
    await expect(moved).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('main moved') });
    const other = behind();
    other.signs = false;
    const unsigned = carryOut(other, await update(other));
    await expect(unsigned).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('not verified') });
  });

  test('whose answer was lost is found by its parents and our account', async () => {
    const repository = behind();
    const proposal = await update(repository);
    expect(await landed(repository, proposal, 'update_branch')).toBe('not_found');
    const { oid } = await repository.writer().updateBranch({
      ...{ nodeId: 'PR_1', expectedHead: repository.head('deps/a') },
      base: { name: 'main', oid: repository.head('main') },
    });
    repository.push('deps/a', { more: '1' });
    expect(await landed(repository, proposal, 'update_branch')).toMatchObject({ landed: { oid, verified: true } });
    const other = behind();
    const late = await update(other);
    other.push('deps/a', { more: '1' });
    expect(await landed(other, late, 'update_branch')).toBe('unclear');
  });
});

describe('the undo', () => {
  test('moves the branch back to the commit that it was at, and its own undo to the same merge', async () => {
    const repository = behind();
    const head = repository.head('deps/a');
    const done = await carryOut(repository, await update(repository));
    const made = repository.head('deps/a');
    const undone = await restore(repository, done);
    expect(repository.head('deps/a')).toBe(head);
    expect(await planRestore(repository, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
    const by = (one: Done) => ({ ...single(one), tool: name });
    expect(tool.combine(single(done), by(undone))).toEqual(single(done));
    expect(tool.combine(single(undone), by(done))).toBeNull();
    await restore(repository, undone);
    expect(repository.head('deps/a')).toBe(made);
  });

  test('drops nothing that came after', async () => {
    const repository = behind();
    const done = await carryOut(repository, await update(repository));
    const planned = await planRestore(repository, done);
    repository.push('deps/a', { more: '1' });
    for (const choice of ['refuse', 'untouched', 'overwrite'] as const) {
      expect(await planRestore(repository, done, choice)).toMatchObject({ refused: expect.stringMatching('came to') });
    }
    if ('refused' in planned) throw new Error(planned.refused);
    expect(await still(repository, planned)).not.toBe('holds');
    await expect(carryOut(repository, planned)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
    repository.branches.delete('deps/a');
    expect(await planRestore(repository, done)).toMatchObject({ refused: 'The branch deps/a is gone.' });
  });
});
