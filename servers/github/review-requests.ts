import * as z from 'zod';
import { sameReviewer } from '#capabilities/repo/reviewer.ts';
import type { RepoWriter, ReviewRequest } from '#capabilities/repo-write/ports.ts';
import { inDoubt, noToken, notDone, readError, writeError } from '#shared/github/errors.ts';
import { noRepository, repositoryName } from '#shared/github/names.ts';
import type { BuildRequests } from './git-data.ts';

const users = z.array(z.object({ login: z.string() }));
const teams = z.array(z.object({ slug: z.string() }));

type Asked = { readonly users: z.infer<typeof users>; readonly teams: z.infer<typeof teams> };
const namesOf = (asked: Asked): string[] => [
  ...asked.users.map(({ login }) => login),
  ...asked.teams.map(({ slug }) => `team:${slug}`),
];

/** GitHub's answer to who is asked to review a pull request. */
export const requestedReviewers = z.object({ users, teams }).transform(namesOf);

const answer = z
  .object({ requested_reviewers: users, requested_teams: teams })
  .transform((found) => namesOf({ users: found.requested_reviewers, teams: found.requested_teams }));

/**
 * Asks for reviews by REST, which takes logins and the names of teams as they are. GitHub takes no precondition: who is
 * asked is read right before, with the token that writes.
 */
export function reviewRequests(
  rest: Pick<BuildRequests, 'get' | 'post' | 'delete'>,
): Pick<RepoWriter, 'requestReviews' | 'withdrawReviewRequests'> {
  return {
    requestReviews: (wanted) => turn(rest, wanted, true),
    withdrawReviewRequests: (wanted) => turn(rest, wanted, false),
  };
}

async function turn(
  rest: Pick<BuildRequests, 'get' | 'post' | 'delete'>,
  { repository, number, reviewers }: ReviewRequest,
  asks: boolean,
): Promise<void> {
  const { owner, name } = repositoryName(repository.name);
  const path = ['repos', owner, name, 'pulls', String(number), 'requested_reviewers'];
  const isAs = (asked: readonly string[], as: boolean): boolean =>
    reviewers.every((each) => asked.some((one) => sameReviewer(one, each)) === as);
  const found = await rest.get(path).catch((error: unknown) => {
    throw noToken(readError(error, noRepository));
  });
  const before = requestedReviewers.safeParse(found);
  if (!before.success) throw notDone('unavailable', new Error('unexpected answer of GitHub'));
  if (!isAs(before.data, !asks)) throw notDone('stale', new Error('somebody is asked already, or no longer'));
  const body = {
    reviewers: reviewers.filter((each) => !each.startsWith('team:')),
    team_reviewers: reviewers.filter((each) => each.startsWith('team:')).map((each) => each.slice(5)),
  };
  const made = await (asks ? rest.post(path, body) : rest.delete(path, body)).catch((error: unknown) => {
    throw writeError(error, '');
  });
  const after = answer.safeParse(made);
  if (!after.success || !isAs(after.data, asks)) {
    throw inDoubt(new Error('the answer does not say that they are asked, or no longer'));
  }
}
