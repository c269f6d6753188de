import { expect, test } from 'vitest';
import { nextStep } from '#servers/approvals/queue/next-steps.ts';

test('an agent is not to build on what was made without a good signature', () => {
  const applied = { id: 'chg_1', status: 'applied', category: null } as const;
  expect(nextStep(applied)).toMatch(/^It is done\. Go on/);
  const unsigned = nextStep({ ...applied, unsigned: true });
  expect(unsigned).toMatch(/not signed .* tell a person, and undo it with propose_restore/);
});
