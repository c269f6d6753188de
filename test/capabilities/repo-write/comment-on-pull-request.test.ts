import { describe, expect, test } from 'vitest';
import { commentOnPullRequest as tool } from '#capabilities/repo-write/comment_on_pull_request.ts';
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
  single,
  stepOf,
} from '../drive.ts';

const name = 'comment_on_pull_request';
const written = `<!-- countersign ${mark.changeId}/${mark.token} -->\n\nLooks good`;

function withPull(pull: Parameters<FakeRepository['openPull']>[0] = { head: 'deps/a', base: 'main' }): FakeRepository {
  const repository = new FakeRepository({ a: 'x' });
  repository.branches.set('deps/a', repository.head('main'));
  repository.openPull(pull);
  return repository;
}

const comment = (repository: FakeRepository, args: object = {}) =>
  propose(repository, name, { number: 1, body: 'Looks good', ...args });

const still = (repository: FakeRepository, { plan, before }: Awaited<ReturnType<typeof comment>>) =>
  tool.still(plan, before, repository.reader());

describe('a comment', () => {
  test('is shown, and written with our mark before it', async () => {
    const repository = withPull();
    const proposal = await comment(repository, { body: 'Looks good\r\nto me  \n' });
    expect(proposal.description).toMatchObject({
      summary: 'Comment on pull request 1 of acme/web: Looks good',
      effects: [{ target: 'pull request 1', field: 'comment', before: null, after: 'Looks good\nto me' }],
      touches: ['repository/4711/pull/1/comments'],
      flags: [],
      audience: 'private',
    });
    expect(proposal.description.reaches.map(({ code }) => code)).toEqual(['notifies', 'runs_ci']);
    const done = await carryOut(repository, await comment(repository));
    expect(repository.said).toMatchObject([{ number: 1, body: written, author: 'countersign[bot]' }]);
    expect(tool.receipt?.of(done.plan, done.receipts)).toEqual({ comment_url: repository.said[0]?.url });
  });

  test('tells what it sets off, and what does not show in it', async () => {
    const { description } = await comment(withPull(), { body: '@dependabot merge\n/deploy\nABC-1 #close\u200b' });
    expect(description.flags.map(({ code }) => code)).toEqual(['hidden_characters']);
    expect(description.reaches.filter(({ code }) => code === 'triggers_software').map((each) => each.message)).toEqual([
      'Mentions people, teams or bots: "@dependabot".',
      'Has smart commits, which change tickets: "ABC-1 #close".',
      'Has lines that bots take for commands: "/deploy".',
    ]);
  });

  test.each(['', ' \n', 'x <!-- countersign chg_1/ab -->', 'Change-Id: chg_1/ab', '\u0007', 'x'.repeat(60_001)])(
    'is not one that says %j',
    async (body) => {
      await expect(comment(withPull(), { body })).rejects.toThrow();
    },
  );

  test('goes to a closed pull request too, and not to a locked one', async () => {
    const repository = withPull();
    repository.turnPull(1, 'merged');
    expect(await still(repository, await comment(repository))).toBe('holds');
    repository.editPull(1, { locked: true });
    await expect(comment(repository)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching('locked'),
    });
  });

  test('stands on the pull request and its branch, which are over when it is closed', async () => {
    const repository = withPull();
    const branch = { thing: 'branch:R_4711/deps/a', version: repository.head('deps/a') };
    const one = await comment(repository);
    expect(tool.standsOn?.(one.plan, one.before)).toEqual([{ thing: 'pull_request:PR_1', version: null }, branch]);
    repository.turnPull(1, 'closed');
    const other = await comment(repository);
    expect(tool.standsOn?.(other.plan, other.before)).toEqual([
      { thing: 'pull_request:PR_1', version: null, ended: true },
      branch,
    ]);
    expect([tool.decidable, tool.follows]).toEqual(['by_policy', true]);
  });

  test('asks for the branches of the pull request, and a fork has none of them', async () => {
    const resolved = async (repository: FakeRepository) => {
      const { before } = await comment(repository);
      return tool.resolved(tool.input.parse({ repository: 'acme/web', number: 1, body: 'x', reason: 'r' }), before);
    };
    const asked = { want: 'write', repository: 'acme/web', base: 'main', defaultBranch: 'main' };
    expect(await resolved(withPull())).toEqual([{ ...asked, branch: 'deps/a' }, safeguardsAsk]);
    expect(await resolved(withPull({ head: 'mallory:deps/a', base: 'main' }))).toEqual([
      { ...asked, branch: 'mallory:deps/a' },
      safeguardsAsk,
    ]);
  });

  test('on nothing is not found, in the words that are for what is outside the scope', async () => {
    const input = tool.input.parse({ repository: 'acme/web', number: 7, body: 'x', reason: 'r' });
    const missing = await propose(withPull(), name, { number: 7, body: 'x' }).catch((error: unknown) => error);
    expect(missing).toMatchObject({ code: 'not_found' });
    expect(tool.absent?.(input)).toEqual(missing);
  });

  const changes: readonly (readonly [what: string, change: (repository: FakeRepository) => void, holds: boolean])[] = [
    ['more commits', (repository) => repository.push('deps/a', { a: 'y' }), true],
    ['another title', (repository) => repository.editPull(1, { title: 'Other' }), true],
    ['its end', (repository) => repository.turnPull(1, 'closed'), false],
    ['a lock', (repository) => repository.editPull(1, { locked: true }), false],
    ['another base', (repository) => repository.editPull(1, { base: 'release' }), false],
    ['another pull request of that number', (repository) => repository.editPull(1, { nodeId: 'PR_9' }), false],
    ['another name of the repository', (repository) => repository.rename('acme/site'), false],
  ];
  test.each(changes)('after %s', async (_, change, holds) => {
    const repository = withPull();
    const proposal = await comment(repository);
    change(repository);
    const answer = tool.still(proposal.plan, proposal.before, {
      ...repository.reader(),
      ...(repository.formerName ? { repository: () => repository.reader().repository('acme/web') } : {}),
    });
    expect((await answer) === 'holds').toBe(holds);
  });
});

describe('a comment whose answer was lost', () => {
  test('is found by mark, author and words', async () => {
    const repository = withPull();
    const proposal = await comment(repository);
    expect(await landed(repository, proposal, 'comment')).toBe('not_found');
    repository.say(1, written, 'mallory');
    expect(await landed(repository, proposal, 'comment')).toBe('not_found');
    const { url, nodeId } = repository.say(
      1,
      written.replaceAll('\n', '\r\n').replace('-->\r\n\r\n', '-->\n\n'),
      repository.ownLogin,
    );
    for (let more = 0; more < 120; more += 1) repository.say(1, 'more');
    expect(await landed(repository, proposal, 'comment')).toEqual({ landed: { url, nodeId } });
    repository.reword(nodeId, `${written}, not`);
    expect(await landed(repository, proposal, 'comment')).toBe('unclear');
    expect(stepOf(proposal, 'comment').repeat).toBe('never');
  });

  test('is a person’s where there are more than are looked through', async () => {
    const repository = withPull();
    const proposal = await comment(repository);
    for (let more = 0; more < 251; more += 1) repository.say(1, 'more');
    expect(await landed(repository, proposal, 'comment')).toBe('unclear');
  });
});

describe('the undo of a comment', () => {
  test('deletes it, and its own undo writes it again, with another mark', async () => {
    const repository = withPull();
    const done = await carryOut(repository, await comment(repository));
    const undone = await restore(repository, done);
    expect(repository.said).toEqual([]);
    expect(await planRestore(repository, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
    await restore(repository, undone);
    expect(repository.said).toMatchObject([
      { body: `<!-- countersign ${otherMark.changeId}/${otherMark.token} -->\n\nLooks good`, nodeId: 'IC_2' },
    ]);
  });

  test('leaves alone what somebody made of it, unless told to overwrite', async () => {
    const repository = withPull();
    const done = await carryOut(repository, await comment(repository));
    repository.reword('IC_1', `${written}, but`);
    const now = tool.state.parse(
      await tool.observe(done.plan, done.before, done.receipts, repository.reader(), done.contents),
    );
    const [url] = repository.said.map((each) => each.url);
    expect(tool.compare(single(done), now, done.contents)).toEqual([
      {
        name: 'comment on pull request 1',
        before: null,
        left: { text: 'Looks good' },
        now: { text: 'Looks good, but' },
        standing: 'changed',
        later: [{ id: url, author: 'bob' }],
        why: 'It was changed since, by bob.',
      },
    ]);
    for (const choice of ['refuse', 'untouched'] as const) {
      expect(await planRestore(repository, done, choice)).toMatchObject({
        refused: expect.any(String),
        conflicts: [`${url}: It was changed since, by bob.`],
      });
    }
    const planned = await planRestore(repository, done, 'overwrite');
    if ('refused' in planned) throw new Error(planned.refused);
    expect(planned.description.flags.map(({ code }) => code)).toEqual(['overwrites_others']);
    repository.reword('IC_1', 'again', 'carol');
    await expect(carryOut(repository, planned)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
    await restore(repository, done, 'overwrite');
    expect(repository.said).toEqual([]);
  });

  test('is found when its answer was lost', async () => {
    const repository = withPull();
    const planned = await planRestore(repository, await carryOut(repository, await comment(repository)));
    if ('refused' in planned) throw new Error(planned.refused);
    expect(await landed(repository, planned, 'delete_comment')).toBe('not_found');
    repository.reword('IC_1', null);
    expect(await landed(repository, planned, 'delete_comment')).toEqual({ landed: { deleted: 'IC_1' } });
  });

  test('cannot be where only a person said that it was written, nor written again where it is locked', async () => {
    const repository = withPull();
    const done = await carryOut(repository, await comment(repository));
    const settled = { ...done, receipts: { comment: { settled_by: 'alice' } } };
    expect(await planRestore(repository, settled)).toMatchObject({ refused: expect.stringMatching('never answered') });
    const undone = await restore(repository, done);
    repository.editPull(1, { locked: true });
    expect(await planRestore(repository, undone)).toMatchObject({ refused: expect.stringMatching('locked') });
  });

  test('and the comment are nothing left to undo, and two comments are two', async () => {
    const repository = withPull();
    const one = await carryOut(repository, await comment(repository));
    const two = await carryOut(repository, await comment(repository, { body: 'Two' }), { mark: otherMark });
    const undone = await restore(repository, one);
    const by = (done: typeof one) => ({ ...single(done), tool: name });
    expect(tool.combine(single(one), by(undone))).toEqual(single(one));
    expect(tool.combine(single(two), by(undone))).toBeNull();
    expect(tool.combine(single(one), by(two))).toBeNull();
  });

  test('compares a text with references to what was read afterwards', async () => {
    const repository = withPull();
    const proposal = await comment(repository, { body: 'See {{after.pull_request_url}}' });
    const filled = { ...proposal, plan: tool.texts?.(proposal.plan, () => 'See #7') };
    const done = { ...(await carryOut(repository, filled)), plan: proposal.plan };
    await restore(repository, done);
    expect(repository.said).toEqual([]);
  });
});

describe('an answer in a review thread', () => {
  const reply = (repository: FakeRepository, thread = 'PRRT_1') => comment(repository, { in_reply_to: thread });
  const withThread = (): FakeRepository => {
    const repository = withPull();
    repository.discuss(1, { path: 'src/a.ts', line: 7, body: 'Why two?' });
    return repository;
  };

  test('is shown with its place, written there, found there, and deleted by its undo', async () => {
    const repository = withThread();
    const proposal = await reply(repository);
    expect(proposal.description).toMatchObject({
      summary: 'Reply at src/a.ts line 7 on pull request 1 of acme/web: Looks good',
      effects: [
        { target: 'pull request 1, thread at src/a.ts line 7', field: 'reply', before: null, after: 'Looks good' },
      ],
    });
    expect(await landed(repository, proposal, 'comment')).toBe('not_found');
    const done = await carryOut(repository, proposal);
    expect(repository.said.at(-1)).toMatchObject({ thread: 'PRRT_1', body: written });
    const { nodeId, url } = repository.said.at(-1) ?? expect.unreachable('it is not there');
    expect(await landed(repository, proposal, 'comment')).toEqual({ landed: { nodeId, url } });
    const undone = await restore(repository, done);
    expect(repository.said).toMatchObject([{ body: 'Why two?' }]);
    const again = await restore(repository, undone);
    expect(repository.said.at(-1)).toMatchObject({ thread: 'PRRT_1' });
    repository.conversations.clear();
    const gone = await restore(repository, again);
    expect(await planRestore(repository, gone)).toMatchObject({ refused: expect.stringMatching('thread .* is gone') });
  });

  test('is a person’s to find where more came since than are looked through', async () => {
    const repository = withThread();
    const proposal = await reply(repository);
    for (let more = 0; more < 50; more += 1) repository.say(1, 'more', 'bob', 'PRRT_1');
    expect(await landed(repository, proposal, 'comment')).toBe('unclear');
  });

  test('goes to no other thread than one of that pull request that the agent may read', async () => {
    const repository = withThread();
    repository.openPull({ head: 'deps/a', base: 'other' });
    const wanted = { repository: 'acme/web', number: 2, in_reply_to: 'PRRT_1', body: 'x', reason: 'r' };
    const absent = tool.absent?.(tool.input.parse(wanted));
    expect(absent).toMatchObject({ code: 'not_found' });
    for (const other of [{ number: 2 }, { number: 2, in_reply_to: 'PRRT_9' }, { number: 9, in_reply_to: 'PRRT_1' }]) {
      const missing = await propose(repository, name, { ...wanted, ...other }).catch((error: unknown) => error);
      const { message } = tool.absent?.(tool.input.parse({ ...wanted, ...other })) ?? new Error();
      expect(missing).toMatchObject({ code: 'not_found', message });
    }
    const input = tool.input.parse({ ...wanted, number: 1 });
    const { before } = await reply(repository);
    expect(tool.asks(input)).toContainEqual({ want: 'read', repository: 'acme/web', thread: true });
    expect(tool.resolved(input, before)).toContainEqual({
      ...{ want: 'read', repository: 'acme/web', thread: true, path: 'src/a.ts' },
    });
  });

  test('is stale once the thread is gone', async () => {
    const repository = withThread();
    const proposal = await reply(repository);
    expect(await still(repository, proposal)).toBe('holds');
    repository.conversations.clear();
    expect(await still(repository, proposal)).toEqual({ stale: 'The review thread is gone.' });
  });
});
