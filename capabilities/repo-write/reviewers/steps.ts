import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Landed, Step } from '#shared/tools/index.ts';
import type { RepoWriter } from '../ports.ts';
import { isAsked, type ReviewersPlan } from './plan.ts';

/** The writer reads right before who is asked, so that a second run of what took effect is stale. */
export function reviewersSteps(plan: ReviewersPlan): readonly Step<RepoReader, RepoWriter>[] {
  const { kind, repository, pullRequest, reviewers } = plan;
  const { number } = pullRequest;
  const receipt = { reviewers };
  const asks = kind === 'ask';
  return [
    {
      name: asks ? 'request_reviews' : 'withdraw_requests',
      repeat: 'guarded',
      run: async ({ write }) => {
        const wanted = { repository, number, reviewers };
        await (asks ? write.requestReviews(wanted) : write.withdrawReviewRequests(wanted));
        return receipt;
      },
      landed: async (reader): Promise<Landed> => {
        const found = await reader.reviewers(repository.name, number);
        if (found === null) return 'unclear';
        const turned = reviewers.filter((each) => isAsked(found, each) === asks);
        if (turned.length === reviewers.length) return { landed: receipt };
        // Whoever has reviewed in the meantime is asked no longer.
        const isQuiet = (found.reviews.at(-1)?.id ?? null) === plan.newestReview;
        return turned.length === 0 && isQuiet ? 'not_found' : 'unclear';
      },
    },
  ];
}
