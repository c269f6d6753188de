import * as z from 'zod';
import { sameReviewer } from '#capabilities/repo/reviewer.ts';
import { pullRequest, repositoryRef } from '#capabilities/repo/types.ts';
import type { Done } from '#shared/tools/index.ts';
import { pullRequestName } from '../pull-request/existing.ts';

/** A pull request, who is asked to review it, and who has. */
export const reviewersState = z.strictObject({
  repository: repositoryRef,
  pullRequest: pullRequest.omit({ body: true }),
  requested: z.array(z.string()),
  reviews: z.array(z.strictObject({ id: z.string(), by: z.string().nullable() })),
});
export type ReviewersState = z.infer<typeof reviewersState>;

export const reviewersPlan = z.strictObject({
  kind: z.enum(['ask', 'withdraw']),
  repository: repositoryRef,
  pullRequest: pullRequestName,
  reviewers: z.array(z.string()).min(1),
  /** The newest review when the plan was made; null when there was none. */
  newestReview: z.string().nullable(),
  /** Whom somebody asked again since, and this restore asks no longer all the same. */
  overwrites: z.array(z.string()),
});
export type ReviewersPlan = z.infer<typeof reviewersPlan>;
export type DoneReviewers = Done<ReviewersState, ReviewersPlan>;

export function isAsked({ requested }: { readonly requested: readonly string[] }, reviewer: string): boolean {
  return requested.some((each) => sameReviewer(each, reviewer));
}
