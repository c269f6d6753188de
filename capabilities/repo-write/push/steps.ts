import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Step } from '#shared/tools/index.ts';
import { builtStep } from '../built-step.ts';
import type { RepoWriter } from '../ports.ts';
import { openPullRequest } from '../pull-request/open-steps.ts';
import { type PushPlan, plannedOf } from './plan.ts';

/** The commits, each with the very tree that was pushed, and then the pull request. */
export function pushSteps(plan: PushPlan): readonly Step<RepoReader, RepoWriter>[] {
  const { repository, branch, base, from, tree, pullRequest } = plan;
  const commits = plan.commits.map((commit) => ({ ...plannedOf(commit), tree: commit.tree }));
  const built = { repository, branch, expectedHead: base.oid, from, baseTree: tree, commits };
  return [builtStep(built), ...(pullRequest === null ? [] : [openPullRequest({ ...plan, pullRequest })])];
}
