import type { RepositoryRef } from './types.ts';

type Named =
  | { readonly repository: Pick<RepositoryRef, 'nodeId'>; readonly branch: string }
  | { readonly pullRequest: { readonly nodeId: string } };

/** The name of a branch or a pull request, on its server, that never becomes another's: names of repositories may. */
export function thingOf(named: Named): string {
  if ('branch' in named) return `branch:${named.repository.nodeId}/${named.branch}`;
  return `pull_request:${named.pullRequest.nodeId}`;
}
