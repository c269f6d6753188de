import { requirePermission, visibleById, visibleByName } from '../access.ts';
import { type Account, findAccount } from '../accounts.ts';
import { findCommentById, type Placed } from '../comments.ts';
import type { Forge } from '../forge.ts';
import { type Commit, parseCommit } from '../git/commits.ts';
import { readObject } from '../git/objects.ts';
import { readRef } from '../git/refs.ts';
import { findEntry, type TreeEntry } from '../git/trees.ts';
import { type NodeKind, parseNodeId } from '../ids.ts';
import { findPullById, type Pull } from '../pulls.ts';
import { notImplemented, Refusal } from '../refusal.ts';
import { fullName, type Repository } from '../repositories.ts';
import {
  findReviewCommentById,
  findThreadById,
  type PlacedReviewComment,
  type PlacedThread,
} from '../review-threads.ts';
import { resolveRevision } from '../revisions.ts';
import type { Context, Typed } from './field.ts';

export type RepositorySource = Typed<'Repository'> & { repository: Repository };
export type RefSource = Typed<'Ref'> & { repository: Repository; name: string; oid: string };
export type CommitSource = Typed<'Commit'> & { repository: Repository; commit: Commit };
export type TreeSource = Typed<'Tree'> & { repository: Repository; oid: string };
export type BlobSource = Typed<'Blob'> & { repository: Repository; oid: string; content: Buffer };
export type ObjectSource = CommitSource | TreeSource | BlobSource;
export type TreeEntrySource = { repository: Repository; entry: TreeEntry; path: string };
export type PullSource = Typed<'PullRequest'> & { repository: Repository; pull: Pull };
export type ActorSource = Typed<Account['type']> & { account: Account };
export type CommentSource = Typed<'IssueComment'> & Placed;
export type ThreadSource = Typed<'PullRequestReviewThread'> & PlacedThread;
export type ReviewCommentSource = Typed<'PullRequestReviewComment'> & PlacedReviewComment;
export type NodeSource =
  | ThreadSource
  | ReviewCommentSource
  | RepositorySource
  | RefSource
  | ObjectSource
  | PullSource
  | CommentSource;

export const repositorySource = (repository: Repository): RepositorySource => ({ typename: 'Repository', repository });
export const commitSource = (repository: Repository, commit: Commit): CommitSource => ({
  typename: 'Commit',
  repository,
  commit,
});
export const pullSource = (repository: Repository, pull: Pull): PullSource => ({
  typename: 'PullRequest',
  repository,
  pull,
});

export const commentSource = (placed: Placed): CommentSource => ({ typename: 'IssueComment', ...placed });

export function actorSource(context: Context, login: string): ActorSource | null {
  const account = findAccount(context.forge.db, login);
  return account ? { typename: account.type, account } : null;
}

/** A ref as a source, or null where there is none. */
export async function refSource(repository: Repository, name: string): Promise<RefSource | null> {
  const oid = await readRef(repository.git.dir, name);
  return oid === undefined ? null : { typename: 'Ref', repository, name, oid };
}

/** An object of the repository by its id, or null. */
export async function objectSource(repository: Repository, oid: string): Promise<ObjectSource | null> {
  const object = await readObject(repository.git, oid);
  if (!object) return null;
  if (object.type === 'commit') return commitSource(repository, parseCommit(oid, object.content));
  if (object.type === 'tree') return { typename: 'Tree', repository, oid };
  if (object.type === 'blob') return { typename: 'Blob', repository, oid, content: object.content };
  throw notImplemented('annotated tags');
}

/** The repository of that name. @throws Refusal NOT_FOUND */
export function repositoryNamed(context: Context, owner: string, name: string): Repository {
  const repository = visibleByName(context.forge, context.token, owner, name);
  if (!repository) {
    throw new Refusal('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
  }
  context.touched.add(fullName(repository));
  return repository;
}

function visibleNode(context: Context, id: number): Repository | undefined {
  const repository = visibleById(context.forge, context.token, id);
  if (repository) context.touched.add(fullName(repository));
  return repository;
}

const noNode = (id: string): Refusal =>
  new Refusal('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);

type InPull = PullSource | CommentSource | ThreadSource | ReviewCommentSource;

async function typed<Name extends string, T extends object>(typename: Name, found: Promise<T | undefined>) {
  const there = await found;
  return there && { typename, ...there };
}

/** What belongs to pull requests, by what its id says it is. */
const sourcesInPulls: Partial<Record<NodeKind, (forge: Forge, id: number) => Promise<InPull | undefined>>> = {
  PullRequest: (forge, id) => typed('PullRequest', findPullById(forge, id)),
  IssueComment: (forge, id) => typed('IssueComment', findCommentById(forge, id)),
  PullRequestReviewThread: (forge, id) => typed('PullRequestReviewThread', findThreadById(forge, id)),
  PullRequestReviewComment: (forge, id) => typed('PullRequestReviewComment', findReviewCommentById(forge, id)),
};

/** What a node id names, if this token reaches it. @throws Refusal NOT_FOUND */
export async function nodeSource(context: Context, id: string): Promise<NodeSource> {
  const parsed = parseNodeId(id);
  if (!parsed) throw noNode(id);
  const [first = '', second = ''] = parsed.key;
  const inPull = sourcesInPulls[parsed.kind];
  if (inPull !== undefined) {
    const found = await inPull(context.forge, Number(first));
    if (!found || !visibleNode(context, found.repository.id)) throw noNode(id);
    return found;
  }
  const repository = visibleNode(context, Number(first));
  if (!repository) throw noNode(id);
  if (parsed.kind === 'Repository') return repositorySource(repository);
  if (!['Ref', 'Commit', 'Tree', 'Blob'].includes(parsed.kind)) throw notImplemented(`node(id) for ${parsed.kind}`);
  requirePermission(context.token, 'contents', 'read');
  const found = await (parsed.kind === 'Ref' ? refSource(repository, second) : objectSource(repository, second));
  if (!found) throw noNode(id);
  return found;
}

/** A repository by its node id. @throws Refusal NOT_FOUND */
export async function repositoryByNode(context: Context, id: string): Promise<Repository> {
  const source = parseNodeId(id)?.kind === 'Repository' ? await nodeSource(context, id) : undefined;
  if (source?.typename !== 'Repository') throw noNode(id);
  return source.repository;
}

/** A pull request by its node id. @throws Refusal NOT_FOUND */
export async function pullByNode(context: Context, id: string): Promise<PullSource> {
  const source = parseNodeId(id)?.kind === 'PullRequest' ? await nodeSource(context, id) : undefined;
  if (source?.typename !== 'PullRequest') throw noNode(id);
  return source;
}

/** A comment by its node id. @throws Refusal NOT_FOUND */
export async function commentByNode(context: Context, id: string): Promise<CommentSource> {
  const source = parseNodeId(id)?.kind === 'IssueComment' ? await nodeSource(context, id) : undefined;
  if (source?.typename !== 'IssueComment') throw noNode(id);
  return source;
}

/** A conversation at a line by its node id. @throws Refusal NOT_FOUND */
export async function threadByNode(context: Context, id: string): Promise<ThreadSource> {
  const source = parseNodeId(id)?.kind === 'PullRequestReviewThread' ? await nodeSource(context, id) : undefined;
  if (source?.typename !== 'PullRequestReviewThread') throw noNode(id);
  return source;
}

/** A comment at a line by its node id. @throws Refusal NOT_FOUND */
export async function reviewCommentByNode(context: Context, id: string): Promise<ReviewCommentSource> {
  const source = parseNodeId(id)?.kind === 'PullRequestReviewComment' ? await nodeSource(context, id) : undefined;
  if (source?.typename !== 'PullRequestReviewComment') throw noNode(id);
  return source;
}

/** What `REVISION` or `REVISION:PATH` names, or null. */
export async function resolveExpression(repository: Repository, expression: string): Promise<ObjectSource | null> {
  const cut = expression.indexOf(':');
  const oid = await resolveRevision(repository, cut < 0 ? expression : expression.slice(0, cut));
  const root = oid === undefined ? null : await objectSource(repository, oid);
  if (cut < 0 || root === null) return root;
  if (root.typename === 'Blob') return null;
  const tree = root.typename === 'Commit' ? root.commit.tree : root.oid;
  const path = expression.slice(cut + 1);
  if (path === '') return objectSource(repository, tree);
  const entry = await findEntry(repository.git, tree, path);
  return entry ? objectSource(repository, entry.oid) : null;
}
