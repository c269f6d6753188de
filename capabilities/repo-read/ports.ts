import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { Safeguards } from '#capabilities/repo/safeguards.ts';
import type { Standing } from '#capabilities/repo/standing.ts';
import type { PullRequest, PullRequestComment, RepositoryRef, ThreadState } from '#capabilities/repo/types.ts';
import type { BackendReview } from '#shared/tools/index.ts';

export type Repository = RepositoryRef & {
  readonly description: string | null;
  readonly private: boolean;
  readonly archived: boolean;
  readonly url: string;
};

export type TreeEntry = {
  /** From the root of the repository, not from the folder. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'submodule';
  readonly mode: string;
  /** Bytes; null for what is not a file. */
  readonly size: number | null;
  readonly oid: string;
};

/** What stands at a path of a commit. A directory has no bytes; a symlink's bytes are its target. */
export type FileAt = {
  readonly type: 'file' | 'directory' | 'symlink' | 'submodule';
  readonly oid: string;
  readonly mode: string;
  readonly bytes: Uint8Array | null;
};

export type Commit = {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly message: string;
  /**
   * The author's login on the backend; null when the author has no account. An App's is `slug[bot]`. Anybody can write
   * another's name into a commit: it proves something only where `verified` is true.
   */
  readonly author: string | null;
  /** True when the backend vouches for the signature. */
  readonly verified: boolean;
  readonly url: string;
};

/** A commit, and when it was committed (ISO 8601). */
export type DatedCommit = Commit & { readonly committedAt: string };

/** One thing that CI says of a commit: a check run, or a commit status. */
export type Check = {
  readonly name: string;
  /** The backend's word in small letters: how it ended, or how far it is. */
  readonly state: string;
  readonly title: string | null;
  /** Where its own page is, as it says. */
  readonly url: string | null;
  /** The app that made it; null for a commit status. */
  readonly app: string | null;
  /** The job behind it, whose log can be read; null for what is no job of the backend's own CI. */
  readonly job: number | null;
};

/** A page of what CI says of a commit; `state` and `counts` (how many are in which state) are about all of it. */
export type Checks = Page<Check> & {
  /** `none` when nothing is said. */
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
};

/** A conversation at a line of a pull request. */
export type ReviewThread = {
  readonly nodeId: string;
  readonly path: string;
  /** In the file as it is in the head; null when that line is no longer there. */
  readonly line: number | null;
  readonly startLine: number | null;
  readonly resolved: boolean;
  /** Whether the lines have changed since. */
  readonly outdated: boolean;
  /** The first and the newest few, oldest first. */
  readonly comments: readonly {
    readonly author: string | null;
    /** What its author is to the repository; absent where nobody says. */
    readonly standing?: Standing;
    readonly body: string;
    /** ISO 8601. */
    readonly createdAt: string;
    readonly url: string;
  }[];
  /** How many comments there are. */
  readonly total: number;
};

/** A conversation at a line by itself, with its newest comments, oldest of them first. */
export type OneThread = ThreadState & { readonly newest: readonly PullRequestComment[]; readonly total: number };

/** Who is to review a pull request, and who has. */
export type Reviewers = {
  /** Whose review is asked for and has not come: logins, and `team:SLUG`. */
  readonly requested: readonly string[];
  /** The newest reviews, oldest of them first. */
  readonly reviews: readonly { readonly id: string; readonly by: string | null }[];
};

/** What somebody said of a pull request as a whole. */
export type PullRequestReview = {
  readonly author: string | null;
  readonly standing?: Standing;
  readonly state: 'approved' | 'changes_requested' | 'commented' | 'dismissed';
  /** The commit that it is of; null where that is gone. */
  readonly commit: string | null;
  /** ISO 8601. */
  readonly submittedAt: string | null;
  readonly body: string;
};

/** A file in which searched words were found. */
export type FoundCode = {
  readonly path: string;
  /** The commit that was searched, where the backend says it. */
  readonly commit: string | null;
  /** Pieces of its text, each with a word in it as it stands there. */
  readonly fragments: readonly { readonly text: string; readonly word: string }[];
};

/** What a search of code gives. */
export type CodeSearch = {
  /** The best matches, as many as the backend gives at once. */
  readonly items: readonly FoundCode[];
  /** Whether the backend gave up before it had looked everywhere. */
  readonly incomplete: boolean;
};

/** A step of a job; times are ISO 8601, null for what has not come. */
export type JobStep = {
  readonly name: string;
  /** How it ended; null while it has not. */
  readonly conclusion: string | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
};

/** A job of the backend's own CI. */
export type Job = {
  readonly name: string;
  readonly commit: string;
  readonly status: string;
  /** How it ended; null while it has not. */
  readonly conclusion: string | null;
  readonly steps: readonly JobStep[];
};

export const fileStatuses = ['added', 'removed', 'modified', 'renamed', 'copied', 'changed', 'unchanged'] as const;

/** What became of a file between two commits. */
export type FileDiff = {
  readonly path: string;
  /** Where it was before; null when it was not moved or copied. */
  readonly previousPath: string | null;
  readonly status: (typeof fileStatuses)[number];
  readonly additions: number;
  readonly deletions: number;
  /** The hunks of a unified diff; null for binary files and for those that are too large for the backend. */
  readonly patch: string | null;
};

/** What one commit has that another has not: since which commit, and at which paths. */
export type Changed = {
  /** The commit at which the two parted. */
  readonly from: string;
  /** Those that differ between it and the later commit, both of a file that was moved. */
  readonly paths: readonly string[];
  /** Whether there may be more: the backend lists so many. */
  readonly cut: boolean;
};

/** How a pull request stands to being merged. */
export type Merging = {
  /** Whether it goes together with its base; null while the backend has not worked it out, or it is not open. */
  readonly mergeable: boolean | null;
  /** The last commit that merging it made, and who did; null while it is not merged. */
  readonly merged: { readonly oid: string; readonly by: string | null } | null;
};

/** What one look at a repository asks for, beside what the repository is and where its default branch is. */
export type LookRequest = {
  /** Branches of which it is asked where they are. */
  readonly branches?: readonly string[];
  /** The branch whose newest pull requests are wanted. */
  readonly pullRequestsFrom?: string;
  /** What is wanted of the head of a branch, the default one where none is named; otherwise as for `files`. */
  readonly files?: {
    readonly branch?: string | undefined;
    readonly paths: readonly string[];
    readonly limits?: ReadonlyMap<string, number>;
  };
};

/** What one look found, all of the same moment. */
export type Look = {
  readonly repository: Repository;
  /** The commit that each branch is at, the default one among them; null where there is no such branch. */
  readonly heads: ReadonlyMap<string, string | null>;
  /** The newest 50 from that branch, and where the branch that each goes to is now; null where that is gone. */
  readonly pullRequests: readonly { readonly pullRequest: PullRequest; readonly baseOid: string | null }[];
  /** Null where there is no such branch. */
  readonly files: ReadonlyMap<string, FileAt | null> | null;
};

/**
 * What the repository tools read. Every method throws AppError `not_found` when the repository does not exist or may
 * not be seen, and `backend_unavailable` when the backend does not answer. Only `repository` and `look` follow a former name to
 * the present one; to every other method a former name is `not_found`, so that a scope on names covers what is read.
 */
export type RepoReader = {
  readonly repository: (name: string) => Promise<Repository>;
  /**
   * Much of what a change needs to know in one round trip, and one more in parallel for each file that is binary or long.
   * AppError `too_large` as `files` throws it.
   */
  readonly look: (name: string, request: LookRequest) => Promise<Look>;
  /** What holds the default branch, and what CI gives away; may be some minutes old. */
  readonly safeguards: (name: string) => Promise<Safeguards>;
  readonly branches: (
    name: string,
    request: PageRequest & { readonly query?: string | undefined },
  ) => Promise<Page<{ name: string; oid: string }>>;
  /** The branch's head; null when there is no such branch. */
  readonly head: (name: string, branch: string) => Promise<string | null>;
  /** The entries of one folder ('' is the root) at a commit or branch; null when it is not a folder there. */
  readonly tree: (name: string, revision: string, path: string) => Promise<readonly TreeEntry[] | null>;
  /**
   * What stands at each path of a commit; null where nothing does. One round trip for a hundred text files. `limits`
   * are the most bytes that the file at a path may have. AppError `too_large`, before any content is downloaded that
   * did not come along, when a file has more than its limit or all have more than one call reads.
   */
  readonly files: (
    name: string,
    commit: string,
    paths: readonly string[],
    limits?: ReadonlyMap<string, number>,
  ) => Promise<ReadonlyMap<string, FileAt | null>>;
  /** What `head` changed since it parted from `base`, two commits; null when they have no common past. */
  readonly changed: (name: string, base: string, head: string) => Promise<Changed | null>;
  /**
   * Files of the default branch, as the backend has indexed it, that have each of these words or phrases. Each counts as
   * it is: nothing in it is a qualifier or an operator of the backend's. `invalid_arguments` when it does not search so.
   */
  readonly searchCode: (
    name: string,
    wanted: { readonly words: readonly string[]; readonly folder: string; readonly extension?: string | undefined },
  ) => Promise<CodeSearch>;
  /** The newest commits of a branch, newest first; empty when there is no such branch. */
  readonly history: (name: string, branch: string, limit: number) => Promise<readonly Commit[]>;
  /** The history of a commit, newest first; with `path`, the commits that changed what is there. */
  readonly commits: (
    name: string,
    request: PageRequest & { readonly commit: string; readonly path?: string | undefined },
  ) => Promise<Page<DatedCommit>>;
  readonly pullRequests: (
    name: string,
    request: PageRequest & {
      readonly state: 'open' | 'closed' | 'merged' | 'all';
      readonly head?: string | undefined;
      readonly base?: string | undefined;
    },
  ) => Promise<Page<PullRequest>>;
  /** Null when there is no pull request of that number. */
  readonly pullRequest: (name: string, number: number) => Promise<PullRequest | null>;
  /** The files that a pull request changes since its branch left its base. The pull request must be there. */
  readonly pullRequestFiles: (name: string, number: number, request: PageRequest) => Promise<Page<FileDiff>>;
  /** What reviewers said at lines, oldest thread first; none where there is no such pull request. */
  readonly reviewThreads: (name: string, number: number, request: PageRequest) => Promise<Page<ReviewThread>>;
  /** A conversation at a line by its id; null when there is none, or when it stands at another pull request. */
  readonly reviewThread: (
    name: string,
    at: { readonly number: number; readonly nodeId: string },
  ) => Promise<OneThread | null>;
  /** What CI says of a commit. */
  readonly checks: (name: string, commit: string, request: PageRequest) => Promise<Checks>;
  /** Null when there is no job of that number. */
  readonly job: (name: string, id: number) => Promise<Job | null>;
  /** What a job wrote, each line with its time; null when nothing is kept. It must be a job of this repository. */
  readonly jobLog: (name: string, id: number) => Promise<string | null>;
  /** Null when there is no pull request of that number. */
  readonly reviewers: (name: string, number: number) => Promise<Reviewers | null>;
  /** Whether an account is there and takes part in the repository, which is whose reviews may be asked for. */
  readonly isCollaborator: (name: string, login: string) => Promise<boolean>;
  /** Null when there is no pull request of that number. */
  readonly merging: (name: string, number: number) => Promise<Merging | null>;
  /** The newest reviews of a pull request, oldest of them first; none where there is no such pull request. */
  readonly saidReviews: (name: string, number: number) => Promise<readonly PullRequestReview[]>;
  /** The last answer of each who may write there and reviewed a pull request; none where there is no such pull request. */
  readonly reviews: (name: string, number: number) => Promise<readonly BackendReview[]>;
  /** The comments of a pull request, what changed last first; none where there is no such pull request. */
  readonly comments: (name: string, number: number, request: PageRequest) => Promise<Page<PullRequestComment>>;
  /**
   * A comment by its id, in the conversation or at a line; null when there is none, or when it stands at another pull
   * request.
   */
  readonly comment: (
    name: string,
    at: { readonly number: number; readonly nodeId: string },
  ) => Promise<PullRequestComment | null>;
  /** The immutable id of a repository, which its name may not be for ever. */
  readonly idOf: (name: string) => Promise<number>;
  /**
   * Whether a commit is on a branch of the repository itself, where only those put it who may write there: the ids of
   * commits lead into its forks as well. False where that cannot be told.
   */
  readonly isOurs: (name: string, commit: string) => Promise<boolean>;
  /** The login under which this server's own writes appear. */
  readonly ownLogin: () => Promise<string>;
};
