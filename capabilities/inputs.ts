import * as z from 'zod';

/** Why the agent wants what it proposes. Shown to the approver as untrusted text, last. */
export const reasonInput = z
  .string()
  .min(1)
  .max(2000)
  .refine((text) => text.isWellFormed() && text.trim() !== '', { error: 'must be text that is not blank' })
  .describe('Why: shown to the person who decides (1 to 2000 characters).');

/** Names a change of the agent's own that has to be applied first. */
export const afterInput = z
  .string()
  .regex(/^chg_[0-9a-z]{1,60}$/, { error: 'must be the id of a change, chg_…' })
  .optional()
  .describe(
    'A change of yours that has to be applied before this one. Texts that say so may then contain {{after.FIELD}}, which becomes that field of its receipt.',
  );

/** Names a change of the agent's own that this one takes the place of. */
export const supersedesInput = z
  .string()
  .regex(/^chg_[0-9a-z]{1,60}$/, { error: 'must be the id of a change, chg_…' })
  .optional()
  .describe(
    'A change of yours, of this same tool and target, that this is a new version of: one that was rejected, or one that still waits, which then ends. The approver is shown what changed since.',
  );

/** Lets an agent repeat a proposal without making a second change. */
export const idempotencyKeyInput = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, { error: 'must be 1 to 200 printable ASCII characters without spaces' })
  .optional()
  .describe('A key of your choice: proposing again with the same key and content gives the same change.');
