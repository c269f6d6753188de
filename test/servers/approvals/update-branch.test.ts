import { expect, test } from 'vitest';
import { ended } from '#test/e2e/people.ts';
import { startSuite, until } from './kit.ts';

/** A pull request whose base goes on after it was opened, and the change that brings it up to date. */
async function started() {
  const suite = await startSuite();
  const { repository } = suite;
  repository.branches.set('agent/a', repository.head('main'));
  repository.push('agent/a', { mine: '1' });
  repository.push('main', { theirs: '2' });
  const { number } = repository.openPull({ head: 'agent/a', base: 'main', draft: true });
  const head = repository.head('agent/a');
  const id = await suite.updateBranch(number);
  const at = `/api/changes/${id}`;
  return { repository, head, carryOut };

  async function carryOut() {
    const { seal } = (await suite.ask(at)).body;
    await suite.ask(`${at}/decision`, { body: { decision: 'approve', seal, reason: '' } });
    suite.workOnRepository();
    const done = await until(
      () => suite.ask(at),
      ({ body }) => ended.includes(body.status),
    );
    return done.body;
  }
}

test('a base that moves while a branch is brought up to date ends the change in part, and it says which merge came', async () => {
  const { repository, head, carryOut } = await started();
  repository.movesInBetween = 'f'.repeat(40);
  const { status, note } = await carryOut();
  expect(status).toBe('partial');
  const made = repository.head('agent/a');
  expect(note).toContain(`The merge ${made.slice(0, 12)} is not of`);
  expect(note).toContain('main moved');
  expect(repository.commits.get(made)?.parents).toEqual([head, 'f'.repeat(40)]);
});

test('a branch that the backend does not let be brought up to date stays where it is, and the change fails', async () => {
  const { repository, head, carryOut } = await started();
  repository.refuses = 'A rule does not let it be updated.';
  const { status, note } = await carryOut();
  expect([status, note]).toEqual(['failed', expect.stringContaining('A rule does not let it be updated.')]);
  expect(repository.head('agent/a')).toBe(head);
});
