import type { RepositoryRef } from '#capabilities/repo/types.ts';

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
  /** Deletes a branch whose head is `expectedHead`; `NotDone` stale when it is not. */
  readonly deleteBranch: (input: {
    readonly repository: RepositoryRef;
    readonly branch: string;
    readonly expectedHead: string;
  }) => Promise<void>;
};
