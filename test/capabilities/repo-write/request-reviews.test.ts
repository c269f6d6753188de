import { describe, expect, test } from 'vitest';
import { requestReviews as tool } from '#capabilities/repo-write/request_reviews.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { carryOut, type Done, landed, planRestore, propose, restore, single } from '../drive.ts';

const name = 'request_reviews';

function withPull(): FakeRepository {
  const repository = new FakeRepository({ a: 'x' });
  repository.branches.set('deps/a', repository.head('main'));
  repository.openPull({ head: 'deps/a', base: 'main', author: 'mallory', title: 'New zod' });
  return repository;
}

const ask = (repository: FakeRepository, ...reviewers: string[]) => propose(repository, name, { number: 1, reviewers });
const asked = (repository: FakeRepository) => repository.requested.get(1) ?? [];

describe('asking for reviews', () => {
  test('names everybody, and leaves out who is asked already', async () => {
    const repository = withPull();
    repository.ask(1, ['carol'], true);
    const proposal = await ask(repository, 'alice', 'Carol', 'team:platform');
    expect(proposal.description).toMatchObject({
      summary: 'Ask alice, the team platform to review pull request 1 of acme/web: New zod',
      effects: [
        { target: 'pull request 1', field: 'review by alice asked for', before: 'no', after: 'yes' },
        { field: 'review by the team platform asked for' },
      ],
      flags: [{ code: 'publishes' }],
      touches: ['repository/4711/pull/1/reviewers'],
    });
    expect(proposal.description.reaches.map(({ code }) => code)).toEqual(['notifies', 'runs_ci']);
    await carryOut(repository, proposal);
    expect(asked(repository)).toEqual(['carol', 'alice', 'team:platform']);
  });

  test('is refused for the author, for who is asked, and where the pull request is over', async () => {
    const repository = withPull();
    await expect(ask(repository, 'Mallory')).rejects.toMatchObject({ code: 'invalid_arguments' });
    repository.ask(1, ['carol'], true);
    await expect(ask(repository, 'carol')).rejects.toMatchObject({ code: 'conflict' });
    repository.turnPull(1, 'merged');
    await expect(ask(repository, 'alice')).rejects.toMatchObject({ code: 'conflict' });
  });

  test('is refused where one of them takes no part, unless they are asked already', async () => {
    const repository = withPull();
    repository.strangers.add('eve');
    await expect(ask(repository, 'alice', 'eve')).rejects.toMatchObject({
      code: 'invalid_arguments',
      message: 'eve: no collaborator of acme/web has that login.',
    });
    repository.ask(1, ['eve'], true);
    expect(await ask(repository, 'alice', 'eve')).toMatchObject({ plan: { reviewers: ['alice'] } });
  });

  test.each([[[]], [['alice', 'Alice']], [['@alice']], [['team:']], [['a b']], [['x/y']]])(
    'not of %j',
    async (names) => {
      await expect(ask(withPull(), ...names)).rejects.toThrow();
    },
  );

  test('asks the scope for each of them, and to read', async () => {
    const { before } = await ask(withPull(), 'alice');
    const input = tool.input.parse({ repository: 'acme/web', number: 1, reviewers: ['alice'], reason: 'r' });
    const own = { want: 'write', repository: 'acme/web', reviewer: 'alice' };
    expect(tool.asks(input)).toEqual([own, { want: 'read', repository: 'acme/web' }]);
    expect(tool.resolved(input, before)).toContainEqual(own);
    expect([tool.decidable, tool.follows]).toEqual([undefined, true]);
  });

  test.each<[string, (repository: FakeRepository) => void, boolean]>([
    ['others were asked', (repository) => repository.ask(1, ['dave'], true), true],
    ['one of them was asked', (repository) => repository.ask(1, ['alice'], true), false],
    ['the pull request was closed', (repository) => repository.turnPull(1, 'closed'), false],
  ])('after %s', async (_, change, holds) => {
    const repository = withPull();
    const { plan, before } = await ask(repository, 'alice', 'bob');
    change(repository);
    expect((await tool.still(plan, before, repository.reader())) === 'holds').toBe(holds);
  });

  test('whose answer was lost is looked at', async () => {
    const repository = withPull();
    const proposal = await ask(repository, 'alice', 'bob');
    expect(await landed(repository, proposal, 'request_reviews')).toBe('not_found');
    repository.ask(1, ['alice'], true);
    expect(await landed(repository, proposal, 'request_reviews')).toBe('unclear');
    repository.ask(1, ['bob'], true);
    expect(await landed(repository, proposal, 'request_reviews')).toMatchObject({ landed: {} });
    repository.review(1, 'alice');
    repository.review(1, 'bob');
    expect(await landed(repository, proposal, 'request_reviews')).toBe('unclear');
  });
});

describe('the undo', () => {
  const parts = async (repository: FakeRepository, { plan, before, receipts, contents, ...done }: Done) => {
    const now = tool.state.parse(await tool.observe(plan, before, receipts, repository.reader(), contents));
    const compared = tool.compare(single({ plan, before, receipts, contents, ...done }), now, contents);
    return compared.map(({ standing, now: side }) => [standing, side]);
  };

  test('asks nobody any longer, and its own undo asks them again', async () => {
    const repository = withPull();
    repository.ask(1, ['carol'], true);
    const done = await carryOut(repository, await ask(repository, 'alice', 'bob'));
    const undone = await restore(repository, done);
    expect(asked(repository)).toEqual(['carol']);
    const by = (one: Done) => ({ ...single(one), tool: name });
    expect(tool.combine(single(done), by(undone))).toEqual(single(done));
    expect(tool.combine(single(done), by(done))).toBeNull();
    expect(await planRestore(repository, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
    await restore(repository, undone);
    expect(asked(repository)).toEqual(['carol', 'alice', 'bob']);
  });

  test('leaves alone whoever has reviewed since, unless they were asked again and that is to go too', async () => {
    const repository = withPull();
    const done = await carryOut(repository, await ask(repository, 'alice', 'bob'));
    repository.review(1, 'alice');
    expect(await parts(repository, done)).toEqual([
      ['back', { text: 'reviewed' }],
      ['as_left', { text: 'asked' }],
    ]);
    expect(await planRestore(repository, done)).toMatchObject({ plan: { kind: 'withdraw', reviewers: ['bob'] } });
    repository.ask(1, ['alice'], true);
    expect((await parts(repository, done))[0]).toEqual(['changed', { text: 'asked' }]);
    expect(await planRestore(repository, done)).toMatchObject({ conflicts: [expect.stringMatching('^alice')] });
    expect(await planRestore(repository, done, 'untouched')).toMatchObject({ plan: { reviewers: ['bob'] } });
    expect(await planRestore(repository, done, 'overwrite')).toMatchObject({
      plan: { reviewers: ['bob', 'alice'], overwrites: ['alice'] },
      description: { flags: [{ code: 'overwrites_others' }] },
    });
  });
});
