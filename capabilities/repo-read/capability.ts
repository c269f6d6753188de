import * as z from 'zod';
import { mayLookInto, mayRead } from '#capabilities/repo/path-rules.ts';
import { coversRepository, repositoryScope } from '#capabilities/repo/scope.ts';
import type { RepoAsk, RepoTarget } from '#capabilities/repo/types.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { type Denial, defineCapability } from '#shared/tools/index.ts';
import { getCheckLog } from './get_check_log.ts';
import { getChecks } from './get_checks.ts';
import { getPullRequest } from './get_pull_request.ts';
import { getPullRequestDiff } from './get_pull_request_diff.ts';
import { getRepository } from './get_repository.ts';
import { listBranches } from './list_branches.ts';
import { listCommits } from './list_commits.ts';
import { listFiles } from './list_files.ts';
import { listPullRequests } from './list_pull_requests.ts';
import { listReviewThreads } from './list_review_threads.ts';
import type { RepoReader } from './ports.ts';
import { readFile } from './read_file.ts';
import { searchCode } from './search_code.ts';

const scope = z.strictObject(repositoryScope);
type Scope = z.infer<typeof scope>;

/** With the usual ones that write they are as many as a server may show. */
const usual = [
  getRepository,
  listFiles,
  readFile,
  searchCode,
  listPullRequests,
  getPullRequest,
  getPullRequestDiff,
  listReviewThreads,
  getChecks,
  getCheckLog,
].map(({ name }) => name);

export const repoRead = defineCapability<Scope, RepoReader, RepoWriter, RepoAsk, RepoTarget>({
  name: 'repo-read',
  description: 'Read repositories: branches, files and pull requests.',
  scope,
  denies,
  server: 'github',
  usual,
  tools: [
    getRepository,
    listBranches,
    listFiles,
    readFile,
    searchCode,
    listCommits,
    listPullRequests,
    getPullRequest,
    getPullRequestDiff,
    listReviewThreads,
    getChecks,
    getCheckLog,
  ],
});

function denies(granted: Scope, ask: RepoAsk): Denial | null {
  if (ask.want !== 'read') return { denied: 'Only reading is granted here.' };
  if (!coversRepository(granted, ask.repository)) return { denied: `Reading ${ask.repository} is not granted.` };
  if (ask.whole === true && granted.paths !== undefined) {
    return { denied: 'Reading is granted for some paths only, and this can show what is in any file.' };
  }
  if (ask.path !== undefined && !mayRead(granted.paths, ask.path)) {
    return { denied: `Reading ${JSON.stringify(ask.path)} is not granted.` };
  }
  if (ask.folder !== undefined && !mayLookInto(granted.paths, ask.folder)) {
    return { denied: `Listing ${JSON.stringify(ask.folder)} is not granted.` };
  }
  return null;
}
