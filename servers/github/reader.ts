import type { PullRequest } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { AppClient } from '#shared/github/app.ts';
import { readBranches, readHead } from './read/branches.ts';
import { readChanged } from './read/changed.ts';
import { readChecks } from './read/checks.ts';
import { readComment, readComments } from './read/comments.ts';
import { readPullRequestFiles } from './read/diffs.ts';
import { readFiles } from './read/files.ts';
import { readCommits, readHistory } from './read/history.ts';
import { readJob, readJobLog } from './read/jobs.ts';
import { readLook } from './read/look.ts';
import { readMerging } from './read/merging.ts';
import { ownCommits } from './read/own-commits.ts';
import { readPullRequest, readPullRequests } from './read/pull-requests.ts';
import { readRepository } from './read/repository.ts';
import { readReviewThread } from './read/review-thread.ts';
import { readReviewThreads } from './read/review-threads.ts';
import { readIsCollaborator, readReviewers } from './read/reviewers.ts';
import { readReviews } from './read/reviews.ts';
import { readSaidReviews } from './read/said-reviews.ts';
import { readCodeSearch } from './read/search.ts';
import type { OpenSession } from './read/session.ts';
import { readTree } from './read/tree.ts';

/**
 * Reads repositories on GitHub, each with a token that can read that one repository. A repository's old name leads
 * `repository` and `look` to the new one; every other method takes the present name alone and else throws `not_found`, so that
 * a scope on names covers what is read.
 */
export function githubReader({
  open,
  app,
  safeguards,
}: {
  readonly open: OpenSession;
  readonly app: AppClient;
  readonly safeguards: RepoReader['safeguards'];
}): RepoReader {
  const head = async (name: string, branch: string): Promise<string | null> => {
    const found = await readHead(open(name), branch);
    own.note(name, found);
    return found;
  };
  const noted = (name: string, pull: PullRequest): PullRequest => {
    if (!pull.head.includes(':')) own.note(name, pull.headOid);
    return pull;
  };
  const own = ownCommits({
    repository: async (name) => readRepository(open(name)),
    branches: async (name, request) => readBranches(open(name), request),
    changed: async (name, base, to) => readChanged(open(name), base, to),
    head,
  });
  return {
    repository: async (name) => readRepository(open(name)),
    look: async (name, request) => readLook(open(name), request),
    safeguards,
    branches: async (name, request) => readBranches(open(name), request),
    head,
    tree: async (name, revision, path) => readTree(open(name), revision, path),
    files: async (name, commit, paths, limits) => readFiles(open(name), commit, paths, limits),
    changed: async (name, base, head) => readChanged(open(name), base, head),
    searchCode: async (name, wanted) => readCodeSearch(open(name), wanted),
    history: async (name, branch, limit) => readHistory(open(name), branch, limit),
    commits: async (name, request) => readCommits(open(name), request),
    pullRequests: async (name, request) => {
      const page = await readPullRequests(open(name), request);
      return { ...page, items: page.items.map((pull) => noted(name, pull)) };
    },
    pullRequest: async (name, number) => {
      const found = await readPullRequest(open(name), number);
      return found && noted(name, found);
    },
    pullRequestFiles: async (name, number, request) => readPullRequestFiles(open(name), number, request),
    reviewThreads: async (name, number, request) => readReviewThreads(open(name), number, request),
    reviewThread: async (name, at) => readReviewThread(open(name), at),
    checks: async (name, commit, request) => readChecks(open(name), commit, request),
    job: async (name, id) => readJob(open(name), id),
    jobLog: async (name, id) => readJobLog(open(name), id),
    reviewers: async (name, number) => readReviewers(open(name), number),
    isCollaborator: async (name, login) => readIsCollaborator(open(name), login),
    merging: async (name, number) => readMerging(open(name), number),
    reviews: async (name, number) => readReviews(open(name), number),
    saidReviews: async (name, number) => readSaidReviews(open(name), number),
    comments: async (name, number, request) => readComments(open(name), number, request),
    comment: async (name, at) => readComment(open(name), at),
    idOf: async (name) => open(name).id(),
    isOurs: own.isOurs,
    ownLogin: () => app.login(),
  };
}
