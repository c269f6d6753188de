import { describe } from 'vitest';
import { noSchema } from './schema.ts';

/** Tests that need the fake, which needs Linear's schema: skipped without it, with the reason in their name. */
export function describeLinear(name: string, tests: () => void): void {
  describe.skipIf(noSchema !== null)(noSchema === null ? name : `${name} (skipped: ${noSchema})`, tests);
}
