import * as z from 'zod';
import { changeStatus } from '#capabilities/change-queue/ports.ts';
import { changeId, time } from './inputs.ts';

/** `pending` is short for `pending_approval`. */
const shown = z.union([changeStatus, z.literal('pending').transform(() => 'pending_approval' as const)], {
  error: 'is no state of a change',
});

const statuses = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(shown).max(20));

const name = z.string().min(1).max(200);

/** Which changes a list is to have, from the query of its address. */
export const listQuery = z
  .strictObject({
    /** Words that all occur in what was sealed of a change; the last may be the beginning of one. */
    q: z.string().trim().max(200).optional(),
    agent: name.optional(),
    server: name.optional(),
    tool: name.optional(),
    requester: z.enum(['agent', 'person']).optional(),
    status: statuses.optional(),
    /** Only those that were carried out without a person and wait for one to accept them. */
    quarantine: z.literal('waits').optional(),
    since: time.optional(),
    until: time.optional(),
    before: changeId.optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  })
  .refine(({ since, until }) => !since || !until || since < until, {
    path: ['until'],
    error: 'must be later than since',
  });

export type ListQuery = z.infer<typeof listQuery>;
