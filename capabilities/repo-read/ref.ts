import * as z from 'zod';
import { branchProblem } from '#capabilities/repo/branch.ts';

/** A branch or a commit to read from. */
export const refInput = z
  .string()
  .refine((ref) => /^[0-9a-f]{40}$/.test(ref) || branchProblem(ref) === null, {
    error: 'must be the name of a branch, or the full id of a commit (40 hex digits)',
  })
  .optional()
  .describe('A branch, or the full id of a commit; the default branch unless given.');
