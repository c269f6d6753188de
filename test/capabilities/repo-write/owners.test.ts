import { expect, test } from 'vitest';
import { FakeRepository } from '#test/fakes/repository.ts';
import { carryOut, planRestore, propose, writeTools } from '../drive.ts';

const mail = { branch: 'deps/zod', title: 'Update zod', files: [{ path: 'src/a.ts', content: '1\n' }] };
const rules = '* @everybody\n/src/ @ours\n!x @eve\n';

async function ownersOf(repository: FakeRepository, proposal: Awaited<ReturnType<typeof propose>>) {
  const tool = writeTools[proposal.name];
  return tool.owners?.(proposal.plan, proposal.before, repository.reader());
}

test('a pull request is owned by whom CODEOWNERS names on the branch that it goes to, found where GitHub looks', async () => {
  const repository = new FakeRepository({ 'src/a.ts': '0\n', 'b.md': 'b', 'docs/CODEOWNERS': '* @docs\n' });
  const proposed = () =>
    propose(repository, 'propose_pull_request', {
      ...mail,
      files: [
        { path: 'src/a.ts', content: '1\n' },
        { path: 'new.md', move_from: 'b.md' },
      ],
    });
  const named = async () => (await ownersOf(repository, await proposed()))?.file?.path;
  expect(await named()).toBe('docs/CODEOWNERS');
  repository.push('main', { CODEOWNERS: '* @root\n' });
  expect(await named()).toBe('CODEOWNERS');
  const head = repository.push('main', { '.github/CODEOWNERS': rules });
  expect(await ownersOf(repository, await proposed())).toEqual({
    file: { path: '.github/CODEOWNERS', commit: head },
    unread: [3],
    paths: [
      { path: 'new.md', owners: ['@everybody'] },
      { path: 'src/a.ts', owners: ['@ours'] },
      { path: 'b.md', owners: ['@everybody'] },
    ],
  });
});

test('its undo is owned as the files that it brought', async () => {
  const repository = new FakeRepository({ 'src/a.ts': '0\n', CODEOWNERS: rules });
  const undo = await planRestore(
    repository,
    await carryOut(repository, await propose(repository, 'propose_pull_request', mail)),
  );
  if ('refused' in undo) throw new Error(undo.refused);
  expect((await ownersOf(repository, undo))?.paths).toEqual([{ path: 'src/a.ts', owners: ['@ours'] }]);
});

test('a commit to another branch is owned as the default branch says, whatever its own says', async () => {
  const repository = new FakeRepository({ 'src/a.ts': '0\n', CODEOWNERS: rules });
  const base = repository.head('main');
  repository.branches.set('deps/zod', base);
  repository.push('deps/zod', { CODEOWNERS: '* @eve\n' });
  const args = { branch: 'deps/zod', message: 'Update', files: mail.files };
  expect(await ownersOf(repository, await propose(repository, 'commit_files', args))).toMatchObject({
    file: { commit: base },
    paths: [{ path: 'src/a.ts', owners: ['@ours'] }],
  });
  const onMain = await propose(repository, 'commit_files', { ...args, branch: 'main' });
  repository.push('main', { CODEOWNERS: '* @later\n' });
  expect(await ownersOf(repository, onMain)).toMatchObject({ file: { commit: base } });
});

test('without the file nobody owns anything; with one that cannot be read, nothing is proposed', async () => {
  const repository = new FakeRepository({ 'src/a.ts': '0\n', 'CODEOWNERS/x': '* @folder\n' });
  const asked = async () => ownersOf(repository, await propose(repository, 'propose_pull_request', mail));
  expect(await asked()).toEqual({ file: null, unread: [], paths: [{ path: 'src/a.ts', owners: [] }] });
  const link = { mode: '120000', bytes: Buffer.from('elsewhere') };
  for (const content of [link, Buffer.from([0xff, 0xfe])]) {
    repository.push('main', { 'docs/CODEOWNERS': content });
    await expect(asked()).rejects.toMatchObject({ code: 'conflict' });
  }
  repository.push('main', { 'docs/CODEOWNERS': Buffer.alloc(3 * 1024 * 1024 + 1, '#') });
  await expect(asked()).rejects.toMatchObject({ code: 'too_large' });
});
