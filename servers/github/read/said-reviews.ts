import * as z from 'zod';
import { oid } from '#capabilities/repo/types.ts';
import type { PullRequestReview } from '#capabilities/repo-read/ports.ts';
import { noRepository } from '#shared/github/names.ts';
import { authorAssociation, standingOf } from './author.ts';
import { loginOf } from './pull-requests.ts';
import type { Session } from './session.ts';

const document = `query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name, followRenames: false) {
    pullRequest(number: $number) {
      reviews(last: 50, states: [APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED]) {
        nodes { state body submittedAt authorAssociation commit { oid } author { __typename login } }
      }
    }
  }
}`;

const states = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes_requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
} as const;

const review = z
  .object({
    state: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED']),
    body: z.string(),
    submittedAt: z.string().nullable(),
    authorAssociation,
    commit: z.object({ oid }).nullable(),
    author: z.object({ __typename: z.string(), login: z.string() }).nullable(),
  })
  .transform(
    (found): PullRequestReview => ({
      author: found.author && loginOf(found.author),
      standing: standingOf(found),
      state: states[found.state],
      commit: found.commit?.oid ?? null,
      submittedAt: found.submittedAt,
      body: found.body,
    }),
  );

const data = z.object({
  repository: z
    .object({ pullRequest: z.object({ reviews: z.object({ nodes: z.array(review) }).nullable() }).nullable() })
    .nullable(),
});

/** What reviewers said of a pull request as a whole: the newest 50, oldest of them first; none where there is no such one. */
export async function readSaidReviews(session: Session, number: number): Promise<readonly PullRequestReview[]> {
  const mayMiss = (path: string) => path === 'repository.pullRequest';
  const { repository } = await session.query({ document, variables: { number }, data, mayMiss });
  if (repository === null) throw noRepository();
  return repository.pullRequest?.reviews?.nodes ?? [];
}
