import * as z from 'zod';
import type { PullRequestFields } from '#capabilities/repo-write/ports.ts';
import { noToken, notDone, readError } from '#shared/github/errors.ts';
import { failureOf } from '#shared/github/failure.ts';
import type { SendGraphql } from '#shared/github/graphql.ts';
import { noRepository } from '#shared/github/names.ts';

/**
 * GitHub takes no precondition for pull requests and comments. What stands there is read right before it is written,
 * with the token that writes: what somebody does between these two requests is not seen.
 */

const states = { OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const;

const pull = z
  .object({
    title: z.string(),
    body: z.string(),
    baseRefName: z.string(),
    isDraft: z.boolean(),
    state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  })
  .transform(
    ({ title, body, baseRefName, isDraft, state }): PullRequestFields => ({
      ...{ title, body, base: baseRefName, draft: isDraft },
      state: states[state],
    }),
  );

const pullDocument = `query ($id: ID!) {
  node(id: $id) { ... on PullRequest { title body baseRefName isDraft state } }
}`;

/** Throws `NotDone`, stale when a field of a pull request is not as it should be. */
export async function assertUnchanged(
  graphql: SendGraphql,
  nodeId: string,
  from: Partial<PullRequestFields>,
): Promise<void> {
  const found = await read(graphql, pullDocument, nodeId, pull);
  for (const [field, value] of Object.entries(from)) {
    if (found[field as keyof PullRequestFields] !== value) throw notDone('stale', new Error(`its ${field} is another`));
  }
}

const baseDocument = `query ($id: ID!) {
  node(id: $id) { ... on PullRequest { state isDraft baseRefName baseRef { target { oid } } } }
}`;

const based = z.object({
  state: z.string(),
  isDraft: z.boolean(),
  baseRefName: z.string(),
  baseRef: z.object({ target: z.object({ oid: z.string() }).nullable() }).nullable(),
});

/**
 * Throws `NotDone`, stale when a pull request is not open, is a draft where none is taken, or its base branch is not where
 * it should be.
 */
export async function assertBase(
  graphql: SendGraphql,
  nodeId: string,
  base: { readonly name: string; readonly oid: string },
  { draft = false }: { readonly draft?: boolean } = {},
): Promise<void> {
  const found = await read(graphql, baseDocument, nodeId, based);
  if (found.state !== 'OPEN' || (found.isDraft && !draft))
    throw notDone('stale', new Error('it is not open for merging'));
  if (found.baseRefName !== base.name || found.baseRef?.target?.oid !== base.oid) {
    throw notDone('stale', new Error('its base branch is another, or elsewhere'));
  }
}

const commentDocument = `query ($id: ID!) {
  node(id: $id) { ... on IssueComment { body } ... on PullRequestReviewComment { body } }
}`;

/** Throws `NotDone`, stale when the text of a comment is not as it should be. */
export async function assertSaid(graphql: SendGraphql, nodeId: string, body: string): Promise<void> {
  const found = await read(graphql, commentDocument, nodeId, z.object({ body: z.string() }));
  if (found.body !== body) throw notDone('stale', new Error('the comment is another'));
}

const threadDocument = 'query ($id: ID!) { node(id: $id) { ... on PullRequestReviewThread { isResolved } } }';

/** Throws `NotDone`, stale when a conversation at a line is not settled, or open, as it should be. */
export async function assertThread(
  graphql: SendGraphql,
  nodeId: string,
  { resolved }: { readonly resolved: boolean },
): Promise<void> {
  const found = await read(graphql, threadDocument, nodeId, z.object({ isResolved: z.boolean() }));
  if (found.isResolved !== resolved) throw notDone('stale', new Error('the thread is settled, or open again'));
}

/** Whatever goes wrong while it is only read, nothing has been written. */
async function read<T>(graphql: SendGraphql, document: string, id: string, node: z.ZodType<T>): Promise<T> {
  const data = await graphql(document, { id }).catch((error: unknown) => {
    const failure = failureOf(error);
    const gone = failure.kind === 'graphql' && failure.faults.every(({ type }) => type === 'NOT_FOUND');
    throw gone ? notDone('stale', failure.said) : noToken(readError(error, noRepository));
  });
  const found = z.object({ node }).safeParse(data);
  if (!found.success) throw notDone('unavailable', new Error('unexpected answer of GitHub'));
  return found.data.node;
}
