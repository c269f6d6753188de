import * as z from 'zod';
import { ticketRef } from '#capabilities/ticket/types.ts';
import type { Done } from '#shared/tools/index.ts';
import { ticketAt } from '../tool.ts';

export const archiveState = z.strictObject({
  at: ticketAt,
  /** How many links to other tickets it has. */
  links: z.number().int(),
});
export type ArchiveState = z.infer<typeof archiveState>;

/** Puts a ticket away, or is the undo of that. */
export const archivePlan = z.strictObject({ kind: z.enum(['archive', 'unarchive']), ticket: ticketRef });
export type ArchivePlan = z.infer<typeof archivePlan>;
export type DoneArchive = Done<ArchiveState, ArchivePlan>;
