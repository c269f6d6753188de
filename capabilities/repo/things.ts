import * as z from 'zod';
import type { Effect, Json } from '#shared/tools/index.ts';
import type { RepositoryRef } from './types.ts';

type Named =
  | { readonly repository: Pick<RepositoryRef, 'nodeId'>; readonly branch: string }
  | { readonly pullRequest: { readonly nodeId: string } };

/** The name of a branch or a pull request, on its server, that never becomes another's: names of repositories may. */
export function thingOf(named: Named): string {
  if ('branch' in named) return `branch:${named.repository.nodeId}/${named.branch}`;
  return `pull_request:${named.pullRequest.nodeId}`;
}

/** A file of a repository, whichever commit it is of. */
export function fileThing(repositoryId: number, path: string): string {
  return `file:${repositoryId}/${path}`;
}

/** The files that a change to a repository wrote, by what was sealed of it; none of any other change. */
export function filesWritten(target: Json, effects: readonly Effect[]): readonly string[] {
  const { success, data } = targeted.safeParse(target);
  if (!success) return [];
  const paths = effects.flatMap((effect) => (effect.kind === 'file' && effect.after !== null ? [effect.path] : []));
  return [...new Set(paths)].map((path) => fileThing(data.repositoryId, path));
}

const targeted = z.object({ repositoryId: z.number() });
