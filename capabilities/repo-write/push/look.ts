import type { RepoState } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Contents, StillHolds } from '#shared/tools/index.ts';
import { sinceBaseOf } from '../since-base.ts';
import { filesAt, headOf, pullRequestsOf, refOf, sameRepositoryStill } from '../state.ts';
import { type PushInput, pushedPaths } from './input.ts';
import type { PushPlan } from './plan.ts';

/** What a push builds on: where its branch is, and every file that it writes at the commit that it begins on. */
export async function lookBeforePush(wanted: PushInput, reader: RepoReader, contents: Contents): Promise<RepoState> {
  const repository = refOf(await reader.repository(wanted.repository));
  const { name, defaultBranch } = repository;
  const [head, pullRequests] = await Promise.all([
    reader.head(name, wanted.branch),
    pullRequestsOf(reader, name, wanted.branch),
  ]);
  // What it comes to is told since it left where its open pull request goes to, or the default branch.
  const open = pullRequests.find(({ state }) => state === 'open');
  const base = wanted.base ?? open?.base ?? defaultBranch;
  const paths = pushedPaths(wanted.commits);
  const { parent } = wanted;
  const baseHead = await headOf(reader, name, base);
  const [files, sinceBase] = await Promise.all([
    filesAt({ reader, contents, repository: name, commit: parent, paths, written: paths }),
    parent === baseHead
      ? undefined
      : sinceBaseOf({ reader, contents, repository: name, base, baseHead, branch: wanted.branch, head: parent, paths }),
  ]);
  return {
    repository,
    base: { name: base, oid: baseHead },
    branch: { name: wanted.branch, oid: head },
    ...files,
    ours: null,
    later: [],
    pullRequest: open ?? null,
    pullRequests: pullRequests.map(({ nodeId, state }) => ({ nodeId, state })),
    ...(sinceBase && { sinceBase }),
  };
}

/** Whether the branch is where the push found it, and there is still something that it goes to. */
export async function pushStillHolds(plan: PushPlan, reader: RepoReader): Promise<StillHolds> {
  const same = await sameRepositoryStill(reader, plan.repository);
  if (same !== 'holds') return same;
  const { name } = plan.repository;
  const [head, base] = await Promise.all([
    reader.head(name, plan.branch),
    plan.pullRequest === null ? '' : reader.head(name, plan.base.name),
  ]);
  if (base === null) return { stale: `The base branch ${plan.base.name} is gone.` };
  if (head === plan.from) return 'holds';
  if (plan.from === null) return { stale: `A branch ${plan.branch} exists by now.` };
  return {
    stale: head === null ? `The branch ${plan.branch} is gone.` : `The branch ${plan.branch} moved to ${head}.`,
  };
}
