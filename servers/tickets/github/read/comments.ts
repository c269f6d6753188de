import * as z from 'zod';
import { withoutMarkComment } from '#capabilities/common/mark-comment.ts';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { TicketComment } from '#capabilities/ticket/types.ts';
import type { Session } from '#shared/github/session.ts';
import { actor, actorFields, personOfActor } from '../people.ts';

const commentFields = `id url body createdAt updatedAt authorAssociation author { ${actorFields} }`;

export const comment = z.object({
  id: z.string(),
  url: z.string(),
  body: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  authorAssociation: z.string(),
  author: actor.nullable(),
});
export type Comment = z.infer<typeof comment>;

const document = `query ($owner: String!, $name: String!, $number: Int!, $last: Int!, $before: String) {
  repository(owner: $owner, name: $name) { issue(number: $number) { comments(last: $last, before: $before) {
    nodes { ${commentFields} } pageInfo { hasPreviousPage startCursor }
  } } }
}`;

const data = z.object({
  repository: z
    .object({
      issue: z
        .object({
          comments: z.object({
            nodes: z.array(comment),
            pageInfo: z.object({ hasPreviousPage: z.boolean(), startCursor: z.string().nullable() }),
          }),
        })
        .nullable(),
    })
    .nullable(),
});

/** Newest first, with our mark still in their texts. */
export async function pageOfComments(
  session: Session,
  number: number,
  { limit, cursor }: PageRequest,
): Promise<Page<Comment>> {
  const variables = { number, last: Math.min(limit, 100), before: cursor ?? null };
  const answer = await session.query({ document, variables, data, mayMiss: (path) => path === 'repository.issue' });
  const comments = answer.repository?.issue?.comments;
  if (comments === undefined) return { items: [], cursor: null };
  const { hasPreviousPage, startCursor } = comments.pageInfo;
  return { items: comments.nodes.toReversed(), cursor: hasPreviousPage ? startCursor : null };
}

export function commentOf({ id, url, body, createdAt, updatedAt, authorAssociation, author }: Comment): TicketComment {
  return {
    ...{ id, url, author: personOfActor(author, authorAssociation), visibleTo: 'team', createdAt, updatedAt },
    body: { format: 'markdown', text: withoutMarkComment(body) },
  };
}

const oneDocument = `query ($id: ID!) {
  node(id: $id) { ... on IssueComment {
    ${commentFields} editor { ${actorFields} } issue { number } repository { databaseId }
  } }
}`;

const one = comment.extend({
  editor: actor.nullable(),
  issue: z.object({ number: z.number() }),
  repository: z.object({ databaseId: z.number().nullable() }),
});
export type OneComment = z.infer<typeof one>;

/** The one comment of an issue that has this id; null for any other thing. */
export async function readComment(
  query: Session['query'],
  of: { readonly repositoryId: number; readonly number: number },
  id: string,
): Promise<OneComment | null> {
  const found = z.object({ node: z.union([one, z.object({}).transform(() => null)]).nullable() });
  const { node } = await query({
    document: oneDocument,
    variables: { id },
    data: found,
    mayMiss: (path) => path === 'node',
  });
  const isOfIt = node?.issue.number === of.number && node.repository.databaseId === of.repositoryId;
  return isOfIt ? node : null;
}
