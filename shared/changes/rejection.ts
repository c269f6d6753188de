import * as z from 'zod';

/**
 * Why a person says no, in a word that programs can act on; the person's own words come with it. `needs_changes` asks for
 * a new version: the same agent may propose one that names this change as what it supersedes.
 */
export const rejectionCategories = [
  'wrong_target',
  'not_wanted',
  'incorrect',
  'unsafe',
  'too_large',
  'needs_changes',
  'other',
] as const;

export const rejectionCategory = z.enum(rejectionCategories);
export type RejectionCategory = z.infer<typeof rejectionCategory>;
