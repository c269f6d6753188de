import { it } from 'vitest';
import { expectOneChange } from './same-call.ts';

// A thousand of them are in idempotency.apart.test.ts.
it('the same call 100 times, fifty at once, with and without a key, makes one change', () => expectOneChange(100));
