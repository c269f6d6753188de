import * as z from 'zod';
import type { PullRequest, RepoAsk, RepositoryRef, ThreadState } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { StillHolds } from '#shared/tools/index.ts';
import { refOf } from '../state.ts';

/** Ids of GitHub's, of all its ages: letters, digits and what base64 adds. */
export const threadInput = z
  .string()
  .regex(/^[\w=+/:-]{1,200}$/, { error: 'must be a `thread` that list_review_threads gave' });

type Wanted = { readonly repository: string; readonly number: number; readonly thread: string };

/** The one answer for a thread that is not there, stands elsewhere or is outside the scope, and for its pull request. */
export function noThread({ repository, number }: Wanted): AppError {
  return new AppError('not_found', `There is no such review thread on pull request ${number} of ${repository}.`, {
    next: 'list_review_threads shows the threads.',
  });
}

/** A pull request and a conversation at one of its lines. Throws {@link noThread}. */
export async function lookAtThread(
  reader: RepoReader,
  wanted: Wanted,
): Promise<{
  readonly repository: RepositoryRef;
  readonly pullRequest: Omit<PullRequest, 'body'>;
  readonly thread: ThreadState;
}> {
  const repository = refOf(await reader.repository(wanted.repository));
  const { number, thread: nodeId } = wanted;
  const [pullRequest, thread] = await Promise.all([
    reader.pullRequest(repository.name, number),
    reader.reviewThread(repository.name, { number, nodeId }),
  ]);
  if (pullRequest === null || thread === null) throw noThread(wanted);
  const { body: _body, ...about } = pullRequest;
  return { repository, pullRequest: about, thread: stateOf(thread) };
}

/** What is kept of a thread. */
export function stateOf({ nodeId, path, line, resolved, begins }: ThreadState): ThreadState {
  return { nodeId, path, line, resolved, begins };
}

/** Whoever writes in a thread must be able to read it. */
export function readsThread(repository: string, path?: string): RepoAsk {
  return { want: 'read', repository, thread: true, ...(path === undefined ? {} : { path }) };
}

/** Whether a thread is still there. */
export async function threadStill(
  plan: { readonly repository: RepositoryRef; readonly pullRequest: { readonly number: number } },
  { nodeId }: { readonly nodeId: string },
  reader: RepoReader,
): Promise<StillHolds> {
  const found = await reader.reviewThread(plan.repository.name, { number: plan.pullRequest.number, nodeId });
  return found === null ? { stale: 'The review thread is gone.' } : 'holds';
}

/** @throws AppError `conflict` where nobody but collaborators may comment, of whom an App is none */
export function assertUnlocked({ number, locked }: Pick<PullRequest, 'number' | 'locked'>): void {
  if (locked !== true) return;
  throw new AppError('conflict', `Pull request ${number} is locked: only collaborators may comment.`, {
    next: 'Ask a person to unlock it.',
  });
}

/** A thread by what names it. */
export function nameOfThread({ nodeId, path, line }: ThreadState): Pick<ThreadState, 'nodeId' | 'path' | 'line'> {
  return { nodeId, path, line };
}

/** A thread as people know it. */
export function placeOfThread({ path, line }: Pick<ThreadState, 'path' | 'line'>): string {
  return line === null ? path : `${path} line ${line}`;
}
