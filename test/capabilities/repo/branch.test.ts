import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { branchProblem } from '#capabilities/repo/branch.ts';
import { repositoryName, sameRepository } from '#capabilities/repo/name.ts';
import { withGit } from './git.ts';

describe('branch names', () => {
  test.each(['main', 'deps/zod-4', 'feature/日本', 'a.b', 'x@y', "it's"])('accepts %j', (name) => {
    expect(branchProblem(name)).toBeNull();
  });

  const refused = [
    '',
    'refs/heads/main',
    'REFS/heads/main',
    'HEAD',
    'head',
    '@',
    '-x',
    '--upload-pack=x',
    'a'.repeat(40),
    'A'.repeat(40),
    'b'.repeat(64),
    'a..b',
    'a@{1}',
    '.a',
    'a/.b',
    'a.lock',
    'a.lock/b',
    'a.LOCK',
    'a/',
    '/a',
    'a//b',
    'a.',
    'a b',
    'a~b',
    'a^b',
    'a:b',
    'a?b',
    'a*b',
    'a[b',
    'a\\b',
    'a\0b',
    'a\nb',
    'a\u007fb',
    'a\u202eb',
    'a\u200bb',
    '\ud800',
  ];
  test.each(refused)('refuses %j', (name) => {
    expect(branchProblem(name)).not.toBeNull();
  });

  test('have at most 244 bytes', () => {
    expect(branchProblem('x'.repeat(244))).toBeNull();
    expect(branchProblem('x'.repeat(245))).not.toBeNull();
  });

  test('never accepts what git refuses', () => {
    const piece = fc.constantFrom(
      'a',
      '.',
      '..',
      '/',
      '-',
      '@',
      '{',
      '~',
      '^',
      ':',
      '*',
      '[',
      '\\',
      '.lock',
      'HEAD',
      'é',
      ' ',
    );
    const name = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
    const taken = [...new Set(fc.sample(name, { numRuns: 3000, seed: 3 }))].filter(
      (each) => branchProblem(each) === null,
    );
    expect(taken.length).toBeGreaterThan(30);
    withGit((git) => {
      for (const each of taken.slice(0, 40)) expect(git(['check-ref-format', '--branch', each]).trim()).toBe(each);
    });
  });
});

describe('repository names', () => {
  test.each(['acme/web', 'A-b/c.d_e', 'user_company/x', 'a/.github'])('accepts %j', (name) => {
    expect(repositoryName.safeParse(name).success).toBe(true);
  });

  const refused = [
    '',
    'acme',
    'acme/',
    '/web',
    'acme/web/x',
    'acme/..',
    'acme/.',
    '-a/b',
    'a b/c',
    'a/b?c',
    'a/b#c',
    'a/ｂ',
    'a/b\n',
    '../x',
  ];
  test.each(refused)('refuses %j', (name) => {
    expect(repositoryName.safeParse(name).success).toBe(false);
  });

  test('are the same in any case', () => {
    expect(sameRepository('Acme/Web', 'acme/web')).toBe(true);
    expect(sameRepository('acme/web', 'acme/web2')).toBe(false);
  });
});
