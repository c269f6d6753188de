import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ancestors, pathProblem } from '#capabilities/repo/paths.ts';
import { withGit } from './git.ts';

const accepted = [
  'README.md',
  'src/app/[id]/page.tsx',
  'a b/c d.txt',
  '.gitignore',
  '.github/workflows/ci.yml',
  'docs/日本語.md',
  'e\u0301.txt',
  'git',
  'git~2',
  'x.git',
  'a..b/...c',
];

const refused: readonly (readonly [path: string, why: RegExp])[] = [
  ['', /empty/],
  ['/etc/passwd', /relative/],
  ['a//b', /empty segment/],
  ['a/', /empty segment/],
  ['.', /"\."/],
  ['a/./b', /"\."/],
  ['../x', /"\.\."/],
  ['a/..', /"\.\."/],
  ['a\0b', /control/],
  ['a\nb', /control/],
  ['a\u0085b', /control/],
  ['a\u007fb', /control/],
  ['a\\b', /backslash/],
  ['..\\x', /backslash/],
  ['\ud800', /Unicode/],
  ['.git/config', /git’s own/],
  ['.GIT/config', /git’s own/],
  ['a/.Git/hooks/pre-commit', /git’s own/],
  ['.git', /git’s own/],
  ['.git.', /git’s own/],
  ['.git . .', /git’s own/],
  ['.git ', /git’s own/],
  ['git~1', /git’s own/],
  ['GIT~1/config', /git’s own/],
  ['.git::$INDEX_ALLOCATION/x', /git’s own/],
  ['.git:x', /git’s own/],
  ['.g\u200cit/config', /git’s own/],
  ['.gi\u200dt', /git’s own/],
  ['\ufeff.git', /git’s own/],
  ['.g\u202eit', /git’s own/],
  ['.g\u0131t/config', /git’s own/],
  ['．ｇｉｔ/config', /git’s own/],
  ['.\u200c.', /alone/],
  ['a/\u200b', /alone/],
  ['a/... ', /alone/],
];

describe('paths', () => {
  test.each(accepted)('accepts %j', (path) => {
    expect(pathProblem(path)).toBeNull();
  });

  test.each(refused)('refuses %j', (path, why) => {
    expect(pathProblem(path)).toMatch(why);
  });

  test('a segment has at most 255 bytes, and a path 4096', () => {
    expect(pathProblem(`${'a'.repeat(255)}/b`)).toBeNull();
    expect(pathProblem('a'.repeat(256))).toMatch(/segment longer/);
    expect(pathProblem('あ'.repeat(86))).toMatch(/segment longer/);
    expect(pathProblem(Array.from({ length: 1366 }, () => 'ab').join('/'))).toMatch(/4096/);
  });

  test('the folders above a path are named from the root down', () => {
    expect(ancestors('a/b/c')).toEqual(['a', 'a/b']);
    expect(ancestors('a')).toEqual([]);
  });

  test('never accepts what git refuses on any platform', () => {
    const piece = fc.constantFrom(
      '.',
      '..',
      'git',
      'GIT',
      '~1',
      '/',
      '\\',
      ':',
      ' ',
      '\u200c',
      '\u2060',
      'ı',
      'a',
      '.git',
      '\t',
      '*',
    );
    const path = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(''));
    const candidates = fc.sample(path, { numRuns: 4000, seed: 7 });
    const taken = [...new Set([...accepted, ...candidates])].filter((each) => pathProblem(each) === null);
    expect(taken.length).toBeGreaterThan(200);
    withGit((git) => {
      git(['config', 'core.protectHFS', 'true']);
      git(['config', 'core.protectNTFS', 'true']);
      const blob = git(['hash-object', '-w', '--stdin'], 'x').trim();
      // Each in a folder of its own, so that none is in another's way.
      const index = (paths: readonly string[]) => paths.map((each, n) => `100644 ${blob}\t${n}/${each}\0`).join('');
      const kept = (paths: readonly string[]) => {
        git(['update-index', '--add', '-z', '--index-info'], index(paths));
        return git(['ls-files', '-z']).split('\0').filter(Boolean).length;
      };
      expect(kept(taken)).toBe(taken.length);
      // Git leaves out what it refuses, so the count does tell.
      expect(kept([...taken, '.g\u200cit/x'])).toBe(taken.length);
    });
  });
});
