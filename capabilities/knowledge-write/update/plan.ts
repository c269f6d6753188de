import * as z from 'zod';
import { pageRef } from '#capabilities/knowledge/types.ts';
import type { Done } from '#shared/tools/index.ts';
import { keptDocument } from '../kept.ts';
import { backendFacts, pageAt } from '../tool.ts';

/** What an update can write of a page. */
const words = z.strictObject({ title: z.string(), body: keptDocument });
export type Words = z.infer<typeof words>;

/** A page with what it says to its viewer, and what it says to everybody else where that is something else. */
export const updateState = z.strictObject({
  at: pageAt,
  words,
  /** Null where others see nothing. Absent where all see the same. */
  published: words.nullable().exactOptional(),
  backend: backendFacts,
});
export type UpdateState = z.infer<typeof updateState>;

/** Another title or text of a page, or both, in the place of what its viewer sees. */
export const updatePlan = z.strictObject({
  page: pageRef,
  revision: z.string(),
  from: words,
  to: words.partial(),
  /** What of it somebody else changed since, and that this restore takes back all the same. */
  overwrites: z.array(z.enum(['title', 'text'])),
});
export type UpdatePlan = z.infer<typeof updatePlan>;
export type DoneUpdate = Done<UpdateState, UpdatePlan>;

/** The step that writes them. */
export const updateStep = 'update_page';
