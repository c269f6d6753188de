import { it } from 'vitest';
import { expectOneChange } from './same-call.ts';

it('the same call 1,000 times, fifty at once, with and without a key, makes one change', { timeout: 240_000 }, () =>
  expectOneChange(1_000),
);
