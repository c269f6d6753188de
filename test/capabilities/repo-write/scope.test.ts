import { describe, expect, test } from 'vitest';
import type { RepoAsk } from '#capabilities/repo/types.ts';
import { repoWrite } from '#capabilities/repo-write/capability.ts';
import { commitFiles } from '#capabilities/repo-write/commit_files.ts';
import { stageContents } from '#shared/changes/contents.ts';
import { FakeRepository } from '#test/fakes/repository.ts';

const scope = {
  repositories: ['acme/web'],
  base: ['main', 'release/*'],
  branches: ['deps/*'],
  paths: { allow: ['src/**', '.github/workflows/*.yml'], deny: ['src/secret/**'] },
  max_files: 20,
  max_bytes: '1MiB',
};

describe('the scope of repo-write', () => {
  const asks: readonly (readonly [ask: Partial<RepoAsk>, covered: boolean])[] = [
    [{}, true],
    [{ repository: 'ACME/Web' }, true],
    [{ repository: 'acme/webs' }, false],
    [{ want: 'read' }, false],
    [{ base: 'main' }, true],
    [{ base: 'Main' }, false],
    [{ base: 'release/1' }, true],
    [{ base: 'release/1/x' }, false],
    [{ branch: 'deps/zod' }, true],
    [{ branch: 'deps/a/b' }, false],
    [{ branch: 'main' }, false],
    [{ branch: 'deps/..' }, false],
    [{ path: 'src/a.ts' }, true],
    [{ path: 'README.md' }, false],
    [{ path: 'src/secret/x' }, false],
    [{ path: '.github/workflows/ci.yml' }, true],
    [{ path: '.github/CODEOWNERS' }, false],
    [{ path: 'src/CLAUDE.md' }, false],
    [{ files: 20, bytes: 1_048_576 }, true],
    [{ files: 21 }, false],
    [{ bytes: 1_048_577 }, false],
  ];
  test.each(asks)('%j: %j', (ask, covered) => {
    const denial = repoWrite.denies(repoWrite.scope.parse(scope), { want: 'write', repository: 'acme/web', ...ask });
    expect(denial === null).toBe(covered);
    if (denial !== null) expect(denial.denied).toMatch(/\.$/);
  });

  const defaults: readonly (readonly [branches: readonly string[], branch: string, covered: boolean])[] = [
    [['*'], 'trunk', false],
    [['**'], 'trunk', false],
    [['trun?'], 'trunk', false],
    [['trunk'], 'trunk', true],
    [['*', 'trunk'], 'trunk', true],
    [['*'], 'other', true],
  ];
  test.each(defaults)('of %j covers %j, where "trunk" is the default branch: %j', async (branches, branch, covered) => {
    const repository = new FakeRepository({ a: 'x' }, 'trunk');
    repository.branches.set('other', repository.head('trunk'));
    const input = commitFiles.input.parse({
      ...{ repository: 'acme/web', branch, message: 'm', reason: 'r' },
      files: [{ path: 'a', content: 'y' }],
    });
    const before = await commitFiles.snapshot(input, repository.reader(), stageContents());
    const granted = repoWrite.scope.parse({ ...scope, branches });
    const denials = commitFiles.resolved(input, before).map((ask) => repoWrite.denies(granted, ask)?.denied ?? null);
    // The last is about what holds the default branch, of which this scope requires nothing.
    expect(denials).toEqual([covered ? null : 'Writing "trunk", the default branch, is not granted by name.', null]);
  });

  test('grants no base branch unless it names one', () => {
    const { base: _base, ...rest } = scope;
    const parsed = repoWrite.scope.parse(rest);
    expect(repoWrite.denies(parsed, { want: 'write', repository: 'acme/web', base: 'main' })).not.toBeNull();
  });

  test.each([
    ['alice', ['alice'], true],
    ['Alice', ['alice'], true],
    ['alice', undefined, false],
    ['bob', ['alice', 'team:web-*'], false],
    ['team:Web-Core', ['alice', 'team:web-*'], true],
    ['team:alice', ['alice'], false],
    ['anybody', ['*'], true],
  ])('a review of %j is asked for where %j says so', (reviewer, reviewers, granted) => {
    const parsed = repoWrite.scope.parse({ ...scope, ...(reviewers && { reviewers }) });
    const denial = repoWrite.denies(parsed, { want: 'write', repository: 'acme/web', reviewer });
    expect(denial === null).toBe(granted);
  });

  test.each([
    [1000, 1000],
    ['500B', 500],
    ['2KB', 2000],
    ['2 KiB', 2048],
    ['1MB', 1_000_000],
    ['1MiB', 1_048_576],
  ])('%j is so many bytes', (max_bytes, bytes) => {
    expect(repoWrite.scope.parse({ ...scope, max_bytes })).toMatchObject({ max_bytes: bytes });
  });

  test.each([
    { max_bytes: '1 parsec' },
    { max_bytes: 0 },
    { max_bytes: '-1MB' },
    { max_files: 0 },
    { max_files: 1.5 },
    { branches: [] },
    { branches: undefined },
    { branches: ['deps/**x'] },
    { brances: ['x'] },
  ])('%j is refused', (wrong) => {
    expect(repoWrite.scope.safeParse({ ...scope, ...wrong }).success).toBe(false);
  });
});
