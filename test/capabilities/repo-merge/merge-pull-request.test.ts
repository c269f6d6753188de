import { describe, expect, test } from 'vitest';
import type { PullRequest } from '#capabilities/repo/types.ts';
import { mergePullRequest as tool } from '#capabilities/repo-merge/merge_pull_request.ts';
import { type Edits, FakeRepository } from '#test/fakes/repository.ts';
import {
  carryOut,
  type Done,
  landed,
  mark,
  otherMark,
  planRestore,
  propose,
  restore,
  safeguardsAsk,
  single,
  stepOf,
} from '../drive.ts';

const name = 'merge_pull_request';

function withPull(pull: Partial<PullRequest> = {}, edits: Edits = { a: 'y' }): FakeRepository {
  const repository = new FakeRepository({ a: 'x' });
  repository.branches.set('work', repository.head('main'));
  repository.push('work', edits);
  repository.openPull({ head: 'work', base: 'main', title: 'Say more', ...pull });
  return repository;
}

const merge = (repository: FakeRepository, args: object = {}) =>
  propose(repository, name, {
    ...{ number: 1, method: 'merge', expected_head: repository.pull(1).headOid },
    ...args,
  });
const merged = async (repository: FakeRepository, args: object = {}) =>
  carryOut(repository, await merge(repository, args));
const still = (repository: FakeRepository, { plan, before }: Awaited<ReturnType<typeof merge>>) =>
  tool.still(plan, before, repository.reader());
const partOf = async (repository: FakeRepository, done: Done) => {
  const seen = await tool.observe(done.plan, done.before, done.receipts, repository.reader(), done.contents);
  const [part] = tool.compare(single(done), tool.state.parse(seen), done.contents);
  return part;
};

describe('a merge', () => {
  test('shows what goes where, and is made of just that', async () => {
    const repository = withPull();
    const [head, base] = [repository.head('work'), repository.head('main')];
    const proposal = await merge(repository);
    expect(proposal.description).toMatchObject({
      summary: 'Merge pull request 1 of acme/web into main: Say more',
      effects: [
        { target: 'pull request 1', field: 'state', before: 'open', after: 'merged' },
        { target: 'branch main', field: 'head', before: base, after: `one merge commit, of ${head}` },
        { field: 'message', after: 'Merge pull request #1 from acme/work\n\nSay more' },
      ],
      since_base: { base: 'main', effects: [{ path: 'a' }], left_out: 0, cut: false },
      touches: ['repository/4711/branch/main', 'repository/4711/pull/1'],
    });
    expect(proposal.description.flags.map(({ code }) => code)).toEqual(['publishes']);
    expect(proposal.description.reaches.map(({ code }) => code)).toEqual(['runs_ci', 'notifies']);
    expect([tool.decidable, tool.follows]).toEqual([undefined, undefined]);
    const done = await carryOut(repository, proposal);
    const oid = repository.head('main');
    expect(repository.commits.get(oid)).toMatchObject({
      parents: [base, head],
      message: expect.stringMatching(
        `^Merge pull request #1 from acme/work\n\nSay more\n\nChange-Id: ${mark.changeId}/`,
      ),
    });
    expect(tool.receipt?.of(done.plan, done.receipts)).toEqual({ commit: oid });
    expect(tool.leaves?.(done.plan, done.before, done.receipts, done.after)).toEqual([
      { thing: 'branch:R_4711/main', version: oid, made: false },
      { thing: 'pull_request:PR_1', version: null, made: false },
    ]);
    expect(tool.leaves?.(done.plan, done.before, {}, done.after)).toEqual([]);
    expect(tool.standsOn?.(done.plan, done.before)).toEqual([
      { thing: 'pull_request:PR_1', version: null },
      { thing: 'branch:R_4711/work', version: head },
      { thing: 'branch:R_4711/main', version: base },
    ]);
  });

  test('takes the message that is given, a squash has its own, and a rebase has none and says who signs it', async () => {
    const given = await merge(withPull(), { method: 'squash', message: 'One\n\nWhy.' });
    expect(given.plan).toMatchObject({ method: 'squash', message: { headline: 'One', body: 'Why.' } });
    expect((await merge(withPull(), { method: 'squash' })).plan).toMatchObject({
      message: { headline: 'Say more (#1)', body: '' },
    });
    const repository = withPull();
    const rebase = await merge(repository, { method: 'rebase' });
    expect(rebase.plan).toMatchObject({ message: null });
    expect(rebase.description.effects).toContainEqual(
      expect.objectContaining({ after: expect.stringMatching('which nobody signs') }),
    );
    expect((await carryOut(repository, rebase)).receipts['merge_pull_request']).toMatchObject({ verified: false });
    await expect(merge(withPull(), { method: 'rebase', message: 'One' })).rejects.toThrow('leave message out');
  });

  test('tells what its files are, what its words set off, and that a public repository is everybody’s', async () => {
    const files = { 'package.json': '{}', '.github/workflows/ci.yml': 'on: push', a: null };
    const repository = withPull({ body: 'Closes #7' }, files);
    repository.visibility = 'public';
    const { description } = await merge(repository);
    const codes = description.flags.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['publishes', 'workflow_file', 'dependency', 'deletion']));
    expect(description.reaches.map(({ code }) => code)).toEqual([
      ...['runs_ci', 'notifies', 'triggers_software', 'leaves_organisation'],
    ]);
  });

  const refusals: readonly (readonly [why: string, change: (repository: FakeRepository) => void, says: string])[] = [
    ['a draft', (repository) => repository.editPull(1, { draft: true }), 'is a draft'],
    ['a closed one', (repository) => repository.turnPull(1, 'closed'), 'is closed'],
    ['a merged one', (repository) => repository.turnPull(1, 'merged'), 'is merged'],
    ['one from a fork', (repository) => repository.editPull(1, { head: 'mallory:work' }), 'comes from a fork'],
    ['one without a base', (repository) => repository.editPull(1, { base: 'gone' }), 'is gone'],
    ['one with conflicts', (repository) => repository.tryMerging(false), 'has conflicts'],
    ['one that nobody has tried', (repository) => repository.tryMerging(null), 'worked out'],
  ];
  test.each(refusals)('is not of %s', async (_, change, says) => {
    const repository = withPull();
    change(repository);
    await expect(merge(repository)).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(says) });
  });

  test('is of the head that was looked at alone', async () => {
    await expect(merge(withPull(), { expected_head: 'a'.repeat(40) })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching('not at the expected head'),
    });
    await expect(merge(withPull(), { expected_head: undefined })).rejects.toThrow();
  });

  test('is not of more than could be shown', async () => {
    const repository = withPull();
    const reader = repository.reader();
    const input = tool.input.parse({
      ...{ repository: 'acme/web', number: 1, method: 'merge', reason: 'r' },
      expected_head: repository.head('work'),
    });
    const cut: typeof reader.changed = async (...at) => {
      const changed = await reader.changed(...at);
      return changed && { ...changed, cut: true };
    };
    const { contents } = await merge(repository);
    const before = await tool.snapshot(input, { ...reader, changed: cut }, contents);
    expect(() => tool.prepare(input, before, contents, () => true)).toThrow('too much to be shown');
  });

  test('asks for its method, its base, each file that it brings, and for reading', async () => {
    const repository = withPull({}, { a: 'y', 'docs/b': 'z' });
    const { before } = await merge(repository);
    const input = tool.input.parse({
      ...{ repository: 'acme/web', number: 1, method: 'squash', reason: 'r' },
      expected_head: repository.head('work'),
    });
    const asked = { want: 'write', repository: 'acme/web' };
    const read = { want: 'read', repository: 'acme/web' };
    expect(tool.asks(input)).toEqual([{ ...asked, method: 'squash' }, read]);
    expect(tool.resolved(input, before)).toEqual([
      { ...asked, method: 'squash', base: 'main', defaultBranch: 'main' },
      read,
      { ...asked, path: 'a' },
      { ...asked, path: 'docs/b' },
      safeguardsAsk,
    ]);
  });

  test('has owners by the base branch, not by what is merged', async () => {
    const repository = withPull({}, { a: 'y', CODEOWNERS: '* @mallory' });
    repository.push('main', { CODEOWNERS: '* @alice' });
    const { plan, before } = await merge(repository);
    const owners = await tool.owners?.(plan, before, repository.reader());
    expect(owners?.paths).toContainEqual({ path: 'a', owners: ['@alice'] });
  });

  const changes: readonly (readonly [what: string, change: (repository: FakeRepository) => void, holds: boolean])[] = [
    ['another title', (repository) => repository.editPull(1, { title: 'Other' }), true],
    ['a commit to the base', (repository) => repository.push('main', { b: 'z' }), false],
    ['another commit', (repository) => repository.editPull(1, { headOid: repository.push('work', { b: 'z' }) }), false],
    ['a conflict', (repository) => repository.tryMerging(false), false],
    ['becoming a draft', (repository) => repository.editPull(1, { draft: true }), false],
    ['its end', (repository) => repository.turnPull(1, 'closed'), false],
    ['another base', (repository) => repository.editPull(1, { base: 'work' }), false],
  ];
  test.each(changes)('after %s', async (_, change, holds) => {
    const repository = withPull();
    const proposal = await merge(repository);
    change(repository);
    expect((await still(repository, proposal)) === 'holds').toBe(holds);
  });

  test('whose branches moved at the last moment is not made', async () => {
    for (const branch of ['main', 'work']) {
      const repository = withPull();
      const proposal = await merge(repository);
      repository.push(branch, { b: 'z' });
      await expect(carryOut(repository, proposal)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
      expect(repository.pull(1).state).toBe('open');
    }
  });

  test('whose answer was lost is found by mark and account; what others merged, and a rebase, are a person’s', async () => {
    const repository = withPull();
    const proposal = await merge(repository);
    expect(stepOf(proposal, name).repeat).toBe('guarded');
    expect(await landed(repository, proposal, name)).toBe('not_found');
    const { receipts } = await carryOut(repository, proposal);
    expect(await landed(repository, proposal, name)).toEqual({ landed: receipts[name] });
    repository.merges.set(1, { oid: repository.head('main'), by: 'mallory' });
    expect(await landed(repository, proposal, name)).toBe('unclear');
    const other = withPull();
    const rebase = await merge(other, { method: 'rebase' });
    await carryOut(other, rebase);
    expect(await landed(other, rebase, name)).toBe('unclear');
    const foreign = withPull();
    const mine = await merge(foreign);
    await carryOut(foreign, mine, { mark: otherMark });
    expect(await landed(foreign, mine, name)).toBe('unclear');
  });
});

describe('the undo of a merge', () => {
  test('is a new draft pull request, and is there once that is merged', async () => {
    const repository = withPull();
    const done = await merged(repository);
    expect(await partOf(repository, done)).toMatchObject({ name: 'pull request 1', standing: 'as_left' });
    const planned = await planRestore(repository, done);
    if ('refused' in planned) throw new Error(planned.refused);
    expect(planned.description).toMatchObject({
      summary: 'Open a draft pull request that takes back pull request 1 of acme/web',
      flags: [],
    });
    expect(stepOf(planned, 'revert_pull_request').repeat).toBe('never');
    expect(await landed(repository, planned, 'revert_pull_request')).toBe('not_found');
    expect(await still(repository, planned)).toBe('holds');
    const undone = await carryOut(repository, planned);
    expect(repository.pull(2)).toMatchObject({
      ...{ head: 'revert-1-work', base: 'main', draft: true, title: 'Revert "Say more"' },
      body: `<!-- countersign ${mark.changeId}/${mark.token} -->\n\nTakes back #1.`,
    });
    expect(await landed(repository, planned, 'revert_pull_request')).toEqual({
      landed: undone.receipts['revert_pull_request'],
    });
    expect(await still(repository, planned)).toMatchObject({ stale: expect.any(String) });
    expect(tool.leaves?.(undone.plan, undone.before, undone.receipts, undone.after)).toEqual([
      { thing: 'pull_request:PR_2', version: null, made: true },
    ]);
    expect(await partOf(repository, done)).toMatchObject({ standing: 'cannot', why: expect.stringMatching('2') });
    expect(await planRestore(repository, done)).toMatchObject({ refused: expect.stringMatching('once it is merged') });
    repository.turnPull(2, 'merged');
    expect(await partOf(repository, done)).toMatchObject({ standing: 'back' });
    expect(await planRestore(repository, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
  });

  test('that was closed unmerged can be asked for again, and is itself not closed by a restore', async () => {
    const repository = withPull();
    const done = await merged(repository);
    const undone = await restore(repository, done);
    expect(await partOf(repository, undone)).toMatchObject({ standing: 'cannot' });
    expect(await planRestore(repository, undone)).toMatchObject({
      refused: expect.stringMatching('update_pull_request'),
    });
    repository.turnPull(2, 'closed');
    expect(await partOf(repository, undone)).toMatchObject({ standing: 'back' });
    expect(await partOf(repository, done)).toMatchObject({ standing: 'as_left' });
    expect(await planRestore(repository, done)).toMatchObject({ plan: { kind: 'revert' } });
  });

  test('that somebody else opened under that name is not ours', async () => {
    const repository = withPull();
    const planned = await planRestore(repository, await merged(repository));
    if ('refused' in planned) throw new Error(planned.refused);
    repository.openPull({ head: 'revert-1-work', base: 'main', author: 'mallory' });
    expect(await landed(repository, planned, 'revert_pull_request')).toBe('unclear');
  });

  test('belongs to the merge, and nothing else does', async () => {
    const repository = withPull();
    const done = await merged(repository);
    const undone = await restore(repository, done);
    const by = (each: Done) => ({ ...single(each), tool: name });
    expect(tool.combine(single(done), by(undone))).toEqual(single(done));
    expect(tool.combine(single(done), by(done))).toBeNull();
    expect(tool.combine(single(done), { ...by(undone), tool: 'commit_files' })).toBeNull();
  });
});
