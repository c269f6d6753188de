import * as z from 'zod';
import { changeIdPattern } from '#shared/changes/ids.ts';

export const changeId = z.string().regex(changeIdPattern, { error: 'must be the id of a change, chg_…' });

/** Of a seal that fits none the queue says so. */
export const seal = z.string().max(200);

export const reason = z
  .string()
  .max(2000)
  .refine((text) => text.isWellFormed(), { error: 'must be well-formed text' });

/** What a restore does about parts that somebody else changed since. */
export const choice = z.enum(['refuse', 'untouched', 'overwrite']).default('refuse');

export const givenReason = reason.refine((text) => text.trim() !== '', { error: 'is needed' });
