import * as z from 'zod';

/** Why the agent wants what it proposes. Shown to the approver as untrusted text, last. */
export const reasonInput = z
  .string()
  .min(1)
  .max(2000)
  .refine((text) => text.isWellFormed() && text.trim() !== '', { error: 'must be text that is not blank' })
  .describe('Why, for the person who decides.');

/** Names a change of the agent's own that has to be applied first. */
export const afterInput = z
  .string()
  .regex(/^chg_[0-9a-z]{1,60}$/, { error: 'must be the id of a change, chg_…' })
  .optional()
  .describe(
    'A change of yours to be applied first. {{after.FIELD}} in texts that allow it becomes that field of its receipt.',
  );

/** Names a change of the agent's own that this one takes the place of. */
export const supersedesInput = z
  .string()
  .regex(/^chg_[0-9a-z]{1,60}$/, { error: 'must be the id of a change, chg_…' })
  .optional()
  .describe('A rejected or waiting change of yours, of this tool and target, that this is a new version of.');

/** Lets an agent repeat a proposal without making a second change. */
export const idempotencyKeyInput = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, { error: 'must be 1 to 200 printable ASCII characters without spaces' })
  .optional()
  .describe('Your key: the same key and content again give the same change.');
