import * as z from 'zod';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { oid } from '#capabilities/repo/types.ts';
import type { Commit, DatedCommit } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import { noRepository } from '#shared/github/names.ts';
import { pageInfo } from './page.ts';
import type { Session } from './session.ts';

const fields = `fragment told on Commit {
  oid url message
  parents(first: 20) { nodes { oid } }
  author { email user { login } }
  signature { isValid }
}`;

const document = `query ($owner: String!, $name: String!, $ref: String!, $limit: Int!) {
  repository(owner: $owner, name: $name, followRenames: false) {
    ref(qualifiedName: $ref) { target { ... on Commit { history(first: $limit) { nodes { ...told } } } } }
  }
}
${fields}`;

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
  return nodes.map(found);
}

const found = ({ oid: id, url, message, parents, author, signature }: z.infer<typeof commit>): Commit => ({
  oid: id,
  url,
  message,
  parents: parents.nodes.map((parent) => parent.oid),
  author: loginOf(author),
  verified: signature?.isValid ?? false,
});

const datedCommit = commit.extend({ committedDate: z.string() });

const pageDocument = `query ($owner: String!, $name: String!, $commit: GitObjectID!, $path: String, $limit: Int!,
  $cursor: String) {
  repository(owner: $owner, name: $name, followRenames: false) {
    object(oid: $commit) { ... on Commit { history(first: $limit, after: $cursor, path: $path) {
      nodes { ...told committedDate }
      pageInfo { hasNextPage endCursor }
    } } }
  }
}
${fields}`;

const pageData = z.object({
  repository: z
    .object({
      // What is no commit has no history.
      object: z.object({ history: z.object({ nodes: z.array(datedCommit), pageInfo }).optional() }).nullable(),
    })
    .nullable(),
});

/** A page of a commit's history, newest first. @throws AppError `not_found` when there is no such commit */
export async function readCommits(
  session: Session,
  request: PageRequest & { readonly commit: string; readonly path?: string | undefined },
): Promise<Page<DatedCommit>> {
  const { commit: start, path = null, limit, cursor = null } = request;
  const variables = { commit: start, path, limit, cursor };
  const { repository } = await session.query({ document: pageDocument, variables, data: pageData });
  if (!repository) throw noRepository();
  const history = repository.object?.history;
  if (history === undefined) {
    throw new AppError('not_found', 'There is no such commit in this repository.', { next: 'Read the branch again.' });
  }
  const items = history.nodes.map((node) => ({ ...found(node), committedAt: node.committedDate }));
  return { items, cursor: history.pageInfo };
}

/**
 * GraphQL knows only users as authors, and gives null for an App. An App's commits carry the no-reply address of its
 * bot account, `ID+slug[bot]@users.noreply.HOST`. Anybody can write that address: it counts with `verified` only.
 */
function loginOf(author: z.infer<typeof commit>['author']): string | null {
  if (author?.user) return author.user.login;
  return /^\d+\+([^@+]+\[bot\])@users\.noreply\.[^@]+$/.exec(author?.email ?? '')?.[1] ?? null;
}
