import { describe, expect, test } from 'vitest';
import { decidedOrigin } from '#test/fakes/origin.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import {
  carryOut,
  landed,
  mark,
  otherMark,
  planRestore,
  propose,
  restore,
  safeguardsAsk,
  stepOf,
  writeTools,
} from '../drive.ts';

const files = { 'package.json': '{}\n', 'src/a.ts': 'one\n' };
const args = {
  branch: 'deps/zod',
  title: 'Update zod',
  body: 'Newer.',
  files: [
    { path: 'package.json', content: '{"zod":4}\n' },
    { path: 'src/a.ts', edits: [{ find: 'one', replace: '1' }] },
  ],
};
const comment = `<!-- countersign ${mark.changeId}/${mark.token} -->`;

const proposed = (repository: FakeRepository, more: Record<string, unknown> = {}) =>
  propose(repository, 'propose_pull_request', { ...args, ...more });

const stillHolds = (repository: FakeRepository, proposal: { plan: unknown; before: unknown }) =>
  writeTools.propose_pull_request.still(proposal.plan, proposal.before, repository.reader());

describe('propose_pull_request', () => {
  test('makes a branch, one commit and a draft in three steps, whatever the number of files', async () => {
    const repository = new FakeRepository(files);
    const base = repository.head('main');
    const proposal = await proposed(repository);
    const steps = writeTools.propose_pull_request.steps(proposal.plan);
    expect(steps.map(({ name, repeat }) => `${name} ${repeat}`)).toEqual([
      'create_branch guarded',
      'commit guarded',
      'open_pull_request guarded',
    ]);
    const done = await carryOut(repository, proposal);
    const commit = repository.commits.get(repository.head('deps/zod'));
    expect(commit).toMatchObject({
      parents: [base],
      message: `Update zod\n\nChange-Id: ${mark.changeId}/${mark.token}`,
    });
    expect(repository.texts('deps/zod')).toEqual({ 'package.json': '{"zod":4}\n', 'src/a.ts': '1\n' });
    expect(repository.pulls.get(1)).toMatchObject({
      title: 'Update zod',
      body: `${comment}\n\nNewer.`,
      draft: true,
      head: 'deps/zod',
      base: 'main',
      author: repository.ownLogin,
    });
    expect(done.receipts['open_pull_request']).toEqual({
      number: 1,
      nodeId: 'PR_1',
      url: 'https://git.example/acme/web/pull/1',
    });
    expect(done.after).toMatchObject({
      branch: { oid: commit?.oid },
      ours: commit?.oid,
      later: [],
      pullRequest: { number: 1 },
    });
  });

  test('takes a message, a base and "not a draft"', async () => {
    const repository = new FakeRepository(files);
    repository.branches.set('release', repository.head('main'));
    await carryOut(
      repository,
      await proposed(repository, { base: 'release', message: 'One\n\nMore', draft: false, body: '' }),
    );
    expect(repository.pulls.get(1)).toMatchObject({ base: 'release', draft: false, body: comment });
    expect(repository.commits.get(repository.head('deps/zod'))?.message).toContain('One\n\nMore\n\nChange-Id');
  });

  test('shows the approver everything it will make', async () => {
    const { description } = await proposed(new FakeRepository(files));
    expect(description.summary).toBe(
      'Open a draft pull request from deps/zod to main of acme/web with 2 files: Update zod',
    );
    const shown = description.effects.map((effect) =>
      effect.kind === 'file' ? effect.path : `${effect.target} ${effect.field}`,
    );
    expect(shown).toEqual([
      'branch deps/zod head',
      'pull request title',
      'pull request text',
      'pull request draft',
      'pull request from',
      'pull request to',
      'commit message',
      'package.json',
      'src/a.ts',
    ]);
    expect(description.touches).toEqual(['repository/4711/branch/deps/zod']);
    expect(description.flags.map(({ code }) => code)).toEqual(['dependency']);
    expect(description.reversible).toMatchObject({ kind: 'partial' });
  });

  test('asks for base, branch and paths, and again once the backend told the default branch', async () => {
    const tool = writeTools.propose_pull_request;
    const input = tool.input.parse({ repository: 'acme/web', reason: 'r', ...args });
    expect(tool.asks(input)[0]).toEqual({ want: 'write', repository: 'acme/web', branch: 'deps/zod' });
    const { before } = await proposed(new FakeRepository(files));
    expect(tool.resolved(input, before)).toEqual([
      { want: 'write', repository: 'acme/web', branch: 'deps/zod', base: 'main' },
      { want: 'read', repository: 'acme/web', path: 'src/a.ts' },
      safeguardsAsk,
    ]);
  });

  test('starts from the sealed base commit although the base branch moved on', async () => {
    const repository = new FakeRepository(files);
    const base = repository.head('main');
    const proposal = await proposed(repository);
    repository.push('main', { 'src/a.ts': 'moved on\n' });
    expect(await stillHolds(repository, proposal)).toBe('holds');
    await carryOut(repository, proposal);
    expect(repository.commits.get(repository.head('deps/zod'))?.parents).toEqual([base]);
  });

  test('is stale when the branch exists by now, or the base is gone', async () => {
    const repository = new FakeRepository(files);
    repository.branches.set('release', repository.head('main'));
    const proposal = await proposed(repository, { base: 'release' });
    repository.branches.set('deps/zod', repository.head('main'));
    expect(await stillHolds(repository, proposal)).toEqual({ stale: 'A branch deps/zod exists by now.' });
    repository.branches.delete('deps/zod');
    repository.branches.delete('release');
    expect(await stillHolds(repository, proposal)).toEqual({ stale: 'The base branch release is gone.' });
  });

  const wrong: readonly (readonly [more: Record<string, unknown>, code: string])[] = [
    [{ base: 'nothing' }, 'not_found'],
    [{ branch: 'main', base: 'deps/zod' }, 'not_found'],
    [{ branch: 'main' }, 'invalid_arguments'],
    [{ branch: 'taken' }, 'already_exists'],
    [{ repository: 'acme/none' }, 'not_found'],
  ];
  test.each(wrong)('%j is refused as %s', async (more, code) => {
    const repository = new FakeRepository(files);
    repository.branches.set('taken', repository.head('main'));
    await expect(proposed(repository, more)).rejects.toMatchObject({ name: 'AppError', code });
  });

  const badInputs: readonly Record<string, unknown>[] = [
    { base: 'deps/zod' },
    { title: '' },
    { title: '   ' },
    { title: 'two\nlines' },
    { title: 'x'.repeat(257) },
    { title: 'a\u2028b' },
    { body: 'x'.repeat(60_001) },
    { body: '<!-- countersign chg_01/abc -->' },
    { body: '< ! - - COUNTER\u200bSIGN x' },
    { body: '<!\u2013\u2013countersign x' },
    { title: 'Change-Id: chg_1' },
    { body: 'a\0b' },
  ];
  test.each(badInputs)('the arguments %j are refused', async (more) => {
    await expect(proposed(new FakeRepository(files), more)).rejects.toMatchObject({ name: 'ZodError' });
  });
});

describe('its restore', () => {
  test('closes the pull request and deletes the branch; its own restore brings both back; and so on', async () => {
    const repository = new FakeRepository(files);
    const main = repository.texts('main');
    const done = await carryOut(repository, await proposed(repository));
    const head = repository.head('deps/zod');

    const planned = await planRestore(repository, done);
    if ('refused' in planned) throw new Error(planned.refused);
    expect(planned.description).toMatchObject({
      summary: 'Close pull request 1 and delete the branch deps/zod of acme/web',
      touches: ['repository/4711/branch/deps/zod', 'repository/4711/pull/1'],
      flags: [],
      effects: [
        { target: 'pull request 1', field: 'state', before: 'open', after: 'closed' },
        { target: 'branch deps/zod', field: 'head', before: head, after: null },
      ],
    });
    expect(writeTools.propose_pull_request.steps(planned.plan).map(({ name }) => name)).toEqual([
      'close_pull_request',
      'delete_branch',
    ]);
    const closed = await carryOut(repository, planned, { mark: otherMark });
    expect([...repository.branches.keys()]).toEqual(['main']);
    expect(repository.pulls.get(1)?.state).toBe('closed');
    expect(repository.texts('main')).toEqual(main);

    const reopened = await restore(repository, closed);
    expect(repository.head('deps/zod')).toBe(head);
    expect(repository.pulls.get(1)?.state).toBe('open');

    await restore(repository, reopened);
    expect(repository.branches.has('deps/zod')).toBe(false);
    expect(repository.pulls.get(1)?.state).toBe('closed');
  });

  test('does not take away what someone put on the branch, unless told to', async () => {
    const repository = new FakeRepository(files);
    const done = await carryOut(repository, await proposed(repository));
    const theirs = repository.push('deps/zod', { 'src/b.ts': 'theirs' });

    expect(await planRestore(repository, done)).toEqual({
      refused: 'Others have changed deps/zod since.',
      conflicts: [`commit ${theirs} by bob on deps/zod`],
    });

    const untouched = await planRestore(repository, done, 'untouched');
    if ('refused' in untouched) throw new Error(untouched.refused);
    expect(untouched.description.summary).toBe('Close pull request 1 of acme/web');

    const overwriting = await planRestore(repository, done, 'overwrite');
    if ('refused' in overwriting) throw new Error(overwriting.refused);
    expect(overwriting.description.flags).toEqual([
      { code: 'overwrites_others', message: `The branch goes with what others put on it: ${theirs} by bob.` },
    ]);
    const closed = await carryOut(repository, overwriting, { mark: otherMark });
    expect(repository.branches.has('deps/zod')).toBe(false);
    await restore(repository, closed);
    expect(repository.head('deps/zod')).toBe(theirs);
  });

  test('sees a branch that was set to something else', async () => {
    const repository = new FakeRepository(files);
    const done = await carryOut(repository, await proposed(repository));
    repository.branches.set('deps/zod', repository.head('main'));
    const refused = await planRestore(repository, done);
    expect(refused).toMatchObject({ refused: 'Others have changed deps/zod since.' });
    expect('refused' in refused && refused.conflicts).toHaveLength(1);
  });

  test('is only about what is left', async () => {
    const repository = new FakeRepository(files);
    const done = await carryOut(repository, await proposed(repository));
    repository.turnPull(1, 'closed');
    const planned = await planRestore(repository, done);
    if ('refused' in planned) throw new Error(planned.refused);
    expect(planned.description.summary).toBe('Delete the branch deps/zod of acme/web');
    repository.branches.delete('deps/zod');
    expect(await planRestore(repository, done)).toEqual({ refused: 'There is nothing left to undo.', conflicts: [] });
  });

  test('refuses a pull request that was merged', async () => {
    const repository = new FakeRepository(files);
    const done = await carryOut(repository, await proposed(repository));
    repository.turnPull(1, 'merged');
    expect(await planRestore(repository, done, 'overwrite')).toMatchObject({
      refused: expect.stringContaining('merged'),
    });
  });

  test.each(['create_branch', 'commit'])('takes back what was done when it ended after %s', async (until) => {
    const repository = new FakeRepository(files);
    const done = await carryOut(repository, await proposed(repository), { until });
    const undone = await restore(repository, done);
    expect([...repository.branches.keys()]).toEqual(['main']);
    await restore(repository, undone);
    expect(repository.branches.has('deps/zod')).toBe(true);
  });

  test('is stale when the branch or the pull request changed after it was planned', async () => {
    const repository = new FakeRepository(files);
    const done = await carryOut(repository, await proposed(repository));
    const planned = await planRestore(repository, done);
    if ('refused' in planned) throw new Error(planned.refused);
    expect(await stillHolds(repository, planned)).toBe('holds');
    repository.push('deps/zod', { x: 'y' });
    expect(await stillHolds(repository, planned)).toMatchObject({ stale: expect.stringContaining('branch') });
    repository.turnPull(1, 'merged');
    expect(await stillHolds(repository, planned)).toEqual({ stale: 'Pull request 1 is merged by now.' });
  });

  test('reopening is refused where another branch of that name was made, or the pull request was merged', async () => {
    const repository = new FakeRepository(files);
    const closed = await restore(repository, await carryOut(repository, await proposed(repository)));
    repository.branches.set('deps/zod', repository.head('main'));
    expect(await planRestore(repository, closed)).toMatchObject({ refused: 'Another branch deps/zod was made since.' });
    repository.turnPull(1, 'merged');
    expect(await planRestore(repository, closed)).toMatchObject({ refused: 'The pull request was merged since.' });
  });
});

describe('whether a step landed', () => {
  test('is found for each step after it was done, and not before', async () => {
    const repository = new FakeRepository(files);
    const proposal = await proposed(repository);
    expect(await landed(repository, proposal, 'create_branch')).toBe('not_found');
    await carryOut(repository, proposal, { until: 'create_branch' });
    expect(await landed(repository, proposal, 'create_branch')).toEqual({
      landed: { branch: 'deps/zod', oid: repository.head('main') },
    });
    expect(await landed(repository, proposal, 'commit')).toBe('not_found');
    expect(await landed(repository, proposal, 'open_pull_request')).toBe('not_found');
    repository.branches.delete('deps/zod');
    const { receipts } = await carryOut(repository, proposal);
    for (const name of ['commit', 'open_pull_request']) {
      expect(await landed(repository, proposal, name)).toEqual({ landed: receipts[name] });
    }
    // The branch step is known by our commit once the branch has grown.
    repository.push('deps/zod', { later: 'x' });
    expect(await landed(repository, proposal, 'create_branch')).toMatchObject({ landed: { branch: 'deps/zod' } });
  });

  test('a branch of that name at another commit is left to a person', async () => {
    const repository = new FakeRepository(files);
    const proposal = await proposed(repository);
    repository.branches.set('deps/zod', repository.push('main', { x: 'y' }));
    expect(await landed(repository, proposal, 'create_branch')).toBe('unclear');
  });

  const pulls: readonly (readonly [what: string, pull: Record<string, unknown>])[] = [
    ['by another author', { author: 'mallory' }],
    ['of another mark', { body: `<!-- countersign ${otherMark.changeId}/${otherMark.token} -->` }],
    ['that quotes our mark', { body: `> ${comment}` }],
    ['to another base', { base: 'release' }],
    ['from a fork', { head: 'mallory:deps/zod' }],
  ];
  test.each(pulls)('a pull request %s is not ours', async (_what, pull) => {
    const repository = new FakeRepository(files);
    repository.branches.set('release', repository.head('main'));
    const proposal = await proposed(repository);
    await carryOut(repository, proposal, { until: 'commit' });
    repository.openPull({
      head: 'deps/zod',
      base: 'main',
      author: repository.ownLogin,
      body: `${comment}\n\nNewer.`,
      ...pull,
    });
    expect(await landed(repository, proposal, 'open_pull_request')).toBe('not_found');
  });

  test('is found for the steps of the undo and of its undo', async () => {
    const repository = new FakeRepository(files);
    const done = await carryOut(repository, await proposed(repository));
    const undo = await planRestore(repository, done);
    if ('refused' in undo) throw new Error(undo.refused);
    for (const name of ['close_pull_request', 'delete_branch']) {
      expect(await landed(repository, undo, name)).toBe('not_found');
    }
    const closed = await carryOut(repository, undo);
    for (const name of ['close_pull_request', 'delete_branch']) {
      expect(await landed(repository, undo, name)).toEqual({ landed: closed.receipts[name] });
    }
    const redo = await planRestore(repository, closed);
    if ('refused' in redo) throw new Error(redo.refused);
    for (const name of ['create_branch', 'reopen_pull_request']) {
      expect(await landed(repository, redo, name)).toBe('not_found');
    }
    const reopened = await carryOut(repository, redo);
    for (const name of ['create_branch', 'reopen_pull_request']) {
      expect(await landed(repository, redo, name)).toEqual({ landed: reopened.receipts[name] });
    }
    repository.push('deps/zod', { x: 'y' });
    repository.turnPull(1, 'merged');
    for (const [proposal, name] of [
      [undo, 'close_pull_request'],
      [undo, 'delete_branch'],
      [redo, 'create_branch'],
    ] as const) {
      expect(await landed(repository, proposal, name)).toBe('unclear');
    }
  });

  test('running a landed step again is refused by its own precondition', async () => {
    const repository = new FakeRepository(files);
    const proposal = await proposed(repository);
    const done = await carryOut(repository, proposal);
    const { receipts: earlier, contents } = done;
    const use = { write: repository.writer(), origin: decidedOrigin, mark, earlier, contents, goOn: async () => {} };
    for (const name of ['create_branch', 'commit', 'open_pull_request']) {
      await expect(stepOf(proposal, name).run(use)).rejects.toMatchObject({ name: 'NotDone' });
    }
  });
});
