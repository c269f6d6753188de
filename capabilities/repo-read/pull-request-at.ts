import * as z from 'zod';
import type { PullRequest, RepoAsk } from '#capabilities/repo/types.ts';
import { AppError } from '#shared/errors.ts';
import type { RepoReader } from './ports.ts';

export const pullRequestNumber = z.number().int().min(1).max(2_147_483_647).describe('The number of the pull request.');

/** A pull request that may be read. @throws AppError `not_found`, the same for one outside the scope as for none */
export async function pullRequestAt(
  reader: RepoReader,
  { repository, number }: { readonly repository: string; readonly number: number },
  may: (ask: RepoAsk) => boolean,
): Promise<PullRequest> {
  const found = await reader.pullRequest(repository, number);
  if (found !== null && may({ want: 'read', repository, branch: found.head, base: found.base })) return found;
  throw new AppError('not_found', `There is no pull request ${number} in ${repository}.`, {
    next: 'list_pull_requests shows the pull requests.',
  });
}
