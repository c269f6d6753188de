import { describe, expect, test } from 'vitest';
import { resolveReviewThread as tool } from '#capabilities/repo-write/resolve_review_thread.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { carryOut, type Done, landed, planRestore, propose, restore, single, stepOf } from '../drive.ts';

const name = 'resolve_review_thread';
const thread = 'PRRT_1';

function withThread(): FakeRepository {
  const repository = new FakeRepository({ a: 'x' });
  repository.branches.set('deps/a', repository.head('main'));
  repository.openPull({ head: 'deps/a', base: 'main' });
  repository.discuss(1, { path: 'src/a.ts', line: 7, body: 'Why two?\nReally.', author: 'carol' });
  return repository;
}

const settle = (repository: FakeRepository, args: object = {}) =>
  propose(repository, name, { number: 1, thread, ...args });
const isResolved = (repository: FakeRepository) => repository.conversations.get(thread)?.resolved;
const still = (repository: FakeRepository, { plan, before }: Awaited<ReturnType<typeof settle>>) =>
  tool.still(plan, before, repository.reader());

describe('a review thread', () => {
  test('is answered and then resolved, and shown with whose it was', async () => {
    const repository = withThread();
    const proposal = await settle(repository, { reply: 'One is for tests.\r\n' });
    expect(proposal.description).toMatchObject({
      summary: 'Resolve the thread at src/a.ts line 7 on pull request 1 of acme/web: Why two?',
      effects: [
        { field: 'reply', before: null, after: 'One is for tests.' },
        { target: 'pull request 1, thread at src/a.ts line 7', field: 'resolved', before: 'no', after: 'yes' },
      ],
      touches: ['repository/4711/pull/1/threads/PRRT_1'],
      flags: [{ code: 'closes', message: 'Settles what carol said at src/a.ts line 7.' }],
    });
    expect(proposal.description.reaches.map(({ code }) => code)).toEqual(['notifies', 'runs_ci']);
    expect(tool.steps(proposal.plan).map((step) => [step.name, step.repeat])).toEqual([
      ['comment', 'never'],
      ['resolve_thread', 'guarded'],
    ]);
    await carryOut(repository, proposal);
    expect(isResolved(repository)).toBe(true);
    expect(repository.said.at(-1)).toMatchObject({ thread, body: expect.stringMatching(/One is for tests\.$/) });
  });

  test('can be opened again, which settles nothing', async () => {
    const repository = withThread();
    repository.settle(thread, true);
    const proposal = await settle(repository, { resolved: false });
    expect(proposal.description).toMatchObject({ summary: expect.stringMatching(/^Open again the thread/), flags: [] });
    const done = await carryOut(repository, proposal);
    expect(isResolved(repository)).toBe(false);
    await restore(repository, done);
    expect(isResolved(repository)).toBe(true);
  });

  test('that is settled already is left alone, and an answer waits for an open conversation', async () => {
    const repository = withThread();
    repository.editPull(1, { locked: true });
    await settle(repository);
    await expect(settle(repository, { reply: 'x' })).rejects.toMatchObject({ code: 'conflict' });
    repository.settle(thread, true);
    await expect(settle(repository)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('that is not there, or stands elsewhere, is answered as what is outside the scope is', async () => {
    const repository = withThread();
    repository.openPull({ head: 'deps/a', base: 'other' });
    for (const args of [{ thread: 'PRRT_9' }, { number: 2 }, { number: 9 }]) {
      const wanted = { repository: 'acme/web', number: 1, thread, reason: 'because', ...args };
      const { message } = tool.absent?.(tool.input.parse(wanted)) ?? new Error();
      await expect(settle(repository, args)).rejects.toMatchObject({ code: 'not_found', message });
    }
    await expect(settle(repository, { thread: 'a"b' })).rejects.toThrow();
  });

  test('asks for the branches of its pull request, and to read its file’s threads', async () => {
    const { before } = await settle(withThread());
    const input = tool.input.parse({ repository: 'acme/web', number: 1, thread, reason: 'r' });
    const asked = tool.resolved(input, before);
    expect(asked[0]).toMatchObject({ want: 'write', repository: 'acme/web', branch: 'deps/a', base: 'main' });
    expect(asked).toContainEqual({ want: 'read', repository: 'acme/web', thread: true, path: 'src/a.ts' });
    expect([tool.decidable, tool.follows]).toEqual([undefined, true]);
  });

  test.each<[string, (repository: FakeRepository) => void, unknown]>([
    ['more commits', (repository) => repository.push('deps/a', { a: 'y' }), 'holds'],
    ['its own settling', (repository) => repository.settle(thread, true), { stale: 'The thread is resolved by now.' }],
    ['its end', (repository) => repository.conversations.clear(), { stale: 'The review thread is gone.' }],
    ['a lock', (repository) => repository.editPull(1, { locked: true }), { stale: 'Pull request 1 is locked by now.' }],
    ['a merge', (repository) => repository.turnPull(1, 'merged'), { stale: 'Pull request 1 is merged by now.' }],
  ])('after %s', async (_, change, answer) => {
    const repository = withThread();
    const proposal = await settle(repository, { reply: 'x' });
    change(repository);
    expect(await still(repository, proposal)).toEqual(answer);
  });

  test('whose answer was lost is looked at', async () => {
    const repository = withThread();
    const proposal = await settle(repository);
    expect(await landed(repository, proposal, 'resolve_thread')).toBe('not_found');
    repository.settle(thread, true);
    expect(await landed(repository, proposal, 'resolve_thread')).toEqual({ landed: { resolved: true } });
    await expect(carryOut(repository, proposal)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
    repository.conversations.clear();
    expect(await landed(repository, proposal, 'resolve_thread')).toBe('unclear');
    expect(stepOf(proposal, 'resolve_thread').repeat).toBe('guarded');
  });
});

describe('the undo', () => {
  const settled = async (repository: FakeRepository): Promise<Done> =>
    carryOut(repository, await settle(repository, { reply: 'Done.' }));

  test('opens it again and deletes the answer, and its own undo does both once more', async () => {
    const repository = withThread();
    const done = await settled(repository);
    const undone = await restore(repository, done);
    expect(isResolved(repository)).toBe(false);
    expect(repository.said).toMatchObject([{ author: 'carol' }]);
    expect(await planRestore(repository, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
    await restore(repository, undone);
    expect(isResolved(repository)).toBe(true);
    expect(repository.said.at(-1)).toMatchObject({ body: expect.stringMatching(/Done\.$/) });
    const by = (one: Done) => ({ ...single(one), tool: name });
    expect(tool.combine(single(done), by(undone))).toEqual(single(done));
    expect(tool.combine(single(done), by(done))).toBeNull();
  });

  test('does what is left of it, and leaves alone what somebody made of the answer unless told otherwise', async () => {
    const repository = withThread();
    const done = await settled(repository);
    const answer = repository.said.at(-1)?.nodeId ?? '';
    repository.reword(answer, 'Mine now', 'dave');
    expect(await planRestore(repository, done)).toMatchObject({ conflicts: [expect.stringMatching('by dave')] });
    const untouched = await planRestore(repository, done, 'untouched');
    expect(untouched).toMatchObject({ plan: { resolved: false, removes: null } });
    const overwriting = await planRestore(repository, done, 'overwrite');
    expect(overwriting).toMatchObject({
      plan: { resolved: false, removes: { overwrites: { editor: 'dave' } } },
      description: { flags: [{ code: 'overwrites_others' }] },
    });
    repository.settle(thread, false);
    const said = await planRestore(repository, done, 'overwrite');
    expect(said).toMatchObject({
      plan: { resolved: null },
      description: { summary: expect.stringMatching('Delete a reply') },
    });
  });

  test('shows thread and answer, each as it stands', async () => {
    const repository = withThread();
    const done = await settled(repository);
    const standing = async () => {
      const { plan, before, receipts, contents } = done;
      const now = tool.state.parse(await tool.observe(plan, before, receipts, repository.reader(), contents));
      return tool.compare(single(done), now, contents).map((part) => [part.name, part.standing]);
    };
    const parts = ['thread at src/a.ts line 7 of pull request 1', 'reply at src/a.ts line 7 on pull request 1'];
    expect(await standing()).toEqual([
      [parts[0], 'as_left'],
      [parts[1], 'as_left'],
    ]);
    repository.settle(thread, false);
    expect(await standing()).toEqual([
      [parts[0], 'back'],
      [parts[1], 'as_left'],
    ]);
    repository.conversations.clear();
    expect(await standing()).toEqual([
      [parts[0], 'cannot'],
      [parts[1], 'as_left'],
    ]);
  });
});
