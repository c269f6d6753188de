import * as z from 'zod';
import type { OneThread } from '#capabilities/repo-read/ports.ts';
import { noRepository } from '#shared/github/names.ts';
import { atLineFields, commentData, commentOf } from './comments.ts';
import type { Session } from './session.ts';

/** The pull request says which threads are its own: an id alone could be one of another repository. */
const document = `query ($owner: String!, $name: String!, $number: Int!, $id: ID!) {
  repository(owner: $owner, name: $name, followRenames: false) { pullRequest(number: $number) { id } }
  node(id: $id) {
    ... on PullRequestReviewThread {
      id path line isResolved pullRequest { id }
      begins: comments(first: 1) { totalCount nodes { ...saidAtLine } }
      ends: comments(last: 50) { nodes { ...saidAtLine } }
    }
  }
}
${atLineFields}`;

const id = z.object({ id: z.string() });
const thread = z.object({
  ...{ id: z.string(), path: z.string(), line: z.number().int().nullable(), isResolved: z.boolean(), pullRequest: id },
  begins: z.object({ totalCount: z.number().int(), nodes: z.array(commentData) }),
  ends: z.object({ nodes: z.array(commentData) }),
});
const data = z.object({
  repository: z.object({ pullRequest: id.nullable() }).nullable(),
  // What is no thread has none of these.
  node: z.union([thread, z.strictObject({}).transform(() => null)]).nullable(),
});

const mayMiss = (path: string) => path === 'repository.pullRequest' || path === 'node';

/** Null when there is no such thread, or when it stands at another pull request. */
export async function readReviewThread(
  session: Session,
  { number, nodeId }: { readonly number: number; readonly nodeId: string },
): Promise<OneThread | null> {
  const { repository, node } = await session.query({ document, variables: { number, id: nodeId }, data, mayMiss });
  if (repository === null) throw noRepository();
  if (node === null || node.pullRequest.id !== repository.pullRequest?.id) return null;
  const begins = node.begins.nodes.map(commentOf)[0];
  return {
    ...{ nodeId: node.id, path: node.path, line: node.line, resolved: node.isResolved },
    begins: { author: begins?.author ?? null, body: begins?.body ?? '' },
    newest: node.ends.nodes.map(commentOf),
    total: node.begins.totalCount,
  };
}
