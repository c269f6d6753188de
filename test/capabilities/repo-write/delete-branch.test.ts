import { describe, expect, test } from 'vitest';
import { deleteBranch as tool } from '#capabilities/repo-write/delete_branch.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import {
  carryOut,
  type Done,
  landed,
  otherMark,
  planRestore,
  propose,
  restore,
  safeguardsAsk,
  single,
  stepOf,
} from '../drive.ts';

const name = 'delete_branch';

function withBranch(): FakeRepository {
  const repository = new FakeRepository({ a: 'x' });
  repository.branches.set('work', repository.head('main'));
  repository.push('work', { a: 'y', b: 'z' }, { author: 'bob', message: 'Say more\n\nAnd why.' });
  return repository;
}

const remove = (repository: FakeRepository, args: object = {}) =>
  propose(repository, name, { branch: 'work', ...args });
const still = (repository: FakeRepository, { plan, before }: Awaited<ReturnType<typeof remove>>) =>
  tool.still(plan, before, repository.reader());
const deleted = async (repository: FakeRepository) => carryOut(repository, await remove(repository));
const partOf = async (repository: FakeRepository, done: Done) => {
  const seen = await tool.observe(done.plan, done.before, done.receipts, repository.reader(), done.contents);
  const [part] = tool.compare(single(done), tool.state.parse(seen), done.contents);
  return part;
};

describe('the deletion of a branch', () => {
  test('shows what goes with it, and takes it at that commit alone', async () => {
    const repository = withBranch();
    const head = repository.head('work');
    const proposal = await remove(repository, { expected_head: head });
    expect(proposal.description).toMatchObject({
      summary: 'Delete the branch work of acme/web',
      effects: [
        { target: 'branch work', field: 'head', before: head, after: null },
        { field: 'newest commit', before: 'Say more (by bob)', after: null },
        { field: 'files changed since it left main', before: '2', after: null },
      ],
      touches: ['repository/4711/branch/work'],
    });
    expect(proposal.description.flags.map(({ code }) => code)).toEqual(['deletion']);
    expect(proposal.description.reaches.map(({ code }) => code)).toEqual(['runs_ci']);
    const done = await carryOut(repository, proposal);
    expect([...repository.branches.keys()]).toEqual(['main']);
    const thing = 'branch:R_4711/work';
    expect(tool.standsOn?.(done.plan, done.before)).toEqual([{ thing, version: head }]);
    expect(tool.leaves?.(done.plan, done.before, done.receipts, done.after)).toEqual([
      { thing, version: null, made: false },
    ]);
    expect(tool.leaves?.(done.plan, done.before, {}, done.after)).toEqual([]);
    expect([tool.decidable, tool.follows]).toEqual([undefined, undefined]);
  });

  test('says which pull requests close with it', async () => {
    const repository = withBranch();
    repository.openPull({ head: 'work', base: 'main' });
    repository.openPull({ head: 'work', base: 'main', state: 'closed' });
    const { description } = await remove(repository);
    expect(description.summary).toBe('Delete the branch work of acme/web, which closes #1');
    expect(description.effects).toContainEqual(
      expect.objectContaining({ target: 'pull request 1', field: 'state', before: 'open', after: 'closed' }),
    );
    expect(description.touches).toEqual(['repository/4711/branch/work', 'repository/4711/pull/1']);
    expect(description.flags.map(({ code }) => code)).toEqual(['deletion', 'closes']);
    expect(description.reaches.map(({ code }) => code)).toEqual(['runs_ci', 'notifies']);
    const lost = description.reversible.kind === 'partial' ? description.reversible.lost : [];
    expect(lost.at(-1)).toMatch('leaves them closed');
  });

  test('is never of the default branch, even where a scope names it', async () => {
    await expect(remove(withBranch(), { branch: 'main' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching('default branch'),
    });
  });

  test('is not of a branch that pull requests go into', async () => {
    const repository = withBranch();
    repository.branches.set('next', repository.head('main'));
    repository.openPull({ head: 'next', base: 'work' });
    await expect(remove(repository)).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching('#1') });
  });

  test('is not of one that is not there, or at another commit than expected', async () => {
    await expect(remove(withBranch(), { branch: 'none' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(remove(withBranch(), { expected_head: 'a'.repeat(40) })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('asks for the branch, for whether it is the default one, and for reading', async () => {
    const repository = withBranch();
    const { before } = await remove(repository);
    const input = tool.input.parse({ repository: 'acme/web', branch: 'work', reason: 'r' });
    const asked = { want: 'write', repository: 'acme/web', branch: 'work' };
    const read = { want: 'read', repository: 'acme/web' };
    expect(tool.asks(input)).toEqual([asked, read]);
    expect(tool.resolved(input, before)).toEqual([{ ...asked, defaultBranch: 'main' }, read, safeguardsAsk]);
  });

  const changes: readonly (readonly [what: string, change: (repository: FakeRepository) => void, holds: boolean])[] = [
    ['a commit to another branch', (repository) => repository.push('main', { a: 'z' }), true],
    [
      'a pull request that was closed',
      (repository) => repository.openPull({ head: 'work', base: 'main', state: 'closed' }),
      true,
    ],
    ['a commit to it', (repository) => repository.push('work', { a: 'z' }), false],
    ['its deletion', (repository) => repository.branches.delete('work'), false],
    ['a pull request from it', (repository) => repository.openPull({ head: 'work', base: 'main' }), false],
    ['a pull request into it', (repository) => repository.openPull({ head: 'main', base: 'work' }), false],
  ];
  test.each(changes)('after %s', async (_, change, holds) => {
    const repository = withBranch();
    const proposal = await remove(repository);
    change(repository);
    expect((await still(repository, proposal)) === 'holds').toBe(holds);
  });

  test('that moved at the last moment does nothing, and one whose answer was lost is found', async () => {
    const repository = withBranch();
    const proposal = await remove(repository);
    expect(stepOf(proposal, name).repeat).toBe('guarded');
    expect(await landed(repository, proposal, name)).toBe('not_found');
    const head = repository.push('work', { a: 'z' });
    await expect(carryOut(repository, proposal)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
    expect(repository.head('work')).toBe(head);
    expect(await landed(repository, proposal, name)).toBe('unclear');
    repository.branches.delete('work');
    expect(await landed(repository, proposal, name)).toMatchObject({ landed: { branch: 'work' } });
  });
});

describe('the undo of a deletion', () => {
  test('makes the branch again at that commit, and its own undo deletes it again', async () => {
    const repository = withBranch();
    const head = repository.head('work');
    const done = await deleted(repository);
    expect(await partOf(repository, done)).toMatchObject({ name: 'branch work', standing: 'as_left', now: null });
    const undone = await restore(repository, done);
    expect(repository.head('work')).toBe(head);
    expect(await partOf(repository, done)).toMatchObject({ standing: 'back', now: { text: head } });
    expect(await planRestore(repository, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
    expect(tool.leaves?.(undone.plan, undone.before, undone.receipts, undone.after)).toEqual([
      { thing: 'branch:R_4711/work', version: head, made: false },
    ]);
    const again = await restore(repository, undone);
    expect(repository.branches.has('work')).toBe(false);
    expect(await partOf(repository, undone)).toMatchObject({ standing: 'back' });
    await restore(repository, again);
    expect(repository.head('work')).toBe(head);
  });

  test('leaves another branch of that name alone, whatever is chosen', async () => {
    const repository = withBranch();
    const done = await deleted(repository);
    repository.branches.set('work', repository.head('main'));
    expect(await partOf(repository, done)).toMatchObject({ standing: 'cannot' });
    for (const choice of ['refuse', 'untouched', 'overwrite'] as const) {
      expect(await planRestore(repository, done, choice)).toMatchObject({ refused: expect.stringMatching('Another') });
    }
  });

  test('is stale where somebody makes the branch before it does', async () => {
    const repository = withBranch();
    const planned = await planRestore(repository, await deleted(repository));
    if ('refused' in planned) throw new Error(planned.refused);
    expect(await still(repository, planned)).toBe('holds');
    expect(await landed(repository, planned, 'create_branch')).toBe('not_found');
    repository.branches.set('work', repository.head('main'));
    expect(await still(repository, planned)).toMatchObject({ stale: expect.any(String) });
    expect(await landed(repository, planned, 'create_branch')).toBe('unclear');
    await expect(carryOut(repository, planned)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
  });

  test('is undone only with what others did since, or not at all while pull requests go into it', async () => {
    const repository = withBranch();
    const undone = await restore(repository, await deleted(repository));
    const oid = repository.push('work', { a: 'z' }, { author: 'carol' });
    expect(await partOf(repository, undone)).toMatchObject({
      standing: 'changed',
      later: [{ id: oid, author: 'carol' }],
    });
    expect(await planRestore(repository, undone, 'untouched')).toMatchObject({
      refused: 'Others have changed work since.',
      conflicts: [`commit ${oid} by carol on work`],
    });
    const planned = await planRestore(repository, undone, 'overwrite');
    if ('refused' in planned) throw new Error(planned.refused);
    expect(planned.description.flags.map(({ code }) => code)).toEqual(['deletion', 'overwrites_others']);
    repository.openPull({ head: 'main', base: 'work' });
    expect(await planRestore(repository, undone, 'overwrite')).toMatchObject({ refused: expect.stringMatching('#1') });
  });

  test('and the deletion are nothing left to undo, and two deletions are two', async () => {
    const repository = withBranch();
    const one = await deleted(repository);
    const undone = await restore(repository, one);
    const two = await carryOut(repository, await remove(repository), { mark: otherMark });
    const by = (done: Done) => ({ ...single(done), tool: name });
    expect(tool.combine(single(one), by(undone))).toEqual(single(one));
    expect(tool.combine(single(one), by(two))).toBeNull();
    expect(tool.combine(single(one), { ...by(undone), tool: 'commit_files' })).toBeNull();
  });
});
