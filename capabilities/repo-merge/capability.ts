import * as z from 'zod';
import { branchProblem } from '#capabilities/repo/branch.ts';
import { mayWrite } from '#capabilities/repo/path-rules.ts';
import { requirements } from '#capabilities/repo/safeguards.ts';
import { coversRepository, repositoryScope } from '#capabilities/repo/scope.ts';
import { mergeMethod, type RepoAsk, type RepoTarget } from '#capabilities/repo/types.ts';
import { repoRead } from '#capabilities/repo-read/capability.ts';
import { getPullRequest } from '#capabilities/repo-read/get_pull_request.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { deniesUnmet } from '#capabilities/repo-write/safeguards/require.ts';
import { glob, globMatcher } from '#shared/tools/glob.ts';
import { type Denial, defineCapability } from '#shared/tools/index.ts';
import { mergePullRequest } from './merge_pull_request.ts';

const scope = z.strictObject({
  ...repositoryScope,
  /** The branches that may be merged into; the default branch only where it is named without a wildcard. */
  base: z.array(glob).min(1),
  methods: z.array(mergeMethod).min(1),
  /** What the default branch must have before anything is merged. */
  requires: requirements.optional(),
});
type Scope = z.infer<typeof scope>;

export const repoMerge = defineCapability<Scope, RepoReader, RepoWriter, RepoAsk, RepoTarget>({
  name: 'repo-merge',
  description: 'Propose to merge pull requests.',
  scope,
  denies,
  // What a merge brings is shown in its errors and effects, so that whoever asks for it must be able to read it.
  elsewhere: ({ want }) => (want === 'read' ? { capability: repoRead, tool: getPullRequest.name } : null),
  server: 'github',
  tools: [mergePullRequest],
});

function denies(granted: Scope, ask: RepoAsk): Denial | null {
  const { want, repository, method, base, defaultBranch, path } = ask;
  if (want !== 'write') return { denied: 'Only merging is granted here.' };
  if (!coversRepository(granted, repository)) return { denied: `Merging in ${repository} is not granted.` };
  if (method !== undefined && !granted.methods.includes(method)) {
    return { denied: `Merging by ${method} is not granted, only by ${granted.methods.join(', ')}.` };
  }
  if (base !== undefined && !covered(granted.base, base)) {
    return { denied: `Merging into ${JSON.stringify(base)} is not granted.` };
  }
  if (base !== undefined && base === defaultBranch && !granted.base.includes(base)) {
    return { denied: `Merging into ${JSON.stringify(base)}, the default branch, is not granted by name.` };
  }
  if (path !== undefined && !mayWrite(granted.paths, path)) {
    return { denied: `Merging a pull request that changes ${JSON.stringify(path)} is not granted.` };
  }
  return deniesUnmet(granted.requires, ask);
}

/** Git tells branches apart by case, so case counts here. */
function covered(patterns: readonly string[], branch: string): boolean {
  return branchProblem(branch) === null && patterns.some((pattern) => globMatcher(pattern)(branch));
}
