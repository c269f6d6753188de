import { expect, test } from 'vitest';
import { randomOf, shuffled } from './random.ts';
import { runSoak } from './run.ts';

test('faults at some steps of some writes lose nothing, do nothing twice, and leave no status that is not true', {
  timeout: 600_000,
}, async () => {
  const seed = 20_261_121;
  const report = await runSoak({ seed, minutes: 10, most: 8, quick: true, tell: () => {} });
  expect(report.outcomes.filter(({ violation }) => violation !== undefined)).toEqual([]);
  expect(report.outcomes).toHaveLength(8);
});

test('a seed decides the order, and another one another order', () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  expect(shuffled(items, randomOf(7))).toEqual(shuffled(items, randomOf(7)));
  expect(shuffled(items, randomOf(7))).not.toEqual(shuffled(items, randomOf(8)));
  expect(shuffled(items, randomOf(7)).toSorted((a, b) => a - b)).toEqual(items);
});
