import { describe, expect, test } from 'vitest';
import { violationOf } from './invariants.ts';

const change = (status: string, note: string | null = null, done: string[] = []) => ({
  status,
  note,
  steps: ['branch', 'commit'].map((name) => ({ name, state: done.includes(name) ? 'done' : 'waiting' })),
});
const none = { branch: 0, commit: 0 };
const half = { branch: 1, commit: 0 };
const all = { branch: 1, commit: 1 };

describe('what the bench takes for true', () => {
  test.each([
    ['applied, and all of it is there', change('applied'), all, 'applied'],
    ['failed with a reason, and nothing is there', change('failed', 'no'), none, 'refused'],
    ['partial as to what is there', change('partial', 'no', ['branch']), half, 'refused'],
  ] as const)('%s', (_, stands, effects, expected) => {
    expect(violationOf(stands, effects, expected)).toBeNull();
  });
});

describe('what the bench catches', () => {
  test.each([
    ['a commit that was made twice', change('applied'), { branch: 1, commit: 2 }, 'applied'],
    ['applied, and something is missing', change('applied'), half, 'applied'],
    ['failed, and something is there', change('failed', 'no'), half, 'refused'],
    ['failed without a reason', change('failed'), none, 'refused'],
    ['partial as to something else', change('partial', 'no', ['commit']), half, 'refused'],
    ['a write that was lost', change('failed', 'no'), none, 'applied'],
    ['a change that never ends', change('approved', 'waits'), none, 'refused'],
    ['a doubt without a reason', change('unknown'), half, 'refused'],
    ['a doubt that nobody settles', change('unknown', 'lost'), half, 'refused'],
  ] as const)('%s', (_, stands, effects, expected) => {
    expect(violationOf(stands, effects, expected)).not.toBeNull();
  });
});
