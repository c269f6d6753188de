import * as z from 'zod';
import type { Reviewers } from '#capabilities/repo-read/ports.ts';
import { noRepository } from '#shared/github/names.ts';
import { requestedReviewers } from '../review-requests.ts';
import { loginOf } from './pull-requests.ts';
import type { Session } from './session.ts';

const document = `query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name, followRenames: false) {
    pullRequest(number: $number) { reviews(last: 100) { nodes { id author { __typename login } } } }
  }
}`;

const review = z.object({ id: z.string(), author: z.object({ __typename: z.string(), login: z.string() }).nullable() });
const data = z.object({
  repository: z
    .object({ pullRequest: z.object({ reviews: z.object({ nodes: z.array(review) }) }).nullable() })
    .nullable(),
});

/** Teams by REST: for their names GraphQL wants a permission on the organisation. Null when there is no such pull request. */
export async function readReviewers(session: Session, number: number): Promise<Reviewers | null> {
  const mayMiss = (path: string) => path === 'repository.pullRequest';
  const [{ repository }, requested] = await Promise.all([
    session.query({ document, variables: { number }, data, mayMiss }),
    session.get({ path: ['pulls', String(number), 'requested_reviewers'], data: requestedReviewers }),
  ]);
  if (repository === null) throw noRepository();
  if (repository.pullRequest === null || requested === null) return null;
  const reviews = repository.pullRequest.reviews.nodes;
  return { requested, reviews: reviews.map(({ id, author }) => ({ id, by: author && loginOf(author) })) };
}

/**
 * Answered without a body, or with 404, to whoever may see the repository:
 * https://docs.github.com/en/rest/collaborators/collaborators#check-if-a-user-is-a-repository-collaborator
 */
export async function readIsCollaborator(session: Session, login: string): Promise<boolean> {
  return (await session.get({ path: ['collaborators', login], data: z.literal('') })) !== null;
}
