import * as z from 'zod';
import { pageRef, place } from '#capabilities/knowledge/types.ts';
import type { Done } from '#shared/tools/index.ts';
import { pageAt } from '../tool.ts';
import { pagesUnder } from '../under.ts';

/** A page, and the two places that a move of it is about. */
export const moveState = z.strictObject({
  at: pageAt,
  /** What is under it, and comes along. */
  under: pagesUnder,
  /** Where it is from, as that place is now; null while it is gone. */
  from: place.nullable(),
  /** Where it is to come, or came to; null while that place is gone. */
  to: place.nullable(),
  /** Whether pages can come to another namespace here. */
  between: z.boolean(),
});
export type MoveState = z.infer<typeof moveState>;

/** Brings a page to another place; its undo is one of its own. */
export const movePlan = z.strictObject({
  page: pageRef,
  from: place,
  to: place,
  under: pagesUnder,
  /** Whether it takes back what somebody else did since. */
  overwrites: z.boolean(),
});
export type MovePlan = z.infer<typeof movePlan>;
export type DoneMove = Done<MoveState, MovePlan>;
