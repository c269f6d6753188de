import { requirePermission } from './access.ts';
import { findAccount } from './accounts.ts';
import type { Forge } from './forge.ts';
import { type Pull, timestamp } from './pulls.ts';
import { Refusal } from './refusal.ts';
import { fullName, permissionOf, type Repository, roleOf } from './repositories.ts';
import { reviewsOf } from './reviews.ts';
import { type Team, teams } from './seed/people.ts';
import type { TokenGrant } from './tokens.ts';

type Place = { repository: Repository; pull: Pull };
export type Reviewers = { users: string[]; teams: Team[] };

type Row = { reviewer: string; asked_at: string };

/** Who is asked to review a pull request and has not done so since. */
export function requestedReviewers(forge: Forge, { repository, pull }: Place): Reviewers {
  const rows = forge.db
    .prepare<[number], Row>('select * from review_request where pull = ? order by rowid')
    .all(pull.id);
  const reviews = reviewsOf(forge, repository, pull);
  const open = rows.filter(({ reviewer, asked_at }) =>
    reviews.every(({ by, submitted_at }) => by !== reviewer || Date.parse(submitted_at) < Date.parse(asked_at)),
  );
  const names = open.map(({ reviewer }) => reviewer);
  return {
    users: names.filter((name) => !name.startsWith('team:')),
    teams: teams.filter(({ slug }) => names.includes(`team:${slug}`)),
  };
}

const unprocessable = (message: string): Refusal => new Refusal('UNPROCESSABLE', message);

/** Asks people and teams for reviews, beside those who are asked. @throws Refusal FORBIDDEN, UNPROCESSABLE */
export function requestReviews(
  forge: Forge,
  token: TokenGrant,
  { repository, pull }: Place,
  wanted: { reviewers: string[]; teams: string[] },
): Promise<void> {
  requirePermission(token, 'pull_requests', 'write');
  return forge.locks.run(fullName(repository), async () => {
    if (wanted.reviewers.some((login) => login.toLowerCase() === pull.author.toLowerCase())) {
      throw unprocessable('Review cannot be requested from pull request author.');
    }
    const logins = wanted.reviewers.map((login) => collaborator(forge, repository, login));
    const slugs = wanted.teams.map((slug) => teams.find((each) => each.slug === slug)?.slug);
    if ([...logins, ...slugs].includes(undefined)) {
      const where = `the ${fullName(repository)} repository`;
      throw unprocessable(
        `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of ${where}.`,
      );
    }
    const insert = forge.db.prepare('insert or replace into review_request values (?, ?, ?)');
    for (const name of [...logins, ...slugs.map((slug) => `team:${slug}`)]) insert.run(pull.id, name, timestamp(forge));
  });
}

function collaborator(forge: Forge, repository: Repository, login: string): string | undefined {
  const account = findAccount(forge.db, login);
  if (account?.type !== 'User' || permissionOf(roleOf(forge, repository, account.login)) === 'none') return undefined;
  return account.login;
}

/** Asks no longer. Who is not asked is passed over. @throws Refusal FORBIDDEN */
export function withdrawRequests(
  forge: Forge,
  token: TokenGrant,
  { repository, pull }: Place,
  wanted: { reviewers: string[]; teams: string[] },
): Promise<void> {
  requirePermission(token, 'pull_requests', 'write');
  return forge.locks.run(fullName(repository), async () => {
    const remove = forge.db.prepare('delete from review_request where pull = ? and reviewer = ?');
    for (const name of [...wanted.reviewers, ...wanted.teams.map((slug) => `team:${slug}`)]) remove.run(pull.id, name);
  });
}
