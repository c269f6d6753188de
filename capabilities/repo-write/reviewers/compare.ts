import { reviewerName, sameReviewer } from '#capabilities/repo/reviewer.ts';
import type { DoneBy, Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { type DoneReviewers, isAsked, type ReviewersPlan, type ReviewersState, reviewersPlan } from './plan.ts';

/** Each reviewer: before, as the change left them, and now. */
export function compareReviewers(done: DoneReviewers, now: ReviewersState): readonly Part[] {
  const { kind, reviewers, pullRequest } = done.plan;
  const asks = kind === 'ask';
  return reviewers.map((each): Part => {
    const asked = isAsked(now, each);
    const review = newerReview(done, now, each);
    const part = {
      name: `review of pull request ${pullRequest.number} by ${reviewerName(each)}`,
      before: text(!asks),
      left: text(asks),
      now: review !== null && !asked ? { text: 'reviewed' } : text(asked),
      later: review === null ? [] : [{ id: review, author: each }],
      why: null,
    };
    // Whoever has reviewed is asked no longer, as before.
    if (asked !== asks) return { ...part, standing: 'back' };
    if (!asks || review === null) return { ...part, standing: 'as_left' };
    return { ...part, standing: 'changed', why: 'They have reviewed since, and somebody asked them again.' };
  });
}

function text(asked: boolean): Part['now'] {
  return { text: asked ? 'asked' : 'not asked' };
}

/** A review that came after the change; null where there is none, and for a team, which has none of its own. */
function newerReview({ after }: DoneReviewers, { reviews }: ReviewersState, who: string): string | null {
  const known = new Set(after.reviews.map(({ id }) => id));
  return reviews.findLast(({ id, by }) => by !== null && sameReviewer(by, who) && !known.has(id))?.id ?? null;
}

/** Asks those no longer who have not reviewed; asks again whom a restore asked no longer. */
export function restoreReviewers(
  done: DoneReviewers,
  now: ReviewersState,
  choice: RestoreChoice,
): { readonly plan: ReviewersPlan } | Refusal {
  const parts = compareReviewers(done, now);
  const of = (standing: Part['standing']) => done.plan.reviewers.filter((_, at) => parts[at]?.standing === standing);
  const changed = of('changed');
  const conflicts = changed.map((each) => `${reviewerName(each)}: reviewed since, and was asked again`);
  if (conflicts.length > 0 && choice === 'refuse') {
    return { refused: 'Some have reviewed since and were asked again.', conflicts };
  }
  const overwrites = choice === 'overwrite' ? changed : [];
  const reviewers = [...of('as_left'), ...overwrites];
  if (reviewers.length === 0) return { refused: 'There is nothing left to undo.', conflicts };
  const { repository, pullRequest, reviews } = now;
  const { number, nodeId } = pullRequest;
  const kind = done.plan.kind === 'ask' ? 'withdraw' : 'ask';
  const newestReview = reviews.at(-1)?.id ?? null;
  return { plan: { kind, repository, pullRequest: { number, nodeId }, reviewers, newestReview, overwrites } };
}

/** Its own undo leaves nothing to undo; any other request is one of its own. */
export function combineReviewers(older: DoneReviewers, newer: DoneBy): DoneReviewers | null {
  const plan = reviewersPlan.safeParse(newer.plan).data;
  if (newer.tool !== 'request_reviews' || plan === undefined || plan.kind === older.plan.kind) return null;
  if (plan.pullRequest.nodeId !== older.plan.pullRequest.nodeId) return null;
  const own = (each: string) => older.plan.reviewers.some((one) => sameReviewer(one, each));
  return plan.reviewers.every(own) ? older : null;
}
