import { describe, expect, test } from 'vitest';
import type { RepoAsk } from '#capabilities/repo/types.ts';
import { repoMerge } from '#capabilities/repo-merge/capability.ts';

const ask = (more: Partial<RepoAsk> = {}): RepoAsk => ({ want: 'write', repository: 'acme/web', ...more });
const denied = (scope: object, more?: Partial<RepoAsk>) =>
  repoMerge.denies(
    repoMerge.scope.parse({ repositories: ['acme/web'], base: ['main', 'release/*'], methods: ['squash'], ...scope }),
    ask(more),
  )?.denied ?? null;

describe('the scope of merging', () => {
  test.each<readonly [string, Partial<RepoAsk>, string | null]>([
    ['a method that is granted', { method: 'squash' }, null],
    ['another method', { method: 'rebase' }, 'Merging by rebase is not granted, only by squash.'],
    ['a base', { base: 'release/2' }, null],
    ['a base in another case', { base: 'Main' }, 'Merging into "Main" is not granted.'],
    ['a base below one', { base: 'release/2/x' }, 'Merging into "release/2/x" is not granted.'],
    ['the default branch by name', { base: 'main', defaultBranch: 'main' }, null],
    [
      'the default branch by a wildcard',
      { base: 'release/2', defaultBranch: 'release/2' },
      'Merging into "release/2", the default branch, is not granted by name.',
    ],
    ['another repository', { repository: 'acme/other' }, 'Merging in acme/other is not granted.'],
    ['reading', { want: 'read' }, 'Only merging is granted here.'],
    ['a file', { path: 'src/a.ts' }, null],
    [
      'a file that steers CI',
      { path: '.github/workflows/ci.yml' },
      'Merging a pull request that changes ".github/workflows/ci.yml" is not granted.',
    ],
  ])('for %s', (_, more, says) => {
    expect(denied({}, more)).toBe(says);
  });

  test('can be narrowed to paths', () => {
    const scope = { paths: { allow: ['docs/**'] } };
    expect(denied(scope, { path: 'docs/a.md' })).toBeNull();
    expect(denied(scope, { path: 'src/a.ts' })).toMatch('is not granted');
  });

  test.each([{ methods: [] }, { base: [] }, { methods: ['octopus'] }, { base: undefined }, { methods: undefined }])(
    'is nothing without %j',
    (scope) => {
      expect(() => denied(scope)).toThrow();
    },
  );

  test('leaves reading to who may read, and writing files to nobody', () => {
    expect(repoMerge.elsewhere?.(ask({ want: 'read' }))).toMatchObject({ capability: { name: 'repo-read' } });
    expect(repoMerge.elsewhere?.(ask())).toBeNull();
    expect(repoMerge.tools.map(({ name }) => name)).toEqual(['merge_pull_request']);
  });
});
