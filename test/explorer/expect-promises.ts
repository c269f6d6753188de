import { expect } from 'vitest';
import { statuses } from '#shared/changes/transitions.ts';
import { explore } from './explore.ts';
import type { Rules } from './rules.ts';
import type { Bounds } from './state.ts';

/** Explores the life of a proposal that people decide on: no promise is broken, and the exploration went far. */
export function expectPromisesHold(
  rules: Rules,
  { repeat, atLeast, ...bounds }: Bounds & Pick<Rules, 'repeat'> & { readonly atLeast: number },
): void {
  const { broken, states, cut, reached } = explore({ ...rules, repeat }, bounds);
  expect(broken).toBeNull();
  expect(states).toBeGreaterThan(atLeast);
  // What needs still more attempts is a small part.
  expect(cut).toBeLessThan(states / 20);
  const partial = bounds.steps > 1 ? [] : ['partial'];
  // Only a restore is tried out, and what is explored is the life of a proposal.
  const missed = statuses.filter((status) => status !== 'compared' && !reached.has(status));
  expect(missed).toEqual(partial);
}

/** Explores the life of a proposal that is decided without a person, in the same way. */
export function expectPromisesHoldAlone(
  rules: Rules,
  { atLeast, ...bounds }: Bounds & { readonly atLeast: number },
): void {
  const { broken, states, reached } = explore(rules, bounds);
  expect(broken).toBeNull();
  expect(states).toBeGreaterThan(atLeast);
  expect([...reached]).toEqual(expect.arrayContaining(['applied', 'revoked', 'rejected', 'unknown']));
}
