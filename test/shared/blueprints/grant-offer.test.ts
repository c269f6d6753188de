import { expect, test } from 'vitest';
import { full, parse, problems } from './fixture.ts';

const rule = (grant: string, more = ''): string =>
  full.replace('review:', `review:\n  rules: [{ tools: [propose_books], ${more}grant: ${grant} }]`);

test('a rule says how much whoever approves may allow in advance', () => {
  const { review } = parse(
    rule('{ changes: 20, bytes: 2MiB, for: 72h, tools: [propose_books], paths: ["docs/**"], flags: [dependency] }'),
  );
  expect(review.rules?.[0]?.grant).toEqual({
    changes: 20,
    bytes: 2 * 1024 * 1024,
    forMs: 72 * 3_600_000,
    tools: ['propose_books'],
    paths: ['docs/**'],
    flags: ['dependency'],
  });
});

test('an offer that names no tools is for all that can follow', () => {
  expect(parse(rule('{ changes: 1, bytes: 10, for: 1m }')).review.rules?.[0]?.grant).toEqual({
    changes: 1,
    bytes: 10,
    forMs: 60_000,
    tools: ['propose_books'],
  });
});

const at = 'b.yaml:17:';
test.each([
  [
    'a tool that cannot follow',
    '{ changes: 1, bytes: 10, for: 1h, tools: [remove_books] }',
    'grant.tools[0]',
    'must be',
  ],
  ['no end', '{ changes: 1, bytes: 10 }', 'grant.for', 'missing'],
  ['a time too long', '{ changes: 1, bytes: 10, for: 31d }', 'grant.for', '1m to 30d'],
  ['too many changes', '{ changes: 101, bytes: 10, for: 1h }', 'grant.changes', 'at most 100'],
  ['no changes', '{ changes: 0, bytes: 10, for: 1h }', 'grant.changes', 'at least 1'],
  ['too many bytes', '{ changes: 1, bytes: 101MiB, for: 1h }', 'grant.bytes', 'at most'],
  ['a path that is none', '{ changes: 1, bytes: 1, for: 1h, paths: [docs/] }', 'grant.paths[0]', 'must not begin'],
  ['others’ work', '{ changes: 1, bytes: 1, for: 1h, flags: [overwrites_others] }', 'grant.flags[0]', 'Others’ work'],
  ['a key that is none', '{ changes: 1, bytes: 1, for: 1h, until: 1 }', 'grant.until', 'no such key'],
])('an offer with %s is refused at its place', (_what, grant, path, said) => {
  const found = problems(rule(grant));
  expect(found).toEqual([expect.stringContaining(`review.rules[0].${path}: `)]);
  expect(found[0]).toMatch(new RegExp(`^${at}\\d+: `));
  expect(found[0]).toContain(said);
});

test('a rule that wants two people offers no grant', () => {
  expect(problems(rule('{ changes: 1, bytes: 1, for: 1h }', 'by: ["group:a"], quorum: 2, '))).toEqual([
    expect.stringMatching(/^b\.yaml:17:\d+: review\.rules\[0\]\.grant: One person gives a grant/),
  ]);
});

test('what the default wants counts for a rule with a grant too', () => {
  const two = rule('{ changes: 1, bytes: 1, for: 1h }').replace('by: [local], quorum: 1', 'by: ["group:a"], quorum: 2');
  expect(problems(two)).toEqual([expect.stringContaining('review.rules[0].grant: One person gives a grant')]);
});
