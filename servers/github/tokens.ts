import type { Permissions } from '#shared/github/permissions.ts';

/** What a reader may do. GitHub adds `metadata: read` to every token, so it is asked for by name. */
export const readPermissions = { contents: 'read', metadata: 'read', pull_requests: 'read' } as const;

/** What is needed beside that to see what CI says of a commit. Asked for by these reads alone. */
export const checkPermissions = { checks: 'read', contents: 'read', metadata: 'read', statuses: 'read' } as const;

/** What is needed to see jobs and what they wrote. */
export const jobPermissions = { actions: 'read', metadata: 'read' } as const;

/** What git needs to fetch. */
export const clonePermissions = { contents: 'read', metadata: 'read' } as const;

/** Every set of permissions that reads ask for. */
export const allReadPermissions = [readPermissions, checkPermissions, jobPermissions, clonePermissions] as const;

/**
 * What writers may do. Never `workflows`, without which GitHub itself refuses a change of a workflow file, and never
 * `administration`, which could lift the rules of a branch.
 */
const writesContents = { contents: 'write', metadata: 'read', pull_requests: 'write' } as const;

/** What the writer of each tool may do. GitHub wants `contents: write` for making a draft ready, and back. */
export const writePermissions: Readonly<Record<string, Permissions>> = {
  propose_pull_request: writesContents,
  commit_files: writesContents,
  push_commits: writesContents,
  update_pull_request: writesContents,
  update_branch: writesContents,
  // GitHub wants `contents: write` for settling a thread: https://github.com/orgs/community/discussions/44650
  resolve_review_thread: writesContents,
  merge_pull_request: writesContents,
  // Deleting a branch closes its pull requests without asking for more than the branch.
  delete_branch: { contents: 'write', metadata: 'read' },
  request_reviews: { metadata: 'read', pull_requests: 'write' },
  comment_on_pull_request: { metadata: 'read', pull_requests: 'write' },
};

/** What says of a head who answered for it may do: nothing to the head itself. */
export const reportPermissions = { checks: 'write', metadata: 'read' } as const;

/** What a tool reads beside what every tool does. */
export const readsBeside: Readonly<Record<string, Permissions>> = {
  get_checks: checkPermissions,
  get_check_log: jobPermissions,
};
