import * as z from 'zod';
import { fieldValues, named, projectRef, status, ticketRef, transition } from '#capabilities/ticket/types.ts';
import type { Done } from '#shared/tools/index.ts';
import { lookedUp } from '../fields/look-up.ts';
import { ticketAt } from '../tool.ts';

/** The ticket once it is made, with what a restore goes by. */
const made = z.strictObject({
  at: ticketAt,
  version: z.string(),
  title: z.string(),
  status,
  /** What can be done from there. */
  transitions: z.array(transition),
  /** Whether somebody else has said something on it. */
  discussed: z.boolean(),
});
export type Made = z.infer<typeof made>;

/** A project and what is known of the names in a call; or the ticket, once it is made. */
export const createState = z.strictObject({
  project: projectRef,
  /** The type by its name in the call; null where the project has none of that name. */
  type: named.nullable(),
  /** The types that there are. */
  types: z.array(z.string()),
  /** The account that acts here, by its id. */
  self: z.string(),
  /** Whether the backend lets a step take effect once at most, and whether it can archive. */
  once: z.boolean(),
  archives: z.boolean(),
  found: lookedUp,
  /** Null while it is not there. */
  made: made.nullable(),
});
export type CreateState = z.infer<typeof createState>;

const makePlan = z.strictObject({
  kind: z.literal('create'),
  project: projectRef,
  type: named,
  fields: fieldValues.required({ title: true }),
  once: z.boolean(),
});
export type MakePlan = z.infer<typeof makePlan>;

/** The undo of `create`, and the undo of that. */
const archivePlan = z.strictObject({
  kind: z.enum(['archive', 'unarchive']),
  ticket: ticketRef,
  overwrites: z.boolean(),
});

/** The same where the backend has no archive. */
const movePlan = z.strictObject({
  kind: z.literal('transition'),
  ticket: ticketRef,
  from: status,
  transition,
  overwrites: z.boolean(),
});
export type BackPlan = z.infer<typeof archivePlan> | z.infer<typeof movePlan>;

export const createPlan = z.discriminatedUnion('kind', [makePlan, archivePlan, movePlan]);
export type CreatePlan = z.infer<typeof createPlan>;
export type DoneCreate = Done<CreateState, CreatePlan>;

/** The step that makes the ticket. */
export const createStep = 'create_ticket';
