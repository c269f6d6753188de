import { test } from 'vitest';
import { expectPromisesHold } from './expect-promises.ts';
import { rulesInForce } from './rules.ts';

test.each([
  { repeat: 'guarded', steps: 1, attempts: 2, misfortunes: 2, atLeast: 100_000 },
  { repeat: 'guarded', steps: 2, attempts: 2, misfortunes: 1, atLeast: 200_000 },
] as const)(
  'whatever happens to a change, every promise holds: $steps steps, $attempts attempts at each, $misfortunes misfortunes',
  { timeout: 600_000 },
  async (exploration) => expectPromisesHold(await rulesInForce(), exploration),
);
