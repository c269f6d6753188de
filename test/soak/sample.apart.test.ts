import { describe, expect, test } from 'vitest';
import { onPostgres } from '#test/shared/ledger/engines.ts';
import { randomOf, shuffled } from './random.ts';
import { runSoak } from './run.ts';

/** Each is written once without a fault first, to learn of its requests: to write all of them takes long. */
const kinds = [
  'open',
  'commit',
  'restore-open',
  'restore-commit',
  'reply',
  'merge',
  'plan-restore',
  'tickets',
  'pages',
];

const pages = [
  'page-bring-back / write to a file / kill knowledge after',
  'page-accept-note / any / kill knowledge at commit 3',
];

test('faults at some steps of some writes lose nothing, do nothing twice, and leave no status that is not true', {
  timeout: 600_000,
}, async () => {
  const seed = 20_261_121;
  const first = (title: string): boolean => pages.includes(title);
  const report = await runSoak({
    seed,
    minutes: 10,
    most: 8,
    quick: true,
    first,
    kinds,
    places: ['own'],
    tell: () => {},
  });
  expect(report.outcomes.filter(({ violation }) => violation !== undefined)).toEqual([]);
  expect(report.outcomes).toHaveLength(8);
});

describe('several executors of one server, each a process of its own', () => {
  onPostgres((server) => {
    test('one is killed and one is frozen in the middle of a write: the other goes on, and it is made once', {
      timeout: 600_000,
    }, async () => {
      const only = (title: string): boolean => /\/ (?:kill|freeze) github before, second executor$/.test(title);
      const wanted = { kinds: ['commit'], only, newLedger: server().ledger };
      const report = await runSoak({ seed: 1, minutes: 10, ...wanted, tell: () => {} });
      expect(
        report.outcomes.map(({ fault, outcome, violation }) => violation ?? `${fault}: ${outcome}`).sort(),
      ).toEqual(['freeze github before, second executor: applied', 'kill github before, second executor: applied']);
    });
  });
});

test('a seed decides the order, and another one another order', () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  expect(shuffled(items, randomOf(7))).toEqual(shuffled(items, randomOf(7)));
  expect(shuffled(items, randomOf(7))).not.toEqual(shuffled(items, randomOf(8)));
  expect(shuffled(items, randomOf(7)).toSorted((a, b) => a - b)).toEqual(items);
});
