import { expect, test } from 'vitest';
import { ownersOf, parseCodeOwners } from '#capabilities/repo/code-owners.ts';

/** Whether a pattern names a path. */
function names(pattern: string, path: string): boolean {
  return ownersOf(parseCodeOwners(`${pattern} @alice`), path).length > 0;
}

test.each<readonly [pattern: string, named: readonly string[], others: readonly string[]]>([
  ['*', ['a', 'a/b/c.txt', '.github/x'], []],
  ['*.js', ['a.js', 'src/deep/a.js', 'x.js/inside'], ['a.jsx', 'a.ts']],
  ['/*.js', ['a.js'], ['src/a.js']],
  ['/build/logs/', ['build/logs/a', 'build/logs/b/c'], ['build/logs', 'x/build/logs/a', 'build/logs2/a']],
  ['build/logs', ['build/logs', 'build/logs/a/b'], ['x/build/logs']],
  ['docs/*', ['docs/a.md'], ['docs/build-app/a.md', 'x/docs/a.md']],
  ['docs/**', ['docs/a.md', 'docs/build-app/a.md'], ['docs', 'x/docs/a.md']],
  ['apps/', ['apps/a', 'x/apps/a/b'], ['apps', 'myapps/a']],
  ['apps', ['apps', 'apps/a', 'x/apps/a/b'], ['myapps/a']],
  ['**/logs', ['logs/a', 'build/logs/a', 'deeply/nested/logs/a', 'logs'], ['logs2']],
  ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z', 'a/b/z/below'], ['a/bz', 'x/a/z']],
  ['/src/*/index.ts', ['src/a/index.ts'], ['src/index.ts', 'src/a/b/index.ts']],
  ['/v?/a', ['v1/a'], ['v/a', 'v12/a', 'v//a']],
  ['/a**b', ['ab', 'axb'], ['a/b']],
  ['my\\ folder/', ['my folder/a'], ['my/a', 'folder/a']],
  ['/\\*.md', ['*.md'], ['a.md']],
  ['Docs/', ['Docs/a'], ['docs/a']],
])('%j names what GitHub says it names', (pattern, named, others) => {
  expect(named.filter((path) => !names(pattern, path))).toEqual([]);
  expect(others.filter((path) => names(pattern, path))).toEqual([]);
});

const example = `
# Everything, unless a later line says otherwise.
*       @global-owner1 @Acme/Platform   # an inline comment
*.js    js@example.com
/apps/ @octocat
/apps/github
`;

test('the last line that names a file decides, and one without owners leaves it to nobody', () => {
  const file = parseCodeOwners(example);
  const owners = (path: string) => ownersOf(file, path);
  expect(owners('a.txt')).toEqual(['@global-owner1', '@Acme/Platform']);
  expect(owners('a.js')).toEqual(['js@example.com']);
  expect(owners('apps/a.js')).toEqual(['@octocat']);
  expect(owners('apps/github/a.js')).toEqual([]);
  expect(file.unread).toEqual([]);
});

test('lines that GitHub does not take are passed over and told by number', () => {
  const lines = [
    '* @alice',
    '!a.md @eve',
    '\\#a @eve',
    '[ab].md @eve',
    'a.md eve',
    'a.md @eve @-no',
    '/ @eve',
    'a//b @eve',
  ];
  const file = parseCodeOwners(`\uFEFF${lines.join('\r\n')}\r\nb.md @a/b/c\na\\`);
  expect(file.unread).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(ownersOf(file, 'a.md')).toEqual(['@alice']);
});

test('a pattern made to be slow is not', () => {
  const pattern = `${'*a'.repeat(100)}*b/${'**/x*y/'.repeat(40)}z`;
  const path = `${'a'.repeat(250)}/${'xxy/'.repeat(400)}q`;
  const started = performance.now();
  expect(names(pattern, path)).toBe(false);
  expect(performance.now() - started).toBeLessThan(5000);
});
