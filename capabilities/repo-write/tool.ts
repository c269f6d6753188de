import { repositoryName } from '#capabilities/repo/name.ts';
import type { RepoAsk, RepositoryRef, RepoTarget } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { toolsFor } from '#shared/tools/index.ts';
import type { RepoWriter } from './ports.ts';

/** Makes the tools of this capability. */
export const { write: writeTool } = toolsFor<RepoReader, RepoWriter, RepoAsk, RepoTarget>();

export const repositoryInput = repositoryName.describe('The repository, as "owner/name".');

export function targetOf(plan: { readonly repository: RepositoryRef }): RepoTarget {
  return { repositoryId: plan.repository.id, repository: plan.repository.name };
}

/** The key of a branch among what changes write to. */
export function branchKey(plan: { readonly repository: RepositoryRef; readonly branch: string }): string {
  return `repository/${plan.repository.id}/branch/${plan.branch}`;
}

/** The key of a pull request among what changes write to. */
export function pullRequestKey(plan: {
  readonly repository: RepositoryRef;
  readonly pullRequest: { readonly number: number };
}): string {
  return `repository/${plan.repository.id}/pull/${plan.pullRequest.number}`;
}
