import * as z from 'zod';
import { thingOf } from '#capabilities/repo/things.ts';
import type { PullRequest, RepoAsk, RepositoryRef } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Foundation, StillHolds } from '#shared/tools/index.ts';
import { sameRepositoryStill } from '../state.ts';
import { pullRequestAsFound } from './things.ts';

/** A pull request by what names it. */
export const pullRequestName = z.strictObject({ number: z.number().int().positive(), nodeId: z.string() });

export const numberInput = z.number().int().min(1).max(2_147_483_647).describe('The number of the pull request.');

type Wanted = { readonly repository: string; readonly number: number };

/** The one answer for a pull request that is not there and for one that the scope does not cover. */
export function noPullRequest({ repository, number }: Wanted): AppError {
  return new AppError('not_found', `There is no pull request ${number} in ${repository}.`, {
    next: 'list_pull_requests shows the pull requests.',
  });
}

/** Throws {@link noPullRequest}. */
export async function existingPullRequest(reader: RepoReader, wanted: Wanted): Promise<PullRequest> {
  const found = await reader.pullRequest(wanted.repository, wanted.number);
  if (found === null) throw noPullRequest(wanted);
  return found;
}

/** A state that has a pull request: what both tools that work on one know of it. */
type Known = {
  readonly repository: RepositoryRef;
  readonly pullRequest: Pick<PullRequest, 'number' | 'nodeId' | 'state' | 'head' | 'headOid' | 'base'>;
};

/** Whose pull request it is, a scope tells by its branches. One from a fork has a head that is no branch here. */
export function placeOf({ repository: { name, defaultBranch }, pullRequest: { head, base } }: Known): RepoAsk {
  return { want: 'write', repository: name, branch: head, base, defaultBranch };
}

/** The pull request, and the branch that it comes from. */
export function standsOnPullRequest({ repository, pullRequest }: Known): readonly Foundation[] {
  const branch = { thing: thingOf({ repository, branch: pullRequest.head }), version: pullRequest.headOid };
  return [pullRequestAsFound(pullRequest), branch];
}

/**
 * Whether a pull request is still the one that was approved: open or closed as it was, between the same branches, which
 * are what the scope covers. More commits are no other pull request.
 */
export async function pullRequestStill(
  before: Known,
  reader: RepoReader,
): Promise<Exclude<StillHolds, 'holds'> | { readonly found: PullRequest }> {
  const same = await sameRepositoryStill(reader, before.repository);
  if (same !== 'holds') return same;
  const was = before.pullRequest;
  const found = await reader.pullRequest(before.repository.name, was.number);
  if (found === null || found.nodeId !== was.nodeId) return { stale: `Pull request ${was.number} is gone.` };
  if (found.state !== was.state) return { stale: `Pull request ${was.number} is ${found.state} by now.` };
  if (found.head !== was.head || found.base !== was.base) {
    return { stale: `Pull request ${was.number} is between other branches by now.` };
  }
  return { found };
}
