import * as z from 'zod';
import { pageComment, pageRef, revision } from '#capabilities/knowledge/types.ts';
import { type Done, trust } from '#shared/tools/index.ts';
import { keptDocument } from '../kept.ts';
import { pageAt } from '../tool.ts';

/** A state of a page, with what it says. */
const shown = z.strictObject({ revision, body: keptDocument });
export type Shown = z.infer<typeof shown>;

/** A change whose revision waits as well, and that the newest goes on from. */
const earlier = z.strictObject({ change: z.string(), trust });
export type Earlier = z.infer<typeof earlier>;

/** A page as people see it, and what one change wrote on it. */
export const acceptState = z.strictObject({
  at: pageAt,
  /** What everybody sees; null while they see nothing. */
  published: shown.nullable(),
  /** The newest that waits; null while nothing does. */
  waiting: shown.nullable(),
  /** The revision that the change wrote, wherever it stands now; null where it wrote none. */
  wrote: revision.nullable(),
  /** What is accepted with the newest; absent where that is made on what everybody sees. */
  earlier: z.array(earlier).exactOptional(),
  /** The comment that the change wrote, or null. */
  comment: pageComment.nullable(),
  /** Whether the page that it is under waits itself, so that nobody would find this. */
  hidden: z.boolean(),
});
export type AcceptState = z.infer<typeof acceptState>;

const common = { kind: z.enum(['accept', 'unaccept']), page: pageRef, change: z.string() };

const pagePlan = z.strictObject({
  of: z.literal('page'),
  ...common,
  /** What becomes what everybody sees, or waits again. */
  waiting: shown,
  /** What everybody sees without it; null for nothing. */
  published: shown.nullable(),
  /** Accepted with it; absent where there is nothing. */
  earlier: z.array(earlier).exactOptional(),
});
export type PageAcceptPlan = z.infer<typeof pagePlan>;

const commentPlan = z.strictObject({ of: z.literal('comment'), ...common, comment: pageComment });
export type CommentAcceptPlan = z.infer<typeof commentPlan>;

/** Lets others find what waits, or is the undo of that. */
export const acceptPlan = z.discriminatedUnion('of', [pagePlan, commentPlan]);
export type AcceptPlan = z.infer<typeof acceptPlan>;
export type DoneAccept = Done<AcceptState, AcceptPlan>;
