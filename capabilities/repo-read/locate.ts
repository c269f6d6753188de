import type { RepoAsk } from '#capabilities/repo/types.ts';
import { AppError } from '#shared/errors.ts';
import type { Trust } from '#shared/tools/index.ts';
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
export type Place = {
  readonly repository: string;
  /** Its immutable id. */
  readonly id: number;
  readonly commit: string;
  /** How far what is there can be relied on: anybody may have made a commit that is on no branch of the repository. */
  readonly trust: Trust;
};

/** The commit that a branch or a commit id stands for; the default branch's head when neither is given. */
export async function placeOf(
  reader: RepoReader,
  wanted: { readonly repository: string; readonly ref?: string | undefined },
  may: May,
): Promise<Place> {
  const { ref } = wanted;
  if (ref !== undefined && /^[0-9a-f]{40}$/.test(ref)) return atCommit(reader, wanted.repository, ref);
  if (ref !== undefined) return atBranch(reader, wanted.repository, ref);
  const { name, defaultBranch, id } = await locate(reader, wanted.repository, may);
  return atBranch(reader, name, defaultBranch, id);
}

/** A commit by its id. */
export async function atCommit(reader: RepoReader, repository: string, commit: string): Promise<Place> {
  const [id, isOurs] = await Promise.all([reader.idOf(repository), reader.isOurs(repository, commit)]);
  return { repository, id, commit, trust: isOurs ? 'trusted' : 'untrusted' };
}

async function atBranch(reader: RepoReader, repository: string, branch: string, known?: number): Promise<Place> {
  const [commit, id] = await Promise.all([reader.head(repository, branch), known ?? reader.idOf(repository)]);
  if (commit !== null) return { repository, id, commit, trust: 'trusted' };
  throw new AppError('not_found', `There is no branch ${JSON.stringify(branch)} in ${repository}.`, {
    next: 'list_branches shows the branches.',
  });
}
