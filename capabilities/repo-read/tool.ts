import { repositoryName } from '#capabilities/repo/name.ts';
import type { RepoAsk, RepoTarget } from '#capabilities/repo/types.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { toolsFor } from '#shared/tools/index.ts';
import type { RepoReader } from './ports.ts';

/** Makes the tools of this capability. */
export const { read: readTool } = toolsFor<RepoReader, RepoWriter, RepoAsk, RepoTarget>();

export const repositoryInput = repositoryName.describe('The repository, as "owner/name".');

/** What every call asks of a scope first. */
export function asksRepository(input: { readonly repository: string }): readonly RepoAsk[] {
  return [{ want: 'read', repository: input.repository }];
}
