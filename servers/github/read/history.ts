import * as z from 'zod';
import { oid } from '#capabilities/repo/types.ts';
import type { Commit } from '#capabilities/repo-read/ports.ts';
import { noRepository } from '../names.ts';
import type { Session } from './session.ts';

const document = `query ($owner: String!, $name: String!, $ref: String!, $limit: Int!) {
  repository(owner: $owner, name: $name, followRenames: false) {
    ref(qualifiedName: $ref) { target { ... on Commit { history(first: $limit) { nodes {
      oid url message
      parents(first: 20) { nodes { oid } }
      author { email user { login } }
      signature { isValid }
    } } } } }
  }
}`;

const commit = z.object({
  oid,
  url: z.string(),
  message: z.string(),
  parents: z.object({ nodes: z.array(z.object({ oid })) }),
  author: z.object({ email: z.string().nullable(), user: z.object({ login: z.string() }).nullable() }).nullable(),
  signature: z.object({ isValid: z.boolean() }).nullable(),
});
const target = z.object({ history: z.object({ nodes: z.array(commit) }) });
const data = z.object({
  repository: z.object({ ref: z.object({ target: target.nullable() }).nullable() }).nullable(),
});

/** The newest commits of a branch, newest first; none when there is no such branch. */
export async function readHistory(session: Session, branch: string, limit: number): Promise<readonly Commit[]> {
  const variables = { ref: `refs/heads/${branch}`, limit };
  const { repository } = await session.query({ document, variables, data });
  if (!repository) throw noRepository();
  const nodes = repository.ref?.target?.history.nodes ?? [];
  return nodes.map(({ author, signature, parents, ...found }) => ({
    ...found,
    parents: parents.nodes.map((parent) => parent.oid),
    author: loginOf(author),
    verified: signature?.isValid ?? false,
  }));
}

/**
 * GraphQL knows only users as authors, and gives null for an App. An App's commits carry the no-reply address of its
 * bot account, `ID+slug[bot]@users.noreply.HOST`. Anybody can write that address: it counts with `verified` only.
 */
function loginOf(author: z.infer<typeof commit>['author']): string | null {
  if (author?.user) return author.user.login;
  return /^\d+\+([^@+]+\[bot\])@users\.noreply\.[^@]+$/.exec(author?.email ?? '')?.[1] ?? null;
}
