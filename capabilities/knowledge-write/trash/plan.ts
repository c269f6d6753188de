import * as z from 'zod';
import { pageRef, place } from '#capabilities/knowledge/types.ts';
import type { Done } from '#shared/tools/index.ts';
import { keptDocument } from '../kept.ts';
import { pageAt } from '../tool.ts';
import { pagesUnder } from '../under.ts';

export const trashState = z.strictObject({
  at: pageAt,
  /** What it says: who puts it away shall see what goes. */
  body: keptDocument,
  /** What everybody else sees, where the other waits in quarantine: null where they see nothing. Absent where all see the same. */
  others: keptDocument.nullable().exactOptional(),
  /** What is right under it. */
  under: pagesUnder,
  /** Where it is, or comes when it comes out of the trash: where it was, or the nearest above that is there yet; null where none is. */
  place: place.nullable(),
});
export type TrashState = z.infer<typeof trashState>;

/** Puts a page away, or is the undo of that. */
export const trashPlan = z.strictObject({
  kind: z.enum(['trash', 'untrash']),
  page: pageRef,
  /** Where it was. */
  was: place,
  /** Where it is, or comes to. */
  place,
  /** What is put away. */
  revision: z.string(),
  body: keptDocument,
  others: keptDocument.nullable().exactOptional(),
  /** Whether it puts away what somebody else wrote since. */
  overwrites: z.boolean(),
});
export type TrashPlan = z.infer<typeof trashPlan>;
export type DoneTrash = Done<TrashState, TrashPlan>;
