import type { RepoAsk } from '#capabilities/repo/types.ts';
import { repoRead } from '#capabilities/repo-read/capability.ts';
import { locate } from '#capabilities/repo-read/locate.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { mayAsk } from '#shared/changes/scope.ts';
import { type Sponsors, sponsorAges } from '#shared/changes/sponsors.ts';
import { AppError } from '#shared/errors.ts';
import { repositoryName } from '#shared/github/names.ts';
import type { MirroredRepository } from './mirrors.ts';

/**
 * What a clone shows, as tools: all that is in a repository. Lists of branches and commits are left out where a model
 * needs few tools, and hide nothing from who reads every file at every one of them.
 */
const shows = ['list_files', 'read_file'];

/** What a call of git asks a scope for; it is on record with that. */
export const gitAsks = (repository: string): readonly RepoAsk[] => [{ want: 'read', repository, whole: true }];

/**
 * The repository that an agent wants to speak git with, by its immutable id, after scope and sponsor were asked: before
 * anything is asked of the backend, and again with the name that the repository has now.
 * @throws AppError `out_of_scope` or `not_found` where it is not granted or there is none, which an agent is told alike;
 *   `not_permitted` where only a part of it may be read
 */
export async function resolveGitCall(
  { reader, sponsors }: { readonly reader: RepoReader; readonly sponsors: Sponsors<RepoAsk> },
  blueprint: Blueprint,
  name: string,
): Promise<MirroredRepository> {
  assertWhole(blueprint, name);
  await sponsors.assert(blueprint, gitAsks(name), sponsorAges.call);
  const found = await locate(reader, name, (ask) => mayAsk(blueprint, repoRead, ask).may);
  assertWhole(blueprint, found.name);
  await sponsors.assert(blueprint, gitAsks(found.name), sponsorAges.call);
  return { id: found.id, name: repositoryName(found.name) };
}

/** The one answer for a repository that is not granted and for one that does not exist. */
export function noSuchRepository(cause: unknown): AppError {
  return new AppError('not_found', 'There is no such repository, or none that you may read.', { cause });
}

function assertWhole(blueprint: Blueprint, repository: string): void {
  const known = mayAsk(blueprint, repoRead, { want: 'read', repository });
  if (!known.may) throw new AppError('out_of_scope', known.why);
  const tools = blueprint.grants.get(repoRead.name)?.tools;
  const whole = mayAsk(blueprint, repoRead, { want: 'read', repository, whole: true });
  if (whole.may && shows.every((tool) => tools?.has(tool))) return;
  const part = whole.may ? 'with some tools only' : 'for some paths only';
  throw new AppError('not_permitted', `Reading ${repository} is granted ${part}, so git is closed for it.`, {
    next: 'Use read_file and the other tools of this server instead.',
  });
}
