import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TaskGrant } from '#shared/changes/grant.ts';
import { coverageOf, type FollowUp, type Grounds } from '#shared/changes/grant-coverage.ts';
import { denyTerms, type GrantTerms, termsOffered } from '#shared/changes/grant-terms.ts';
import type { Effect } from '#shared/tools/index.ts';

const branch = 'branch:R_1/deps/zod';
const pullRequest = 'pull_request:PR_1';
const head = 'a'.repeat(40);
const id = `chg_${'0'.repeat(26)}`;

const grant: TaskGrant = {
  format: 'countersign/task-grant@1',
  id: `grt_${'0'.repeat(26)}`,
  origin: { change_id: id, seal: '0'.repeat(64) },
  agent: 'deps-bot',
  blueprint: 'deps',
  server: 'github',
  backend: 'api.github.test',
  target: { repository: 'acme/web', id: 1 },
  tools: ['commit_files', 'comment_on_pull_request'],
  paths: ['src/*', 'package.json'],
  flags: ['dependency'],
  changes: 3,
  bytes: 100,
  granted_at: '2027-01-01T00:00:00.000Z',
  expires_at: '2027-01-02T00:00:00.000Z',
  approver: { issuer: 'https://idp.test', subject: 'alice' },
};

const grounds: Grounds = {
  grant,
  origin: {
    reaches: [
      { code: 'runs_ci', message: 'CI runs.' },
      { code: 'triggers_software', message: 'Mentions people: @bot.' },
    ],
  },
  things: new Map([
    [branch, new Set([head])],
    [pullRequest, new Set()],
  ]),
  used: { changes: 0, bytes: 0 },
  at: '2027-01-01T12:00:00.000Z',
};

const file = (path: string, bytes = 10): Effect => ({
  kind: 'file',
  path,
  before: null,
  after: { content: { sha256: '0'.repeat(64), bytes }, mode: '100644', binary: false },
});

const follow: FollowUp = {
  requester: { kind: 'agent', agent: 'deps-bot' },
  blueprint: { name: 'deps', digest: '0'.repeat(64) },
  server: 'github',
  backend: 'api.github.test',
  target: { repository: 'acme/web', id: 1 },
  tool: 'commit_files',
  effects: [file('src/a.ts')],
  flags: [],
  reaches: [{ code: 'runs_ci', message: 'CI runs.' }],
  reversible: { kind: 'full' },
  stands_on: [
    { thing: branch, version: head },
    { thing: pullRequest, version: null },
  ],
};

const held = (change: Partial<FollowUp> = {}, by: Partial<Grounds> = {}) =>
  coverageOf({ ...grounds, ...by }, { ...follow, ...change });

test('a follow-up on what the change left is covered, as the next one and with its bytes', () => {
  expect(held()).toEqual({ covered: true, number: 1, bytes: 10 });
  expect(held({}, { used: { changes: 2, bytes: 90 } })).toEqual({ covered: true, number: 3, bytes: 10 });
});

describe('a target that the change left open, as what it makes has no id before', () => {
  const made = { ...grant, target: { projectId: '1', ticketId: null } };
  const one = { thing: 'ticket:7', version: null };
  const by = { grant: made, things: new Map([[one.thing, new Set<string>()]]) };
  const on = (target: FollowUp['target'], stands_on = [one]) =>
    held({ target, stands_on, effects: [], reaches: [] }, by).covered;

  test('is covered where it is what the change made', () => {
    expect(on({ projectId: '1', ticketId: '7' })).toBe(true);
  });

  test.each<[string, FollowUp['target']]>([
    ['in another place', { projectId: '2', ticketId: '7' }],
    ['with more to it', { projectId: '1', ticketId: '7', more: 'x' }],
    ['with less to it', { projectId: '1' }],
    ['of another kind', ['1', '7']],
    ['that is none', null],
  ])('and not one %s', (_what, target) => {
    expect(on(target)).toBe(false);
  });

  test('and not where it is something else in the same place', () => {
    expect(on({ projectId: '1', ticketId: '8' }, [{ thing: 'ticket:8', version: null }])).toBe(false);
    expect(on({ projectId: '1', ticketId: '7' }, [one, { thing: 'ticket:8', version: null }])).toBe(false);
  });
});

test('a comment writes no files, and its text counts', () => {
  const effects: Effect[] = [{ kind: 'field', target: 'comment', field: 'text', before: null, after: 'ü€' }];
  const comment = { tool: 'comment_on_pull_request', effects, stands_on: [{ thing: pullRequest, version: null }] };
  expect(held(comment)).toEqual({ covered: true, number: 1, bytes: 5 });
  const long: Effect = { kind: 'text', target: 'page', field: 'text', before: null, after: { sha256: '0', bytes: 7 } };
  expect(held({ ...comment, effects: [...effects, long] })).toMatchObject({ bytes: 12 });
});

describe('it ends with a follow-up', () => {
  test.each<[string, Partial<FollowUp>, string]>([
    ['that writes a path outside', { effects: [file('src/a.ts'), file('lib/a.ts')] }, 'path'],
    ['that writes below a folder of which only the files are covered', { effects: [file('src/deep/a.ts')] }, 'path'],
    ['that moves a file from outside', { effects: [{ ...file('src/a.ts'), movedFrom: 'x.ts' } as Effect] }, 'path'],
    ['that deletes outside', { effects: [{ ...file('x.ts'), after: null } as Effect] }, 'path'],
    ['with a flag', { flags: [{ code: 'deletion', message: 'Deletes.' }] }, 'flag'],
    ['on somebody else’s commit', { stands_on: [{ thing: branch, version: 'b'.repeat(40) }] }, 'others'],
    ['on what was merged or closed', { stands_on: [{ thing: pullRequest, version: null, ended: true }] }, 'closed'],
  ])('%s', (_what, change, ends) => {
    expect(held(change)).toEqual({ covered: false, why: expect.any(String), ends });
  });
});

describe('a person decides, and the grant lasts, for', () => {
  test.each<[string, Partial<FollowUp>]>([
    ['another branch', { stands_on: [{ thing: 'branch:R_1/deps/other', version: head }] }],
    [
      'something else besides',
      { stands_on: [...(follow.stands_on ?? []), { thing: 'pull_request:2', version: null }] },
    ],
    ['what says of nothing what it builds on', { stands_on: [] }],
    ['another agent', { requester: { kind: 'agent', agent: 'other' } }],
    ['a person', { requester: { kind: 'person', issuer: 'i', subject: 's' } }],
    ['another blueprint', { blueprint: { name: 'other', digest: '0'.repeat(64) } }],
    ['another server', { server: 'tickets' }],
    ['another backend', { backend: 'github.com' }],
    ['another target', { target: { repository: 'acme/web', id: 2 } }],
    ['another tool', { tool: 'update_pull_request' }],
    ['what sets off something new', { reaches: [{ code: 'notifies', message: 'x' }] }],
    ['other words to other software', { reaches: [{ code: 'triggers_software', message: 'Mentions people: @ceo.' }] }],
    ['what cannot be undone', { reversible: { kind: 'irreversible', why: 'x' } }],
    ['one byte too much', { effects: [file('src/a.ts', 101)] }],
  ])('%s', (_what, change) => {
    expect(held(change)).toEqual({ covered: false, why: expect.any(String), ends: null });
  });

  test('content that leaves the organisation, although what was approved did too', () => {
    const reaches = [{ code: 'leaves_organisation' as const, message: 'Public.' }];
    expect(held({ reaches }, { origin: { reaches } })).toMatchObject({ covered: false, ends: null });
  });

  test('what its agent had read of others since it was given, which is no reason to end it', () => {
    const at = '2027-01-01T01:00:00.000Z';
    const one = { server: 'tickets', thing: 'ticket:1', name: 'WEB-1', revision: 'r1', at };
    const session = (
      untrusted: readonly (typeof one | (Omit<typeof one, 'revision'> & { revision: null }))[],
      more = 0,
    ) => ({
      from: at,
      to: at,
      untrusted,
      more,
    });
    const flags = [{ code: 'read_untrusted' as const, message: 'x' }];
    const heldAfter = (read: ReturnType<typeof session>, known?: ReturnType<typeof session>) =>
      held(
        { flags, session: read },
        { origin: { reaches: [...(follow.reaches ?? [])], ...(known && { session: known }) } },
      );
    const left = { covered: false, ends: null };
    expect(heldAfter(session([one]))).toMatchObject(left);
    expect(heldAfter(session([one]), session([]))).toMatchObject(left);
    expect(heldAfter(session([one]), session([one]))).toMatchObject({ covered: true });
    expect(heldAfter(session([{ ...one, at: '2027-01-01T02:00:00.000Z', name: 'X' }]), session([one]))).toMatchObject({
      covered: true,
    });
    expect(heldAfter(session([]), session([one]))).toMatchObject({ covered: true });
    // What its own changes left carries on what was known when they were decided.
    const own = { ...one, server: grant.server, thing: branch, revision: head };
    expect(heldAfter(session([own, one]), session([one]))).toMatchObject({ covered: true });
    for (const other of [{ revision: 'b'.repeat(40) }, { revision: null }, { server: 'tickets' }]) {
      expect(heldAfter(session([{ ...own, ...other }]), session([one]))).toMatchObject(left);
    }
    for (const other of [{ revision: 'r2' }, { thing: 'ticket:2' }, { server: 'knowledge' }]) {
      expect(heldAfter(session([one, { ...one, ...other }]), session([one]))).toMatchObject(left);
    }
    expect(heldAfter(session([one], 1), session([one], 1))).toMatchObject(left);
    const none = { ...one, revision: null };
    expect(heldAfter(session([none]), session([none]))).toMatchObject({ covered: true });
    expect(heldAfter(session([{ ...none, at: '2027-01-01T02:00:00.000Z' }]), session([none]))).toMatchObject(left);
  });

  test('one too many, a byte too much in all, and a millisecond too late', () => {
    expect(held({}, { used: { changes: 3, bytes: 0 } })).toMatchObject({ covered: false, ends: null });
    expect(held({}, { used: { changes: 1, bytes: 91 } })).toMatchObject({ covered: false, ends: null });
    expect(held({}, { at: '2027-01-01T23:59:59.999Z' })).toMatchObject({ covered: true });
    expect(held({}, { at: grant.expires_at })).toMatchObject({ covered: false, ends: null });
  });
});

const paths = fc.constantFrom(
  'src/a.ts',
  'src/b.ts',
  'src/deep/c.ts',
  'package.json',
  'SRC/A.ts',
  'lib/x.ts',
  '.npmrc',
);
const change = fc.record({
  tool: fc.constantFrom('commit_files', 'comment_on_pull_request', 'merge_pull_request'),
  effects: fc.array(
    fc.tuple(paths, fc.nat(120)).map(([path, bytes]) => file(path, bytes)),
    { maxLength: 4 },
  ),
  flags: fc.array(
    fc
      .constantFrom('dependency', 'deletion')
      .map((code) => ({ code: code as 'dependency' | 'deletion', message: 'x' })),
  ),
  stands_on: fc.array(
    fc.record({
      thing: fc.constantFrom(branch, pullRequest, 'branch:R_1/main'),
      version: fc.constantFrom(null, head, 'b'.repeat(40)),
    }),
  ),
});
const used = fc.record({ changes: fc.nat(4), bytes: fc.nat(110) });

test('whatever is covered is within all that was allowed', () => {
  fc.assert(
    fc.property(change, used, (drawn, spent) => {
      const found = held(drawn, { used: spent });
      if (!found.covered) return;
      expect(spent.changes + 1).toBe(found.number);
      expect(found.number).toBeLessThanOrEqual(grant.changes);
      expect(spent.bytes + found.bytes).toBeLessThanOrEqual(grant.bytes);
      expect(grant.tools).toContain(drawn.tool);
      expect(drawn.flags.every(({ code }) => code === 'dependency')).toBe(true);
      expect(drawn.stands_on.length).toBeGreaterThan(0);
      expect(drawn.stands_on.every(({ thing }) => grounds.things.has(thing))).toBe(true);
      for (const effect of drawn.effects) {
        if (effect.kind === 'file') expect(effect.path).toMatch(/^(?:src\/[^/]+|package\.json)$/i);
      }
    }),
  );
});

test('a grant that is narrower covers nothing more', () => {
  const narrower = fc.record({
    changes: fc.integer({ min: 1, max: 3 }),
    bytes: fc.integer({ min: 1, max: 100 }),
    paths: fc.subarray(grant.paths),
    tools: fc.subarray(grant.tools, { minLength: 1 }),
    flags: fc.subarray(grant.flags),
  });
  fc.assert(
    fc.property(change, used, narrower, (drawn, spent, less) => {
      const narrow = held(drawn, { used: spent, grant: { ...grant, ...less } });
      if (narrow.covered) expect(held(drawn, { used: spent }).covered).toBe(true);
    }),
  );
});

describe('what can be allowed', () => {
  const offer = { changes: 20, bytes: 1000, forMs: 3_600_000, tools: ['commit_files', 'comment_on_pull_request'] };
  const offered = termsOffered(offer, ['package.json', 'src/a.ts', 'src/b.ts', 'a/b/c.ts', 'odd*name/x']);

  test('is the files of the change, and what is beside them in their folders', () => {
    expect(offered.paths).toEqual(['a/b/*', 'package.json', 'src/*']);
    expect(termsOffered({ ...offer, paths: ['src/**'] }, ['x']).paths).toEqual(['src/**']);
  });

  test.each<[string, Partial<GrantTerms>]>([
    ['all of it', {}],
    ['less', { changes: 1, bytes: 1, for_ms: 1, tools: ['commit_files'], paths: [] }],
    ['files that it names', { paths: ['src/c.ts', 'package.json'] }],
  ])('%s', (_what, less) => {
    expect(denyTerms(offered, { ...offered, ...less })).toBeNull();
  });

  test.each<[string, Partial<GrantTerms>]>([
    ['more changes', { changes: 21 }],
    ['more bytes', { bytes: 1001 }],
    ['more time', { for_ms: 3_600_001 }],
    ['another tool', { tools: ['commit_files', 'update_pull_request'] }],
    ['a flag', { flags: ['dependency'] }],
    ['another folder', { paths: ['lib/*'] }],
    ['a wider glob', { paths: ['src/**'] }],
    ['a glob inside, of which nobody could tell', { paths: ['src/?.ts'] }],
    ['a file that is not beside', { paths: ['tsconfig.json'] }],
  ])('and not %s', (_what, more) => {
    expect(denyTerms(offered, { ...offered, ...more })).not.toBeNull();
  });
});
