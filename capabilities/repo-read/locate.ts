import type { RepoAsk } from '#capabilities/repo/types.ts';
import { AppError } from '#shared/errors.ts';
import type { RepoReader, Repository } from './ports.ts';

/** What a scope says about one item. */
type May = (ask: RepoAsk) => boolean;

/** The repository that a name leads to; an old name may lead to one that the scope does not cover. */
export async function locate(reader: RepoReader, name: string, may: May): Promise<Repository> {
  const repository = await reader.repository(name);
  if (!may({ want: 'read', repository: repository.name })) {
    throw new AppError('not_found', `There is no repository ${name}, or none that you may read.`);
  }
  return repository;
}

/** Where to read: a repository by its present name, and a commit of it. */
export type Place = { readonly repository: string; readonly commit: string };

/** The commit that a branch or a commit id stands for; the default branch's head when neither is given. */
export async function placeOf(
  reader: RepoReader,
  wanted: { readonly repository: string; readonly ref?: string | undefined },
  may: May,
): Promise<Place> {
  const { ref } = wanted;
  if (ref !== undefined && /^[0-9a-f]{40}$/.test(ref)) return { repository: wanted.repository, commit: ref };
  if (ref !== undefined) return atBranch(reader, wanted.repository, ref);
  const { name, defaultBranch } = await locate(reader, wanted.repository, may);
  return atBranch(reader, name, defaultBranch);
}

async function atBranch(reader: RepoReader, repository: string, branch: string): Promise<Place> {
  const commit = await reader.head(repository, branch);
  if (commit !== null) return { repository, commit };
  throw new AppError('not_found', `There is no branch ${JSON.stringify(branch)} in ${repository}.`, {
    next: 'list_branches shows the branches.',
  });
}
