import * as z from 'zod';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { oid, type PullRequest } from '#capabilities/repo/types.ts';
import { noRepository } from '#shared/github/names.ts';
import { authorAssociation, standingOf } from './author.ts';
import { pageInfo } from './page.ts';
import type { Session } from './session.ts';

export const pullFragment = `fragment pull on PullRequest {
  number id url title body state isDraft locked headRefName headRefOid baseRefName isCrossRepository
  headRepository { nameWithOwner }
  author { __typename login } authorAssociation
}`;

export const pull = z
  .object({
    number: z.number().int().positive(),
    id: z.string(),
    url: z.string(),
    title: z.string(),
    body: z.string(),
    state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
    isDraft: z.boolean(),
    locked: z.boolean(),
    headRefName: z.string(),
    headRefOid: oid,
    baseRefName: z.string(),
    isCrossRepository: z.boolean(),
    headRepository: z.object({ nameWithOwner: z.string() }).nullable(),
    author: z.object({ __typename: z.string(), login: z.string() }).nullable(),
    authorAssociation,
  })
  .transform(
    (found): PullRequest => ({
      number: found.number,
      nodeId: found.id,
      url: found.url,
      title: found.title,
      body: found.body,
      state: ({ OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const)[found.state],
      draft: found.isDraft,
      locked: found.locked,
      head: headOf(found),
      headOid: found.headRefOid,
      base: found.baseRefName,
      author: found.author && loginOf(found.author),
      standing: standingOf(found),
    }),
  );

/** A branch of a fork can have the name of one of ours: it is told apart as GitHub does, `owner:branch`. */
function headOf(found: {
  headRefName: string;
  isCrossRepository: boolean;
  headRepository: { nameWithOwner: string } | null;
}): string {
  if (!found.isCrossRepository) return found.headRefName;
  return `${found.headRepository?.nameWithOwner.split('/')[0] ?? 'unknown'}:${found.headRefName}`;
}

/** GraphQL leaves out the `[bot]` with which an App's account is written everywhere else. */
export const loginOf = ({ __typename, login }: { __typename: string; login: string }): string =>
  __typename === 'Bot' && !login.endsWith('[bot]') ? `${login}[bot]` : login;

const listDocument = `query ($owner: String!, $name: String!, $limit: Int!, $cursor: String, $states: [PullRequestState!],
  $head: String, $base: String) {
  repository(owner: $owner, name: $name, followRenames: false) {
    pullRequests(first: $limit, after: $cursor, states: $states, headRefName: $head, baseRefName: $base,
      orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes { ...pull }
      pageInfo { hasNextPage endCursor }
    }
  }
}
${pullFragment}`;

const listData = z.object({
  repository: z.object({ pullRequests: z.object({ nodes: z.array(pull), pageInfo }) }).nullable(),
});

const statesOf = { open: ['OPEN'], closed: ['CLOSED'], merged: ['MERGED'], all: null } as const;

/** A page of pull requests, newest first. With `head`, only those from that branch of the repository itself. */
export async function readPullRequests(
  session: Session,
  request: PageRequest & {
    readonly state: keyof typeof statesOf;
    readonly head?: string | undefined;
    readonly base?: string | undefined;
  },
): Promise<Page<PullRequest>> {
  const { limit, cursor = null, state, head = null, base = null } = request;
  const variables = { limit, cursor, states: statesOf[state], head, base };
  const { repository: found } = await session.query({ document: listDocument, variables, data: listData });
  if (!found) throw noRepository();
  const { nodes, pageInfo: next } = found.pullRequests;
  return { items: head === null ? nodes : nodes.filter((each) => each.head === head), cursor: next };
}

const oneDocument = `query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name, followRenames: false) { pullRequest(number: $number) { ...pull } }
}
${pullFragment}`;

const oneData = z.object({ repository: z.object({ pullRequest: pull.nullable() }).nullable() });

/** Null when there is no pull request of that number. */
export async function readPullRequest(session: Session, number: number): Promise<PullRequest | null> {
  const mayMiss = (path: string) => path === 'repository.pullRequest';
  const { repository } = await session.query({ document: oneDocument, variables: { number }, data: oneData, mayMiss });
  if (repository === null) throw noRepository();
  return repository.pullRequest;
}
