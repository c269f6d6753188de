import { shorten } from '#capabilities/common/text.ts';
import { reviewerName } from '#capabilities/repo/reviewer.ts';
import type { Description, Flag, Restoring } from '#shared/tools/index.ts';
import { fieldEffects } from '../effects.ts';
import { audienceOf } from '../reaches.ts';
import { pullRequestKey } from '../tool.ts';
import type { ReviewersPlan, ReviewersState } from './plan.ts';

export const reviewersRestoring: Restoring = {
  kept: ['Who was asked to review the pull request, and who had reviewed it.'],
  back: ['Whoever was asked is asked no longer, unless they have reviewed since.'],
  cannot: [
    'Notifications cannot be called back: whoever was asked was told so, by e-mail too.',
    'Reviews that came of it stay, and so do workflows that it set off.',
  ],
};

export function describeReviewers(plan: ReviewersPlan, before: ReviewersState): Description {
  const { kind, repository, pullRequest, reviewers } = plan;
  const { number } = pullRequest;
  const asks = kind === 'ask';
  const named = reviewers.map(reviewerName).join(', ');
  const verb = asks ? `Ask ${named} to review` : `Ask ${named} no longer to review`;
  return {
    summary: `${verb} pull request ${number} of ${repository.name}: ${shorten(before.pullRequest.title, 120)}`,
    effects: reviewers.flatMap((each) => {
      const sides = asks ? (['no', 'yes'] as const) : (['yes', 'no'] as const);
      return fieldEffects(`pull request ${number}`, { [`review by ${reviewerName(each)} asked for`]: sides });
    }),
    touches: [`${pullRequestKey(plan)}/reviewers`],
    flags: flagsOf(plan, named),
    reaches: [
      { code: 'notifies', message: asks ? `It tells ${named}, by e-mail too.` : `It may tell ${named}.` },
      {
        code: 'runs_ci',
        message: 'Workflows that wait for requests of reviews run, with the secrets of the repository.',
      },
    ],
    reversible: { kind: 'partial', lost: [...reviewersRestoring.cannot] },
    ...audienceOf(repository),
  };
}

function flagsOf({ kind, pullRequest, overwrites }: ReviewersPlan, named: string): readonly Flag[] {
  if (kind === 'ask') {
    return [{ code: 'publishes', message: `Asks ${named} to review pull request ${pullRequest.number}.` }];
  }
  if (overwrites.length === 0) return [];
  const again = overwrites.map(reviewerName).join(', ');
  return [{ code: 'overwrites_others', message: `Takes back what somebody asked of ${again} since.` }];
}
