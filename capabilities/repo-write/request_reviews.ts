import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { reviewer, sameReviewer } from '#capabilities/repo/reviewer.ts';
import type { RepoAsk } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import { noPullRequest, numberInput, placeOf, standsOnPullRequest } from './pull-request/existing.ts';
import { combineReviewers, compareReviewers, restoreReviewers } from './reviewers/compare.ts';
import { describeReviewers, reviewersRestoring } from './reviewers/describe.ts';
import { assertMayReview, lookAtReviewers, reviewersStill } from './reviewers/look.ts';
import { isAsked, type ReviewersPlan, type ReviewersState, reviewersPlan, reviewersState } from './reviewers/plan.ts';
import { reviewersSteps } from './reviewers/steps.ts';
import { repositoryInput, targetOf, writeTool } from './tool.ts';

const input = z.strictObject({
  repository: repositoryInput,
  number: numberInput,
  reviewers: z
    .array(reviewer)
    .min(1)
    .max(15)
    .refine((all) => new Set(all.map((each) => each.toLowerCase())).size === all.length, {
      error: 'must name each only once',
    })
    .describe('Logins, and teams as team:SLUG; each has to be granted.'),
  reason: reasonInput,
  after: afterInput,
  supersedes: supersedesInput,
  idempotency_key: idempotencyKeyInput,
});
type Input = z.infer<typeof input>;

/**
 * It takes people's time: flagged (`publishes`), so that a task grant covers it only where a rule names that, and no review
 * rule decides it without a person.
 */
export const requestReviews = writeTool({
  name: 'request_reviews',
  title: 'Ask for reviews',
  description:
    'Proposes to ask people and teams to review an open pull request; whoever is asked already is left out. Nothing is asked until a person approves; wait_for_change tells how it goes.',
  input,
  state: reviewersState,
  plan: reviewersPlan,
  asks: ({ repository, reviewers }) => asksOf(repository, reviewers),
  snapshot: async (wanted: Input, reader: RepoReader) => {
    const before = await lookAtReviewers(reader, wanted);
    await assertMayReview(reader, before, wanted.reviewers);
    return before;
  },
  resolved: ({ reviewers }, before) => [placeOf(before), ...asksOf(before.repository.name, reviewers)],
  absent: noPullRequest,
  prepare,
  target: targetOf,
  describe: (plan: ReviewersPlan, before) => describeReviewers(plan, before),
  standsOn: (_plan, before) => standsOnPullRequest(before),
  follows: true,
  still: reviewersStill,
  steps: reviewersSteps,
  observe: ({ repository, pullRequest }: ReviewersPlan, _before, _receipts, reader: RepoReader) =>
    lookAtReviewers(reader, { repository: repository.name, number: pullRequest.number }),
  restoring: reviewersRestoring,
  compare: compareReviewers,
  restore: restoreReviewers,
  combine: combineReviewers,
});

/** Who is asked already, and who wrote it, is told to whoever may read. */
function asksOf(repository: string, reviewers: readonly string[]): readonly RepoAsk[] {
  return [
    ...reviewers.map((each): RepoAsk => ({ want: 'write', repository, reviewer: each })),
    { want: 'read', repository },
  ];
}

function prepare({ reviewers }: Input, before: ReviewersState): ReviewersPlan {
  const { repository, pullRequest, reviews } = before;
  const { number, nodeId, state, author } = pullRequest;
  if (state !== 'open') throw new AppError('conflict', `Pull request ${number} is ${state}.`);
  const own = reviewers.find((each) => author !== null && sameReviewer(each, author));
  if (own !== undefined) {
    throw new AppError('invalid_arguments', `${own} opened pull request ${number} and cannot review it.`);
  }
  const wanted = reviewers.filter((each) => !isAsked(before, each));
  if (wanted.length === 0) throw new AppError('conflict', 'Everybody named is asked already.');
  return {
    ...{ kind: 'ask', repository, pullRequest: { number, nodeId }, reviewers: wanted, overwrites: [] },
    newestReview: reviews.at(-1)?.id ?? null,
  };
}
