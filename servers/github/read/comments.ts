import * as z from 'zod';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { PullRequestComment } from '#capabilities/repo/types.ts';
import { noRepository } from '#shared/github/names.ts';
import { pageInfo } from './page.ts';
import { loginOf } from './pull-requests.ts';
import type { Session } from './session.ts';

const selection = '{ id url body author { __typename login } editor { __typename login } }';
const fields = `fragment said on IssueComment ${selection}`;
/** The same of what is said at a line. */
export const atLineFields = `fragment saidAtLine on PullRequestReviewComment ${selection}`;

const actor = z.object({ __typename: z.string(), login: z.string() }).nullable();
export const commentData = z.object({
  id: z.string(),
  url: z.string(),
  body: z.string(),
  author: actor,
  editor: actor,
});

export const commentOf = ({ id, url, body, author, editor }: z.infer<typeof commentData>): PullRequestComment => ({
  nodeId: id,
  url,
  body,
  author: author && loginOf(author),
  editor: editor && loginOf(editor),
});

const listDocument = `query ($owner: String!, $name: String!, $number: Int!, $limit: Int!, $cursor: String) {
  repository(owner: $owner, name: $name, followRenames: false) {
    pullRequest(number: $number) {
      comments(first: $limit, after: $cursor, orderBy: { field: UPDATED_AT, direction: DESC }) {
        nodes { ...said }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
${fields}`;

const listData = z.object({
  repository: z
    .object({ pullRequest: z.object({ comments: z.object({ nodes: z.array(commentData), pageInfo }) }).nullable() })
    .nullable(),
});

const mayMiss = (path: string) => path === 'repository.pullRequest' || path === 'node';

/** A page of a pull request's comments, what changed last first; none where there is no such pull request. */
export async function readComments(
  session: Session,
  number: number,
  { limit, cursor }: PageRequest,
): Promise<Page<PullRequestComment>> {
  const variables = { number, limit, cursor: cursor ?? null };
  const { repository } = await session.query({ document: listDocument, variables, data: listData, mayMiss });
  if (repository === null) throw noRepository();
  const page = repository.pullRequest?.comments;
  return page ? { items: page.nodes.map(commentOf), cursor: page.pageInfo } : { items: [], cursor: null };
}

/** The pull request says which comments are its own: an id alone could be one of another repository. */
const oneDocument = `query ($owner: String!, $name: String!, $number: Int!, $id: ID!) {
  repository(owner: $owner, name: $name, followRenames: false) { pullRequest(number: $number) { id } }
  node(id: $id) {
    ... on IssueComment { ...said pullRequest { id } }
    ... on PullRequestReviewComment { ...saidAtLine at: pullRequest { id } }
  }
}
${fields}
${atLineFields}`;

const id = z.object({ id: z.string() });
const oneData = z.object({
  repository: z.object({ pullRequest: id.nullable() }).nullable(),
  // What is no comment has none of these.
  node: z
    .union([
      commentData.extend({ pullRequest: id.nullish(), at: id.nullish() }),
      z.strictObject({}).transform(() => null),
    ])
    .nullable(),
});

/** Null when there is no such comment, or when it stands at another pull request. */
export async function readComment(
  session: Session,
  { number, nodeId }: { readonly number: number; readonly nodeId: string },
): Promise<PullRequestComment | null> {
  const variables = { number, id: nodeId };
  const { repository, node } = await session.query({ document: oneDocument, variables, data: oneData, mayMiss });
  if (repository === null) throw noRepository();
  const place = repository.pullRequest?.id;
  return node && place !== undefined && (node.pullRequest ?? node.at)?.id === place ? commentOf(node) : null;
}
