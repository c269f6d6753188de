import { test } from 'vitest';
import { expectPromisesHold, expectPromisesHoldAlone } from './expect-promises.ts';
import { rulesInForce } from './rules.ts';

test.each([
  { repeat: 'guarded', steps: 1, attempts: 2, misfortunes: 2, atLeast: 100_000 },
  { repeat: 'guarded', steps: 2, attempts: 2, misfortunes: 1, atLeast: 200_000 },
  { repeat: 'never', steps: 1, attempts: 2, misfortunes: 2, atLeast: 30_000 },
  { repeat: 'never', steps: 2, attempts: 2, misfortunes: 1, atLeast: 30_000 },
] as const)(
  'whatever happens to a change, every promise holds: $steps steps, $attempts attempts at each, $misfortunes misfortunes',
  { timeout: 600_000 },
  async (exploration) => expectPromisesHold(await rulesInForce(), exploration),
);

test.each([
  { kind: 'rule', steps: 1, attempts: 2, misfortunes: 1, atLeast: 40_000 },
  { kind: 'grant', steps: 1, attempts: 1, misfortunes: 2, atLeast: 60_000 },
  { kind: 'rule', steps: 2, attempts: 1, misfortunes: 1, atLeast: 30_000 },
  { kind: 'grant', steps: 2, attempts: 1, misfortunes: 1, atLeast: 50_000 },
] as const)(
  'and what is decided by a $kind: $steps steps, $attempts attempts at each, $misfortunes misfortunes',
  { timeout: 600_000 },
  async (exploration) => expectPromisesHoldAlone(await rulesInForce(), exploration),
);
