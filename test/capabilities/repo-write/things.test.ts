import { expect, test } from 'vitest';
import { FakeRepository } from '#test/fakes/repository.ts';
import { carryOut, type Done, type Proposal, propose, writeTools } from '../drive.ts';

const opening = { branch: 'work', title: 'Say more', files: [{ path: 'README.md', content: 'more\n' }] };
const committing = { branch: 'work', message: 'Say it', files: [{ path: 'README.md', content: 'even more\n' }] };

const standsOn = ({ name, plan, before }: Proposal) => writeTools[name].standsOn?.(plan, before);
const leaves = ({ name, plan, before, receipts, after }: Done) =>
  writeTools[name].leaves?.(plan, before, receipts, after);

async function opened() {
  const repository = new FakeRepository({ 'README.md': 'hello\n' });
  const done = await carryOut(repository, await propose(repository, 'propose_pull_request', opening));
  const branch = `branch:${repository.ref.nodeId}/work`;
  return { repository, done, branch, pull: 'pull_request:PR_1' };
}

test('a pull request that is opened builds on nothing of its own, and makes its branch and itself', async () => {
  const { repository, done, branch, pull } = await opened();
  expect(standsOn({ ...done, description: {} as Proposal['description'] })).toEqual([]);
  expect(leaves(done)).toEqual([
    { thing: branch, version: repository.head('work'), made: true },
    { thing: pull, version: null, made: true },
  ]);
});

test('one that came no further than its branch has made that', async () => {
  const repository = new FakeRepository({ 'README.md': 'hello\n' });
  const proposal = await propose(repository, 'propose_pull_request', opening);
  const done = await carryOut(repository, proposal, { until: 'create_branch' });
  const branch = `branch:${repository.ref.nodeId}/work`;
  expect(leaves(done)).toEqual([{ thing: branch, version: repository.head('main'), made: true }]);
});

test('a commit builds on its branch and the open pull requests from it, and moves the branch on', async () => {
  const { repository, branch, pull } = await opened();
  const before = repository.head('work');
  const proposal = await propose(repository, 'commit_files', committing);
  expect(standsOn(proposal)).toEqual([
    { thing: branch, version: before },
    { thing: pull, version: null },
  ]);
  const done = await carryOut(repository, proposal);
  expect(leaves(done)).toEqual([{ thing: branch, version: repository.head('work'), made: false }]);
});

test.each(['merged', 'closed'] as const)(
  'a commit after the pull request was %s builds on what is over',
  async (state) => {
    const { repository, branch, pull } = await opened();
    repository.turnPull(1, state);
    expect(standsOn(await propose(repository, 'commit_files', committing))).toEqual([
      { thing: branch, version: repository.head('work') },
      { thing: pull, version: null, ended: true },
    ]);
  },
);

test('a commit to a branch of which there is no pull request builds on the branch alone', async () => {
  const repository = new FakeRepository({ 'README.md': 'hello\n' });
  repository.branches.set('work', repository.head('main'));
  expect(standsOn(await propose(repository, 'commit_files', committing))).toHaveLength(1);
});
