import { describe, expect, test } from 'vitest';
import type { PullRequest } from '#capabilities/repo/types.ts';
import { updatePullRequest as tool } from '#capabilities/repo-write/update_pull_request.ts';
import { stageContents } from '#shared/changes/contents.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
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

const name = 'update_pull_request';
const marked = (text: string) => `<!-- countersign ${mark.changeId}/${mark.token} -->\n\n${text}`;

function withPull(pull: Partial<PullRequest> = {}): FakeRepository {
  const repository = new FakeRepository({ a: 'x' });
  for (const branch of ['deps/a', 'release']) repository.branches.set(branch, repository.head('main'));
  repository.openPull({ head: 'deps/a', base: 'main', title: 'Old', body: marked('Before'), draft: true, ...pull });
  return repository;
}

const update = (repository: FakeRepository, args: object) => propose(repository, name, { number: 1, ...args });
const done = async (repository: FakeRepository, args: object) => carryOut(repository, await update(repository, args));
const all = { title: 'New', body: 'After', base: 'release', draft: false, state: 'closed' };

async function observed(repository: FakeRepository, { plan, before, receipts, contents }: Done) {
  return tool.state.parse(await tool.observe(plan, before, receipts, repository.reader(), contents));
}

describe('a change of a pull request', () => {
  test('is shown field by field, and written in the order that the backend wants, with our mark kept', async () => {
    const repository = withPull();
    const proposal = await update(repository, all);
    expect(proposal.description.summary).toBe(
      'Pull request 1 of acme/web: merge it into release instead of main, call it "New", change its text, mark it ready for review, close it',
    );
    expect(
      proposal.description.effects.map((each) => each.kind === 'field' && [each.field, each.before, each.after]),
    ).toEqual([
      ['state', 'open', 'closed'],
      ['to', 'main', 'release'],
      ['title', 'Old', 'New'],
      ['text', 'Before', 'After'],
      ['draft', 'yes', 'no'],
    ]);
    expect(proposal.description.touches).toEqual(['repository/4711/pull/1']);
    expect(tool.steps(proposal.plan).map((step) => step.name)).toEqual([
      'change_base',
      'edit_pull_request',
      'mark_ready',
      'close_pull_request',
    ]);
    await carryOut(repository, proposal);
    const { title, body, base, draft, state } = repository.pull(1);
    expect({ title, body, base, draft, state }).toEqual({ ...all, body: marked('After') });
  });

  test('is only of what is given and differs', async () => {
    const repository = withPull();
    const proposal = await update(repository, { title: ' New ', body: 'Before\r\n', draft: true, state: 'open' });
    expect(proposal.description.effects).toMatchObject([{ field: 'title', before: 'Old', after: 'New' }]);
    await expect(update(repository, { title: 'Old' })).rejects.toMatchObject({ code: 'invalid_arguments' });
    await expect(update(repository, {})).rejects.toThrow('at least one');
    const emptied = await done(repository, { body: '' });
    expect(repository.pull(1).body).toBe(marked('').trimEnd());
    await restore(repository, emptied);
    expect(repository.pull(1).body).toBe(marked('Before'));
  });

  const flags: readonly (readonly [args: object, codes: readonly string[]])[] = [
    [{ title: 'New', body: 'Fixes #1' }, []],
    [{ title: 'N\u200bew' }, ['hidden_characters']],
    [{ state: 'closed' }, ['closes']],
    [{ draft: false }, ['publishes']],
    [{ base: 'release' }, ['retargets']],
  ];
  test.each(flags)('%j raises %j', async (args, codes) => {
    const { description } = await update(withPull(), args);
    expect(description.flags.map(({ code }) => code)).toEqual(codes);
  });

  test('that reopens or goes back to a draft is told so', async () => {
    const reopening = await update(withPull({ state: 'closed' }), { state: 'open', base: 'release' });
    expect(reopening.description.flags.map(({ code }) => code)).toEqual(['publishes', 'retargets']);
    expect(tool.steps(reopening.plan).map((step) => step.name)).toEqual(['reopen_pull_request', 'change_base']);
    const drafting = await update(withPull({ draft: false }), { draft: true });
    expect(drafting.description).toMatchObject({ summary: 'Pull request 1 of acme/web: make it a draft', flags: [] });
    expect([tool.decidable, tool.follows]).toEqual([undefined, true]);
  });

  test('tells what its words set off', async () => {
    const { description } = await update(withPull(), { title: 'Fixes #1', body: '@alice [skip ci]' });
    expect(description.reaches.map(({ code, message }) => (code === 'triggers_software' ? message : code))).toEqual([
      'runs_ci',
      'notifies',
      'Mentions people, teams or bots: "@alice".',
      'Asks CI not to run: "[skip ci]".',
      'Closes issues when it is merged: "Fixes #1".',
    ]);
  });

  const impossible: readonly (readonly [pull: Partial<PullRequest>, args: object, message: RegExp])[] = [
    [{ state: 'merged' }, { draft: false }, /merged/],
    [{ state: 'merged' }, { state: 'open' }, /merged/],
    [{ state: 'closed' }, { draft: false }, /closed/],
    [{ state: 'closed' }, { base: 'release' }, /closed/],
    [{ state: 'closed', headOid: 'a'.repeat(40) }, { state: 'open' }, /branch deps\/a is gone, or not where/],
    [{}, { base: 'nowhere' }, /no branch "nowhere"/],
    [{}, { base: 'deps/a' }, /comes from deps\/a/],
  ];
  test.each(impossible)('of one that is %j to %j cannot be', async (pull, args, message) => {
    await expect(update(withPull(pull), args)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(message),
    });
  });

  test('of the words of a merged one can be', async () => {
    const repository = withPull({ state: 'merged' });
    await restore(repository, await done(repository, { title: 'New', body: 'After' }));
    expect(repository.pull(1)).toMatchObject({ title: 'Old', body: marked('Before') });
  });

  test('asks for both its base branches and its own, and for reading what it replaces', async () => {
    const input = tool.input.parse({ repository: 'acme/web', number: 1, reason: 'r', title: 'New', base: 'release' });
    const before = await tool.snapshot(input, withPull().reader(), stageContents());
    const place = { want: 'write', repository: 'acme/web', branch: 'deps/a', defaultBranch: 'main' };
    const read = { want: 'read', repository: 'acme/web' };
    expect(tool.asks(input)).toEqual([{ want: 'write', repository: 'acme/web', base: 'release' }, read]);
    expect(tool.resolved(input, before)).toEqual([
      { ...place, base: 'main' },
      { ...place, base: 'release' },
      read,
      safeguardsAsk,
    ]);
    expect(tool.asks(tool.input.parse({ repository: 'acme/web', number: 1, reason: 'r', draft: true }))).toHaveLength(
      1,
    );
  });

  test('stands on the pull request and its branch, and moves the pull request on', async () => {
    const repository = withPull();
    const { plan, before, receipts, after } = await done(repository, { title: 'New' });
    expect(tool.standsOn?.(plan, before)).toEqual([
      { thing: 'pull_request:PR_1', version: null },
      { thing: 'branch:R_4711/deps/a', version: repository.head('deps/a') },
    ]);
    expect(tool.leaves?.(plan, before, {}, after)).toEqual([]);
    expect(tool.leaves?.(plan, before, receipts, after)).toEqual([
      { thing: 'pull_request:PR_1', version: null, made: false },
    ]);
  });

  const since: readonly (readonly [args: object, what: Partial<PullRequest>, holds: boolean])[] = [
    [{ title: 'New' }, { body: 'Theirs' }, true],
    [{ title: 'New' }, { draft: false }, true],
    [{ title: 'New' }, { headOid: 'b'.repeat(40) }, true],
    [{ title: 'New' }, { title: 'Theirs' }, false],
    [{ body: 'New' }, { body: 'Theirs' }, false],
    [{ title: 'New' }, { state: 'closed' }, false],
    [{ title: 'New' }, { base: 'release' }, false],
    [{ draft: false }, { draft: false }, false],
    [{ state: 'closed' }, { state: 'merged' }, false],
  ];
  test.each(since)('to %j, when somebody changed %j since: %j', async (args, what, holds) => {
    const repository = withPull();
    const proposal = await update(repository, args);
    repository.editPull(1, what);
    const still = await tool.still(proposal.plan, proposal.before, repository.reader());
    expect(still === 'holds').toBe(holds);
  });

  test('to reopen, when its branch moved since, is stale', async () => {
    const repository = withPull({ state: 'closed' });
    const proposal = await update(repository, { state: 'open' });
    expect(await tool.still(proposal.plan, proposal.before, repository.reader())).toBe('holds');
    repository.branches.delete('deps/a');
    expect(await tool.still(proposal.plan, proposal.before, repository.reader())).toMatchObject({
      stale: expect.any(String),
    });
  });

  test('is stale when somebody was there between the last look and the write', async () => {
    const repository = withPull();
    const proposal = await update(repository, { title: 'New' });
    repository.editPull(1, { title: 'Theirs' });
    await expect(carryOut(repository, proposal)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
    expect(repository.pull(1).title).toBe('Theirs');
  });

  test('is found when its answer was lost, and a second run is stale', async () => {
    const repository = withPull();
    const proposal = await update(repository, { title: 'New', body: 'After' });
    expect(await landed(repository, proposal, 'edit_pull_request')).toBe('not_found');
    repository.editPull(1, { title: 'New' });
    expect(await landed(repository, proposal, 'edit_pull_request')).toBe('unclear');
    repository.editPull(1, { body: marked('After').replaceAll('\n', '\r\n') });
    expect(await landed(repository, proposal, 'edit_pull_request')).toEqual({ landed: { number: 1 } });
    expect(stepOf(proposal, 'edit_pull_request').repeat).toBe('guarded');
    await expect(carryOut(repository, proposal)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
    repository.editPull(1, { nodeId: 'PR_9' });
    expect(await landed(repository, proposal, 'edit_pull_request')).toBe('unclear');
  });
});

describe('the undo of a change of a pull request', () => {
  test('puts every field back, and its own undo does it again', async () => {
    const repository = withPull();
    const was = repository.pull(1);
    const undone = await restore(repository, await done(repository, all));
    expect(repository.pull(1)).toEqual(was);
    await restore(repository, undone);
    expect(repository.pull(1)).toMatchObject({ ...all, body: marked('After') });
  });

  test('goes field by field: what somebody changed since stays, unless told to overwrite', async () => {
    const repository = withPull();
    const made = await done(repository, { title: 'New', body: 'After', draft: false });
    repository.editPull(1, { title: 'Theirs', draft: true });
    const now = await observed(repository, made);
    expect(tool.compare(single(made), now, made.contents)).toMatchObject([
      {
        name: 'title of pull request 1',
        before: { text: 'Old' },
        left: { text: 'New' },
        now: { text: 'Theirs' },
        standing: 'changed',
      },
      { name: 'text of pull request 1', before: { text: 'Before' }, left: { text: 'After' }, standing: 'as_left' },
      { name: 'draft of pull request 1', before: { text: 'yes' }, left: { text: 'no' }, standing: 'back' },
    ]);
    expect(await planRestore(repository, made)).toMatchObject({
      conflicts: ['title of pull request 1: Somebody else changed it since.'],
    });
    const untouched = await planRestore(repository, made, 'untouched');
    expect(untouched).toMatchObject({ description: { effects: [{ field: 'text' }], flags: [] } });
    const overwriting = await planRestore(repository, made, 'overwrite');
    expect(overwriting).toMatchObject({
      description: {
        effects: [{ field: 'title', before: 'Theirs', after: 'Old' }, { field: 'text' }],
        flags: [
          { code: 'overwrites_others', message: 'Takes back what others did since to the title of pull request 1.' },
        ],
      },
    });
    await restore(repository, made, 'overwrite');
    expect(repository.pull(1)).toMatchObject({ title: 'Old', body: marked('Before'), draft: true });
    expect(await planRestore(repository, made)).toMatchObject({ refused: 'There is nothing to put back.' });
  });

  test('of what was merged since leaves all but its words', async () => {
    const repository = withPull();
    const made = await done(repository, { title: 'New', draft: false, base: 'release' });
    repository.turnPull(1, 'merged');
    expect(await planRestore(repository, made)).toMatchObject({
      conflicts: [expect.stringMatching(/^base branch .*merged/), expect.stringMatching(/^draft .*merged/)],
    });
    await restore(repository, made, 'untouched');
    expect(repository.pull(1)).toMatchObject({ title: 'Old', base: 'release', draft: false, state: 'merged' });
  });

  test('of what was closed since, or of a closing whose branch is gone, is refused', async () => {
    const repository = withPull();
    const ready = await done(repository, { draft: false });
    const closed = await done(repository, { state: 'closed' });
    expect(await planRestore(repository, ready)).toMatchObject({ conflicts: [expect.stringMatching('is closed')] });
    repository.branches.delete('deps/a');
    expect(await planRestore(repository, closed)).toMatchObject({
      conflicts: [expect.stringMatching('cannot be reopened')],
    });
  });

  test('of several is one, field by field, with what others did in between', async () => {
    const repository = withPull();
    const by = (one: Done) => ({ ...single(one), tool: name });
    const first = await done(repository, { title: 'One', draft: false });
    const second = await done(repository, { title: 'Two', body: 'After' });
    const both = tool.combine(single(first), by(second));
    if (both === null) throw new Error('they were not combined');
    const now = await observed(repository, second);
    const result = tool.restore(both, now, 'refuse');
    expect(result).toMatchObject({
      plan: { title: { from: 'Two', to: 'Old' }, body: { to: marked('Before') }, draft: { from: false, to: true } },
    });

    repository.editPull(1, { title: 'Theirs' });
    const third = await done(repository, { title: 'Three' });
    const three = tool.combine(both, by(third));
    if (three === null) throw new Error('they were not combined');
    const later = await observed(repository, third);
    expect(tool.restore(three, later, 'refuse')).toMatchObject({ conflicts: [expect.stringMatching('^title')] });
    expect(tool.restore(three, later, 'untouched')).toMatchObject({ plan: { title: { from: 'Three', to: 'Theirs' } } });
    expect(tool.restore(three, later, 'overwrite')).toMatchObject({
      plan: { title: { from: 'Three', to: 'Old' }, overwrites: ['title'] },
    });
  });

  test('is not one with that of another pull request, or of another tool', async () => {
    const repository = withPull();
    repository.openPull({ head: 'release', base: 'main' });
    const one = await done(repository, { title: 'New' });
    const other = await carryOut(repository, await propose(repository, name, { number: 2, title: 'New' }));
    const comment = await propose(repository, 'comment_on_pull_request', { number: 1, body: 'x' });
    const said = await carryOut(repository, comment, { mark: otherMark });
    expect(tool.combine(single(one), { ...single(other), tool: name })).toBeNull();
    expect(tool.combine(single(one), { ...single(said), tool: comment.name })).toBeNull();
  });

  test('compares a text with references to what was read afterwards', async () => {
    const repository = withPull();
    const proposal = await update(repository, { body: 'See {{after.commit}}' });
    const filled = { ...proposal, plan: tool.texts?.(proposal.plan, (text) => text.replace(/\{\{.*\}\}/, 'abc')) };
    const made = { ...(await carryOut(repository, filled)), plan: proposal.plan };
    expect(repository.pull(1).body).toBe(marked('See abc'));
    await restore(repository, made);
    expect(repository.pull(1).body).toBe(marked('Before'));
  });
});
