import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
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

/** Throws AppError `invalid_arguments` for a person whom the backend would not ask. What a team may do is not told. */
export async function assertMayReview(
  reader: RepoReader,
  before: ReviewersState,
  reviewers: readonly string[],
): Promise<void> {
  const { name } = before.repository;
  const people = reviewers.filter((each) => !each.startsWith('team:') && !isAsked(before, each));
  const may = await Promise.all(people.map((login) => reader.isCollaborator(name, login)));
  const strangers = people.filter((_, index) => may[index] === false);
  if (strangers.length === 0) return;
  throw new AppError('invalid_arguments', `${strangers.join(', ')}: no collaborator of ${name} has that login.`, {
    next: 'Ask somebody who takes part in the repository, or have a person add them to it first.',
  });
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
