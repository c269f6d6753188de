import * as z from 'zod';
import { oid } from '#capabilities/repo/types.ts';
import { AppError } from '#shared/errors.ts';
import { noRepository } from '#shared/github/names.ts';
import type { BackendReview } from '#shared/tools/index.ts';
import { loginOf } from './pull-requests.ts';
import type { Session } from './session.ts';

/** Of those who may write alone: what strangers say of a public repository could otherwise crowd out everybody else. */
const document = `query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name, followRenames: false) {
    pullRequest(number: $number) {
      latestOpinionatedReviews(first: 100, writersOnly: true) {
        nodes {
          id state submittedAt authorCanPushToRepository
          commit { oid }
          author { __typename login ... on User { databaseId } ... on Bot { databaseId } }
        }
        pageInfo { hasNextPage }
      }
    }
  }
}`;

const states = { APPROVED: 'approved', CHANGES_REQUESTED: 'changes_requested', DISMISSED: 'dismissed' } as const;

const review = z
  .object({
    id: z.string().min(1),
    state: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED']),
    submittedAt: z.string().min(1),
    authorCanPushToRepository: z.boolean(),
    commit: z.object({ oid }).nullable(),
    author: z
      .object({ __typename: z.string(), login: z.string(), databaseId: z.number().int().positive().nullish() })
      .nullable(),
  })
  .transform(({ id, state, submittedAt, authorCanPushToRepository: mayWrite, commit, author }): BackendReview[] => {
    // Of an account or a commit that is gone, there is nothing to go by.
    if (commit === null || author?.databaseId == null) return [];
    const account = String(author.databaseId);
    return [{ id, state: states[state], head: commit.oid, account, login: loginOf(author), mayWrite, submittedAt }];
  });

const data = z.object({
  repository: z
    .object({
      pullRequest: z
        .object({
          latestOpinionatedReviews: z
            .object({ nodes: z.array(review), pageInfo: z.object({ hasNextPage: z.boolean() }) })
            .nullable(),
        })
        .nullable(),
    })
    .nullable(),
});

/** The last answer of each reviewer of a pull request; none where there is no such pull request. */
export async function readReviews(session: Session, number: number): Promise<readonly BackendReview[]> {
  const mayMiss = (path: string) => path === 'repository.pullRequest';
  const { repository } = await session.query({ document, variables: { number }, data, mayMiss });
  if (repository === null) throw noRepository();
  const found = repository.pullRequest?.latestOpinionatedReviews;
  if (found?.pageInfo.hasNextPage) {
    throw new AppError('too_large', 'More people have reviewed this than are looked at, so that none of them counts.');
  }
  return found?.nodes.flat() ?? [];
}
