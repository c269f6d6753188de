import type { RepositoryRef } from '#capabilities/repo/types.ts';
import type { FilePlan } from './file-plan.ts';
import type { Message } from './message.ts';

/** One commit, resolved: its message and its files. */
export type PlannedCommit = FilePlan & Message;

/** Commits in a row, resolved: on which branch, on which commit. */
export type CommitsPlan = {
  readonly repository: RepositoryRef;
  readonly branch: string;
  readonly expectedHead: string;
  readonly commits: readonly PlannedCommit[];
};

/** Whether commits are built from git objects before the branch moves. */
export function isBuilt({ commits }: Pick<CommitsPlan, 'commits'>): boolean {
  return commits.some(({ via }) => via === 'git_data');
}
