import * as z from 'zod';

/** Why the agent wants what it proposes. Shown to the approver as untrusted text, last. */
export const reasonInput = z
  .string()
  .min(1)
  .max(2000)
  .refine((text) => text.isWellFormed() && text.trim() !== '', { error: 'must be text that is not blank' })
  .describe('Why: shown to the person who decides (1 to 2000 characters).');

/** Lets an agent repeat a proposal without making a second change. */
export const idempotencyKeyInput = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, { error: 'must be 1 to 200 printable ASCII characters without spaces' })
  .optional()
  .describe('A key of your choice: proposing again with the same key and content gives the same change.');
