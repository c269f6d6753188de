import { requirePermission } from '../../access.ts';
import { associationOf } from '../../associations.ts';
import { isLocked } from '../../comments.ts';
import { mustReadCommit } from '../../git/commits.ts';
import type { FileChange } from '../../git/diff.ts';
import { diffFiles } from '../../git/diff.ts';
import { commitsBeyond, mergeBase } from '../../git/history.ts';
import { readRef } from '../../git/refs.ts';
import { nodeId } from '../../ids.ts';
import { merged } from '../../merges.ts';
import { branchRef } from '../../pulls.ts';
import { fullName } from '../../repositories.ts';
import { type PageArgs, pageOf } from '../connection.ts';
import type { Context, Fields } from '../field.ts';
import {
  actorSource,
  type CommitSource,
  commitSource,
  refSource,
  repositorySource,
  type PullSource as Source,
} from '../sources.ts';
import { commentsOf } from './comments.ts';
import { reviewThreadsOf } from './review-threads.ts';
import { latestOpinionatedReviews, reviews } from './reviews.ts';

type PullCommit = { source: Source; commit: CommitSource };

async function commits(source: Source, args: PageArgs) {
  const { repository, pull } = source;
  const found = (await commitsBeyond(repository.git, pull.baseOid, pull.headOid)).reverse();
  const items = found.map((commit): PullCommit => ({ source, commit: commitSource(repository, commit) }));
  return pageOf(items, args, 'commits');
}

async function changes({ repository, pull }: Source, { forge }: Context): Promise<FileChange[]> {
  const base = (await mergeBase(repository.git, pull.baseOid, pull.headOid)) ?? pull.baseOid;
  return diffFiles(forge.path, repository.git.dir, base, pull.headOid);
}

async function mergeCommit({ repository, pull }: Source): Promise<CommitSource | null> {
  return pull.merge && commitSource(repository, await mustReadCommit(repository.git, pull.merge.oid));
}

async function mergeable({ repository, pull }: Source, _: unknown, { forge }: Context): Promise<string> {
  if (pull.state === 'closed') return 'UNKNOWN';
  const base = await readRef(repository.git.dir, branchRef(pull.baseRef));
  const tree = base && (await merged(forge, repository, { base, head: pull.headOid }));
  return tree === undefined ? 'CONFLICTING' : 'MERGEABLE';
}

const changeTypes: Record<FileChange['status'], string> = {
  added: 'ADDED',
  removed: 'DELETED',
  modified: 'MODIFIED',
  renamed: 'RENAMED',
  changed: 'CHANGED',
  copied: 'COPIED',
};

const url = ({ repository, pull }: Source, _: unknown, { forge }: Context): string =>
  `${forge.site.url}/${fullName(repository)}/pull/${pull.number}`;

/** A field that needs the permission to read pull requests, however the source was reached. */
const reading =
  <Args>(answer: (source: Source, args: Args, context: Context) => unknown) =>
  (source: Source, args: Args, context: Context): unknown => {
    requirePermission(context.token, 'pull_requests', 'read');
    return answer(source, args, context);
  };

export const pullFields: Fields = {
  PullRequest: {
    id: ({ pull }: Source) => nodeId('PullRequest', pull.id),
    databaseId: ({ pull }: Source) => pull.id,
    fullDatabaseId: ({ pull }: Source) => String(pull.id),
    number: reading(({ pull }) => pull.number),
    title: reading(({ pull }) => pull.title),
    body: reading(({ pull }) => pull.body),
    state: reading(({ pull }) => (pull.merge === null ? pull.state.toUpperCase() : 'MERGED')),
    isDraft: reading(({ pull }) => pull.draft),
    merged: reading(({ pull }) => pull.merge !== null),
    mergedAt: reading(({ pull }) => pull.merge?.at ?? null),
    mergedBy: reading(({ pull }, _, context) => pull.merge && actorSource(context, pull.merge.by)),
    mergeCommit: reading(mergeCommit),
    closed: reading(({ pull }) => pull.state === 'closed'),
    closedAt: reading(({ pull }) => pull.closedAt),
    mergeable: reading(mergeable),
    headRefName: reading(({ pull }) => pull.headRef),
    headRefOid: reading(({ pull }) => pull.headOid),
    baseRefName: reading(({ pull }) => pull.baseRef),
    baseRefOid: reading(({ pull }) => pull.baseOid),
    headRef: reading(({ repository, pull }) => refSource(repository, `refs/heads/${pull.headRef}`)),
    baseRef: reading(({ repository, pull }) => refSource(repository, `refs/heads/${pull.baseRef}`)),
    headRepository: reading(({ repository }) => repositorySource(repository)),
    baseRepository: reading(({ repository }) => repositorySource(repository)),
    repository: ({ repository }: Source) => repositorySource(repository),
    isCrossRepository: reading(() => false),
    author: reading(({ pull }, _, context) => actorSource(context, pull.author)),
    authorAssociation: reading(({ repository, pull }, _, { forge }) => associationOf(forge, repository, pull.author)),
    createdAt: reading(({ pull }) => pull.createdAt),
    updatedAt: reading(({ pull }) => pull.updatedAt),
    locked: reading(({ pull }, _, { forge }) => isLocked(forge, pull)),
    comments: reading(commentsOf),
    reviewThreads: reading(reviewThreadsOf),
    reviews: reading(reviews),
    latestOpinionatedReviews: reading(latestOpinionatedReviews),
    url: reading(url),
    resourcePath: reading(({ repository, pull }) => `/${fullName(repository)}/pull/${pull.number}`),
    files: reading(async (source, args: PageArgs, context) => pageOf(await changes(source, context), args, 'files')),
    commits: reading(commits),
    changedFiles: reading(async (source, _, context) => (await changes(source, context)).length),
    additions: reading(async (source, _, context) =>
      (await changes(source, context)).reduce((total, file) => total + file.additions, 0),
    ),
    deletions: reading(async (source, _, context) =>
      (await changes(source, context)).reduce((total, file) => total + file.deletions, 0),
    ),
  },
  PullRequestCommit: {
    id: ({ source, commit }: PullCommit) => nodeId('PullRequestCommit', source.pull.id, commit.commit.oid),
    commit: ({ commit }: PullCommit) => commit,
    pullRequest: ({ source }: PullCommit) => source,
  },
  PullRequestChangedFile: {
    path: (file: FileChange) => file.path,
    additions: (file: FileChange) => file.additions,
    deletions: (file: FileChange) => file.deletions,
    changeType: (file: FileChange) => changeTypes[file.status],
  },
};
