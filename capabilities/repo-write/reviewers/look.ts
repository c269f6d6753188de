import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { StillHolds } from '#shared/tools/index.ts';
import { existingPullRequest, noPullRequest, pullRequestStill } from '../pull-request/existing.ts';
import { refOf } from '../state.ts';
import { isAsked, type ReviewersPlan, type ReviewersState } from './plan.ts';

/** Throws AppError `not_found`. */
export async function lookAtReviewers(
  reader: RepoReader,
  wanted: { readonly repository: string; readonly number: number },
): Promise<ReviewersState> {
  const repository = refOf(await reader.repository(wanted.repository));
  const at = { repository: repository.name, number: wanted.number };
  const [{ body: _body, ...pullRequest }, found] = await Promise.all([
    existingPullRequest(reader, at),
    reader.reviewers(at.repository, at.number),
  ]);
  if (found === null) throw noPullRequest(at);
  return { repository, pullRequest, requested: [...found.requested], reviews: [...found.reviews] };
}

export async function reviewersStill(
  plan: ReviewersPlan,
  before: ReviewersState,
  reader: RepoReader,
): Promise<StillHolds> {
  const same = await pullRequestStill(before, reader);
  if ('stale' in same) return same;
  const { number } = plan.pullRequest;
  const found = await reader.reviewers(plan.repository.name, number);
  const asks = plan.kind === 'ask';
  const other = plan.reviewers.find((each) => found === null || isAsked(found, each) === asks);
  if (other === undefined) return 'holds';
  return { stale: `${other} is ${asks ? '' : 'not '}asked to review pull request ${number} by now.` };
}
