import type { RepoAsk } from '#capabilities/repo/types.ts';
import { AppError } from '#shared/errors.ts';
import type { RepoReader, Repository } from './ports.ts';

/**
 * The repository that a name leads to. A backend may follow a renamed repository to one that the scope does not cover:
 * that answers as if there were none.
 */
export async function locate(reader: RepoReader, name: string, may: (ask: RepoAsk) => boolean): Promise<Repository> {
  const repository = await reader.repository(name);
  if (!may({ want: 'read', repository: repository.name })) {
    throw new AppError('not_found', `There is no repository ${name}, or none that you may read.`);
  }
  return repository;
}

/** The commit that a branch name or a commit id stands for; the default branch's head when neither is given. */
export async function commitAt(reader: RepoReader, repository: Repository, ref: string | undefined): Promise<string> {
  if (ref !== undefined && /^[0-9a-f]{40}$/.test(ref)) return ref;
  const branch = ref ?? repository.defaultBranch;
  const head = await reader.head(repository.name, branch);
  if (head === null) {
    throw new AppError('not_found', `There is no branch ${JSON.stringify(branch)} in ${repository.name}.`, {
      next: 'list_branches shows the branches.',
    });
  }
  return head;
}
