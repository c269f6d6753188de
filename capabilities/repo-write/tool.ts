import { repositoryName } from '#capabilities/repo/name.ts';
import type { RepoAsk, RepositoryRef, RepoTarget } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { toolsFor, type WriteTool } from '#shared/tools/index.ts';
import type { RepoWriter } from './ports.ts';
import { guarded, type Placed, type RepoWriteSpec } from './safeguards/guarded.ts';

const { write } = toolsFor<RepoReader, RepoWriter, RepoAsk, RepoTarget>();

/** Makes the tools that write to repositories; each looks at what holds the default branch, too. */
export function writeTool<In extends { readonly repository: string }, State extends Placed, Plan>(
  spec: RepoWriteSpec<In, State, Plan>,
): WriteTool<RepoReader, RepoWriter, RepoAsk, RepoTarget> {
  return write(guarded(spec));
}

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
