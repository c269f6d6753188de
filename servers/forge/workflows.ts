import { readCommit } from './git/commits.ts';
import { findEntry } from './git/trees.ts';
import type { Repository } from './repositories.ts';

const folder = '.github/workflows';

/** Paths that only a token with the `workflows` permission may write. */
export const isWorkflowPath = (path: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Whether moving a branch changes its workflows. A new branch only names a commit that is there already. */
export async function diffTouchesWorkflows(
  repository: Repository,
  before: string | null,
  after: string,
): Promise<boolean> {
  if (before === null) return false;
  return (await workflowsOf(repository, before)) !== (await workflowsOf(repository, after));
}

async function workflowsOf(repository: Repository, oid: string): Promise<string | undefined> {
  const commit = await readCommit(repository.git, oid);
  return commit && (await findEntry(repository.git, commit.tree, folder))?.oid;
}
