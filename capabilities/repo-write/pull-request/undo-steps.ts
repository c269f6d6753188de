import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Step } from '#shared/tools/index.ts';
import { deleteBranchStep, recreateBranchStep } from '../branch/steps.ts';
import type { RepoWriter } from '../ports.ts';
import type { ReopenPlan, WithdrawPlan } from './plan.ts';

type RepoStep = Step<RepoReader, RepoWriter>;

export function withdrawSteps(plan: WithdrawPlan): readonly RepoStep[] {
  const { pullRequest, deleteAt } = plan;
  return [
    ...(pullRequest === null ? [] : [turnPullRequest('close_pull_request', plan, pullRequest)]),
    ...(deleteAt === null ? [] : [deleteBranchStep(plan, deleteAt)]),
  ];
}

export function reopenSteps(plan: ReopenPlan): readonly RepoStep[] {
  const { pullRequest, createAt } = plan;
  return [
    ...(createAt === null ? [] : [recreateBranchStep(plan, createAt)]),
    ...(pullRequest === null ? [] : [turnPullRequest('reopen_pull_request', plan, pullRequest)]),
  ];
}

/** Closing what is closed, and opening what is open, does nothing: either may be repeated. */
function turnPullRequest(
  name: 'close_pull_request' | 'reopen_pull_request',
  plan: WithdrawPlan | ReopenPlan,
  { number, nodeId }: { readonly number: number; readonly nodeId: string },
): RepoStep {
  const wanted = name === 'close_pull_request' ? 'closed' : 'open';
  return {
    name,
    repeat: 'guarded',
    run: async ({ write }) => {
      await (wanted === 'closed' ? write.closePullRequest({ nodeId }) : write.reopenPullRequest({ nodeId }));
      return { number };
    },
    landed: async (reader) => {
      const found = await reader.pullRequest(plan.repository.name, number);
      if (found === null || found.state === 'merged') return 'unclear';
      return found.state === wanted ? { landed: { number } } : 'not_found';
    },
  };
}
