import type { MergeMethod, PullRequest, RepositoryRef } from '#capabilities/repo/types.ts';

/** What can be changed of a pull request that is there. */
export type PullRequestFields = Pick<PullRequest, 'title' | 'body' | 'base' | 'draft' | 'state'>;

/** What one request changes of a pull request. */
export type PullRequestChange =
  | { readonly title?: string; readonly body?: string }
  | { readonly base: string }
  | { readonly draft: boolean }
  | { readonly state: 'open' | 'closed' };

/** The modes of files that git knows: plain, executable, symbolic link. */
export type FileMode = '100644' | '100755' | '120000';

/**
 * One path of a tree that is built: new bytes, a blob that the repository has already, or nothing. The bytes of a
 * symbolic link are its target.
 */
export type TreeChange =
  | { readonly path: string; readonly mode: FileMode; readonly bytes: Uint8Array }
  | { readonly path: string; readonly mode: FileMode; readonly oid: string }
  | { readonly path: string; readonly delete: true };

/** Whose review of a pull request is asked for, or no longer. */
export type ReviewRequest = {
  readonly repository: RepositoryRef;
  readonly number: number;
  readonly reviewers: readonly string[];
};

/**
 * What the repository tools write. Each method is one call with the backend's own precondition. It throws `NotDone`
 * when the backend's answer proves that nothing was done, and any other error when that is not known.
 */
export type RepoWriter = {
  /** Makes a branch at a commit. `NotDone` stale when a branch of that name exists. */
  readonly createBranch: (input: {
    readonly repository: RepositoryRef;
    readonly branch: string;
    readonly oid: string;
  }) => Promise<void>;
  /** Makes one signed commit on a branch whose head is `expectedHead`; `NotDone` stale when it is not. */
  readonly commit: (input: {
    readonly repository: RepositoryRef;
    readonly branch: string;
    readonly expectedHead: string;
    readonly headline: string;
    readonly body: string;
    readonly additions: readonly { readonly path: string; readonly bytes: Uint8Array }[];
    readonly deletions: readonly string[];
  }) => Promise<{ oid: string; url: string; verified: boolean }>;
  /**
   * Makes one commit that no branch leads to: `entries` (each path once) on the tree `baseTree`, or on the tree of
   * `parent` where that is null. Neither author nor committer is named, so that the backend signs it; `verified` says
   * whether it did. Nothing that anybody sees changes: whatever goes wrong is `NotDone`, and it may be built again.
   */
  readonly buildCommit: (input: {
    readonly repository: RepositoryRef;
    readonly parent: string;
    readonly baseTree: string | null;
    readonly entries: readonly TreeChange[];
    /** The whole message, with its first line. */
    readonly message: string;
  }) => Promise<{ oid: string; tree: string; url: string; verified: boolean }>;
  /**
   * Moves a branch from one commit to a descendant of it; `from` null makes the branch. `NotDone` stale when it is not at
   * `from`, or exists already.
   */
  readonly moveBranch: (input: {
    readonly repository: RepositoryRef;
    readonly branch: string;
    readonly from: string | null;
    readonly to: string;
  }) => Promise<void>;
  /**
   * Moves a branch from one commit back to an earlier one, whose descendants it then no longer has. `NotDone` stale when
   * it is not at `from`.
   */
  readonly rewindBranch: (input: {
    readonly repository: RepositoryRef;
    readonly branch: string;
    readonly from: string;
    readonly to: string;
  }) => Promise<void>;
  /**
   * Merges the base of an open pull request into its branch, whose head is `expectedHead`; `NotDone` stale when it is not,
   * or when the base branch is not at `base.oid`. The backend compares the head as it merges; the base is read right
   * before. `parents` says what was merged, `verified` whether the backend vouches for the commit.
   */
  readonly updateBranch: (input: {
    readonly nodeId: string;
    readonly expectedHead: string;
    readonly base: { readonly name: string; readonly oid: string };
  }) => Promise<{ oid: string; url: string; verified: boolean; parents: string[] }>;
  readonly openPullRequest: (input: {
    readonly repository: RepositoryRef;
    readonly head: string;
    readonly base: string;
    readonly title: string;
    readonly body: string;
    readonly draft: boolean;
  }) => Promise<{ number: number; nodeId: string; url: string }>;
  readonly closePullRequest: (input: { readonly nodeId: string }) => Promise<void>;
  readonly reopenPullRequest: (input: { readonly nodeId: string }) => Promise<void>;
  /**
   * Changes a pull request whose fields are as `from` says; `NotDone` stale when they are not. The backend has no
   * precondition for this: the fields are read with the same credential right before, so that only what somebody does
   * in the time of one request goes unseen.
   */
  readonly changePullRequest: (input: {
    readonly nodeId: string;
    readonly from: Partial<PullRequestFields>;
    readonly to: PullRequestChange;
  }) => Promise<void>;
  /**
   * Merges a pull request whose head is `expectedHead`; `NotDone` stale when it is not, when its base branch is not at
   * `base.oid`, or when it is no longer open. The backend compares the head as it merges; the base is read right before.
   * `verified` is false where the backend does not vouch for the last commit that it made.
   */
  readonly mergePullRequest: (input: {
    readonly nodeId: string;
    readonly expectedHead: string;
    readonly base: { readonly name: string; readonly oid: string };
    readonly method: MergeMethod;
    /** Null for `rebase`, which keeps the messages of the commits. */
    readonly message: { readonly headline: string; readonly body: string } | null;
  }) => Promise<{ oid: string; url: string; verified: boolean }>;
  /** Opens a pull request that takes a merged one back, from a branch that the backend makes. Two calls may make two. */
  readonly revertPullRequest: (input: {
    readonly nodeId: string;
    readonly title: string;
    readonly body: string;
    readonly draft: boolean;
  }) => Promise<{ number: number; nodeId: string; url: string }>;
  /** Adds a comment to the conversation of a pull request. Two calls make two comments. */
  readonly comment: (input: {
    readonly pullRequest: string;
    readonly body: string;
  }) => Promise<{ nodeId: string; url: string }>;
  /**
   * Asks people (logins) and teams (`team:SLUG`) to review a pull request; or takes that back. `NotDone` stale when one of
   * them, read right before, is asked already, or is not.
   */
  readonly requestReviews: (input: ReviewRequest) => Promise<void>;
  readonly withdrawReviewRequests: (input: ReviewRequest) => Promise<void>;
  /** Answers in a conversation at a line of a pull request. Two calls make two comments. */
  readonly replyInThread: (input: {
    readonly thread: string;
    readonly body: string;
  }) => Promise<{ nodeId: string; url: string }>;
  /**
   * Deletes a comment whose text is `body`, read right before; `NotDone` stale when it is another or there is none.
   * `atLine`: it stands in a conversation at a line.
   */
  readonly deleteComment: (input: {
    readonly nodeId: string;
    readonly body: string;
    readonly atLine?: boolean;
  }) => Promise<void>;
  /** Settles a conversation at a line, or opens it again; `NotDone` stale when it, read right before, is so already. */
  readonly settleThread: (input: { readonly nodeId: string; readonly resolved: boolean }) => Promise<void>;
  /** Deletes a branch whose head is `expectedHead`; `NotDone` stale when it is not. */
  readonly deleteBranch: (input: {
    readonly repository: RepositoryRef;
    readonly branch: string;
    readonly expectedHead: string;
  }) => Promise<void>;
};
