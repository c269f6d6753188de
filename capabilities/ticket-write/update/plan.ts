import * as z from 'zod';
import { fieldValues, ticketRef } from '#capabilities/ticket/types.ts';
import type { Done } from '#shared/tools/index.ts';
import { lookedUp } from '../fields/look-up.ts';
import { ticketAt } from '../tool.ts';

/** A ticket, and the fields of it that a change is about. */
export const updateState = z.strictObject({
  at: ticketAt,
  version: z.string(),
  fields: fieldValues,
  /** The labels that are put on or taken off, which scopes are asked for. */
  labelsMoved: z.array(z.string()),
  /** What the names in the call stand for. */
  found: lookedUp,
  /** Edits go on from a description that anybody may have written; absent where they do not. */
  strange: z.literal(true).exactOptional(),
});
export type UpdateState = z.infer<typeof updateState>;

/** Fields of one ticket, as they must be until then, and as they will be: the same ones in both. */
export const updatePlan = z.strictObject({
  ticket: ticketRef,
  from: fieldValues,
  to: fieldValues,
  /** The names of fields that somebody else changed since, and that this restore takes back all the same. */
  overwrites: z.array(z.string()),
});
export type UpdatePlan = z.infer<typeof updatePlan>;
export type DoneUpdate = Done<UpdateState, UpdatePlan>;
