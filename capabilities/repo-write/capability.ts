import * as z from 'zod';
import { branchProblem } from '#capabilities/repo/branch.ts';
import { mayWrite } from '#capabilities/repo/path-rules.ts';
import { requirements } from '#capabilities/repo/safeguards.ts';
import { coversRepository, repositoryScope } from '#capabilities/repo/scope.ts';
import type { RepoAsk, RepoTarget } from '#capabilities/repo/types.ts';
import { repoRead } from '#capabilities/repo-read/capability.ts';
import { getPullRequest } from '#capabilities/repo-read/get_pull_request.ts';
import { listReviewThreads } from '#capabilities/repo-read/list_review_threads.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { readFile } from '#capabilities/repo-read/read_file.ts';
import { byteCount } from '#shared/tools/byte-count.ts';
import { glob, globMatcher } from '#shared/tools/glob.ts';
import { type Denial, defineCapability } from '#shared/tools/index.ts';
import { commentOnPullRequest } from './comment_on_pull_request.ts';
import { commitFiles } from './commit_files.ts';
import { deleteBranch } from './delete_branch.ts';
import type { RepoWriter } from './ports.ts';
import { proposePullRequest } from './propose_pull_request.ts';
import { pushCommits } from './push_commits.ts';
import { requestReviews } from './request_reviews.ts';
import { resolveReviewThread } from './resolve_review_thread.ts';
import { deniesUnmet } from './safeguards/require.ts';
import { updateBranch } from './update_branch.ts';
import { updatePullRequest } from './update_pull_request.ts';

const branches = z.array(glob).min(1);

const scope = z.strictObject({
  ...repositoryScope,
  /** The branches that pull requests may go to; none unless given. */
  base: branches.optional(),
  /** The branches that may be made and written; the default branch only where it is named without a wildcard. */
  branches,
  /** Whose reviews may be asked for: logins and `team:SLUG`; nobody's unless given. */
  reviewers: z.array(glob).min(1).optional(),
  max_files: z.number().int().positive().optional(),
  max_bytes: byteCount.optional(),
  /** Whom the commits name as co-author: the sponsor, as the list of people says under `git`. Nobody unless given. */
  co_author: z.literal('sponsor').optional(),
  /** What the default branch must have before anything is written. */
  requires: requirements.optional(),
});
type Scope = z.infer<typeof scope>;

/** What a branch and its pull request are made with; the rest is granted by name. */
const usual = [proposePullRequest, commitFiles, pushCommits, updatePullRequest, commentOnPullRequest].map(
  ({ name }) => name,
);

export const repoWrite = defineCapability<Scope, RepoReader, RepoWriter, RepoAsk, RepoTarget>({
  name: 'repo-write',
  description: 'Propose changes to repositories: pull requests and their conversation, and commits on branches.',
  scope,
  denies,
  credits: ({ co_author }) => co_author === 'sponsor',
  // What an edit finds, what a move carries elsewhere and what a new text replaces is content that the agent must be
  // able to read anyway.
  elsewhere: (ask) => (ask.want === 'read' ? { capability: repoRead, tool: toolThatReads(ask) } : null),
  server: 'github',
  usual,
  tools: [
    proposePullRequest,
    commitFiles,
    pushCommits,
    updatePullRequest,
    commentOnPullRequest,
    resolveReviewThread,
    requestReviews,
    updateBranch,
    deleteBranch,
  ],
});

function toolThatReads({ thread, path, whole }: RepoAsk): string {
  if (thread === true) return listReviewThreads.name;
  return (path === undefined && whole !== true ? getPullRequest : readFile).name;
}

function denies(granted: Scope, ask: RepoAsk): Denial | null {
  if (ask.want !== 'write') return { denied: 'Only writing is granted here.' };
  if (!coversRepository(granted, ask.repository)) return { denied: `Writing to ${ask.repository} is not granted.` };
  // Last, because it may be told where what is outside must not be.
  return deniesPlace(granted, ask) ?? deniesAmount(granted, ask) ?? deniesUnmet(granted.requires, ask);
}

function deniesPlace(granted: Scope, { base, branch, defaultBranch, reviewer, path }: RepoAsk): Denial | null {
  if (base !== undefined && !covered(granted.base ?? [], base)) {
    return { denied: `Pull requests to ${JSON.stringify(base)} are not granted.` };
  }
  if (branch !== undefined && !covered(granted.branches, branch)) {
    return { denied: `Writing the branch ${JSON.stringify(branch)} is not granted.` };
  }
  if (branch !== undefined && branch === defaultBranch && !granted.branches.includes(branch)) {
    return { denied: `Writing ${JSON.stringify(branch)}, the default branch, is not granted by name.` };
  }
  if (reviewer !== undefined && !names(granted.reviewers ?? [], reviewer)) {
    return { denied: `Asking ${reviewer} for a review is not granted.` };
  }
  if (path !== undefined && !mayWrite(granted.paths, path)) {
    return { denied: `Writing ${JSON.stringify(path)} is not granted.` };
  }
  return null;
}

/** Git tells branches apart by case, so case counts here. */
function covered(patterns: readonly string[], branch: string): boolean {
  return branchProblem(branch) === null && patterns.some((pattern) => globMatcher(pattern)(branch));
}

/** Logins and teams are the same in any case. */
function names(patterns: readonly string[], reviewer: string): boolean {
  return patterns.some((pattern) => globMatcher(pattern.toLowerCase())(reviewer.toLowerCase()));
}

function deniesAmount({ max_files, max_bytes }: Scope, { files, bytes }: RepoAsk): Denial | null {
  if (files !== undefined && max_files !== undefined && files > max_files) {
    return { denied: `${files} files are more than the ${max_files} that one change may write.` };
  }
  if (bytes !== undefined && max_bytes !== undefined && bytes > max_bytes) {
    return { denied: `${bytes} bytes are more than the ${max_bytes} that one change may write.` };
  }
  return null;
}
