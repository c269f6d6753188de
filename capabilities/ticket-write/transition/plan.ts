import * as z from 'zod';
import { status, ticketRef, transition } from '#capabilities/ticket/types.ts';
import type { Done } from '#shared/tools/index.ts';
import { ticketAt } from '../tool.ts';

/** Whether what is brought to a status can be brought back from it; `unknown` where a backend tells only then. */
const wayBack = z.enum(['yes', 'no', 'unknown']);

/** A ticket, the status that it has and what can be done from there. */
export const transitionState = z.strictObject({
  at: ticketAt,
  version: z.string(),
  status,
  transitions: z.array(transition),
  /** Whether there is a way back from the status that the plan leads to; null where it leads to none. */
  back: z.strictObject({ from: status, way: wayBack }).nullable(),
});
export type TransitionState = z.infer<typeof transitionState>;

export const transitionPlan = z.strictObject({
  ticket: ticketRef,
  /** It is carried out only while the ticket has this status. */
  from: status,
  transition,
  /** Whether it takes back what somebody else did since. */
  overwrites: z.boolean(),
});
export type TransitionPlan = z.infer<typeof transitionPlan>;
export type DoneTransition = Done<TransitionState, TransitionPlan>;
