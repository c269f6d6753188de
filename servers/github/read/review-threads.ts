import * as z from 'zod';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { ReviewThread } from '#capabilities/repo-read/ports.ts';
import { noRepository } from '#shared/github/names.ts';
import { authorAssociation, standingOf } from './author.ts';
import { pageInfo } from './page.ts';
import { loginOf } from './pull-requests.ts';
import type { Session } from './session.ts';

/** How a thread began, and where it has come to. */
const document = `query ($owner: String!, $name: String!, $number: Int!, $limit: Int!, $cursor: String) {
  repository(owner: $owner, name: $name, followRenames: false) {
    pullRequest(number: $number) {
      reviewThreads(first: $limit, after: $cursor) {
        nodes {
          id path line startLine isResolved isOutdated
          begins: comments(first: 1) { totalCount nodes { ...said } }
          ends: comments(last: 4) { nodes { ...said } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
fragment said on PullRequestReviewComment { id body url createdAt author { __typename login } authorAssociation }`;

const comment = z.object({
  id: z.string(),
  body: z.string(),
  url: z.string(),
  createdAt: z.string(),
  author: z.object({ __typename: z.string(), login: z.string() }).nullable(),
  authorAssociation,
});

const thread = z
  .object({
    id: z.string(),
    path: z.string(),
    line: z.number().int().nullable(),
    startLine: z.number().int().nullable(),
    isResolved: z.boolean(),
    isOutdated: z.boolean(),
    begins: z.object({ totalCount: z.number().int(), nodes: z.array(comment) }),
    ends: z.object({ nodes: z.array(comment) }),
  })
  .transform(({ id, path, line, startLine, isResolved, isOutdated, begins, ends }): ReviewThread => {
    const comments = new Map([...begins.nodes, ...ends.nodes].map((each) => [each.id, each]));
    return {
      ...{ nodeId: id, path, line, startLine, resolved: isResolved, outdated: isOutdated, total: begins.totalCount },
      comments: [...comments.values()].map((one) => ({
        ...{ body: one.body, url: one.url, createdAt: one.createdAt },
        author: one.author && loginOf(one.author),
        standing: standingOf(one),
      })),
    };
  });

const data = z.object({
  repository: z
    .object({
      pullRequest: z.object({ reviewThreads: z.object({ nodes: z.array(thread), pageInfo }) }).nullable(),
    })
    .nullable(),
});

/** A page of a pull request's threads, oldest first; none where there is no such pull request. */
export async function readReviewThreads(
  session: Session,
  number: number,
  { limit, cursor }: PageRequest,
): Promise<Page<ReviewThread>> {
  const variables = { number, limit, cursor: cursor ?? null };
  const mayMiss = (path: string) => path === 'repository.pullRequest';
  const { repository } = await session.query({ document, variables, data, mayMiss });
  if (repository === null) throw noRepository();
  const page = repository.pullRequest?.reviewThreads;
  return page ? { items: page.nodes, cursor: page.pageInfo } : { items: [], cursor: null };
}
