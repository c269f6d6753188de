import { describe, expect, test } from 'vitest';
import { coverageOf } from '#shared/changes/grant-coverage.ts';
import { exploreUses, type UseRules, useRules } from './uses.ts';

test('a task grant never goes further than its bounds, whoever decides and carries out, in whatever order', () => {
  const { states, broken } = exploreUses(useRules);
  expect(broken).toBeNull();
  expect(states).toBeGreaterThan(500);
});

const brokenBy = (change: Partial<UseRules>): string => exploreUses({ ...useRules, ...change }).broken ?? 'nothing';

describe('broken on purpose:', () => {
  const blind: UseRules['coverage'] = (grounds, change) =>
    coverageOf({ ...grounds, used: { changes: 0, bytes: 0 } }, change);
  const noBytes: UseRules['coverage'] = (grounds, change) =>
    coverageOf({ ...grounds, grant: { ...grounds.grant, bytes: 1_000 } }, change);
  const noCount: UseRules['coverage'] = (grounds, change) =>
    coverageOf({ ...grounds, grant: { ...grounds.grant, changes: 9, bytes: 1_000 } }, change);

  test.each<[string, Partial<UseRules>, string]>([
    [
      'two decide at the same time, and the ledger and the executor take it',
      { atomic: false, within: false, verified: false, promise: 'written' },
      'than the grant allows',
    ],
    ['nobody counts the bytes', { coverage: noBytes, within: false }, 'more bytes than the grant allows'],
    ['nobody counts the changes', { coverage: noCount, within: false }, 'than the grant allows'],
    [
      'a decision is kept after the end',
      { atomic: false, within: false, coverage: blind },
      'a change came under a grant that had ended',
    ],
    ['nobody asks before a step begins', { begin: false }, 'goes on under a grant that has ended'],
    ['nobody asks before a request leaves', { leave: false }, 'goes on under a grant that has ended'],
    [
      'nobody counts, and the executor believes it',
      { coverage: noBytes, within: false, verified: false, promise: 'written' },
      'more bytes than the grant allows',
    ],
  ])('%s', (_what, change, promise) => {
    expect(brokenBy(change)).toContain(promise);
  });

  test.each<[string, Partial<UseRules>]>([
    ['the ledger refuses what two decide at the same time', { atomic: false }],
    ['the ledger refuses what the approvals server did not count', { coverage: noCount }],
    ['the executor refuses what neither did', { coverage: noCount, within: false, promise: 'written' }],
    ['the executor refuses one number twice', { atomic: false, within: false, promise: 'written' }],
  ])('one of the others is enough: %s', (_what, change) => {
    expect(brokenBy(change)).toBe('nothing');
  });
});
