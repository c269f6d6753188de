import * as z from 'zod';
import { changeIdPattern } from '#shared/changes/ids.ts';
import { rejectionCategory } from '#shared/changes/rejection.ts';

export const changeId = z.string().regex(changeIdPattern, { error: 'must be the id of a change, chg_…' });

/** Of a seal that fits none the queue says so. */
export const seal = z.string().max(200);

export const reason = z
  .string()
  .max(2000)
  .refine((text) => text.isWellFormed(), { error: 'must be well-formed text' });

/** Any time of ISO 8601 with its zone, as the ledger writes it. */
export const time = z.iso
  .datetime({ offset: true, error: 'must be a time with its zone, such as 2027-03-01T08:00:00Z' })
  .transform((text) => new Date(text).toISOString());

/** What a restore does about parts that somebody else changed since. */
export const choice = z.enum(['refuse', 'untouched', 'overwrite']).default('refuse');

/** Why not, in a word; who rejects and gives none has another reason, which is in words. */
export const category = rejectionCategory.default('other');

export const givenReason = reason.refine((text) => text.trim() !== '', { error: 'is needed' });
