import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Landed, Step } from '#shared/tools/index.ts';
import type { RepoWriter } from '../ports.ts';
import type { ReopenPlan, WithdrawPlan } from './plan.ts';

type RepoStep = Step<RepoReader, RepoWriter>;

export function withdrawSteps(plan: WithdrawPlan): readonly RepoStep[] {
  const { pullRequest, deleteAt } = plan;
  return [
    ...(pullRequest === null ? [] : [turnPullRequest('close_pull_request', plan, pullRequest)]),
    ...(deleteAt === null ? [] : [deleteBranch(plan, deleteAt)]),
  ];
}

export function reopenSteps(plan: ReopenPlan): readonly RepoStep[] {
  const { pullRequest, createAt } = plan;
  return [
    ...(createAt === null ? [] : [recreateBranch(plan, createAt)]),
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

function deleteBranch(plan: WithdrawPlan, expectedHead: string): RepoStep {
  const receipt = { branch: plan.branch, oid: expectedHead };
  return {
    name: 'delete_branch',
    repeat: 'guarded',
    run: async ({ write }) => {
      await write.deleteBranch({ repository: plan.repository, branch: plan.branch, expectedHead });
      return receipt;
    },
    landed: async (reader) => {
      const head = await reader.head(plan.repository.name, plan.branch);
      if (head === null) return { landed: receipt };
      return head === expectedHead ? 'not_found' : 'unclear';
    },
  };
}

function recreateBranch(plan: ReopenPlan, oid: string): RepoStep {
  const receipt = { branch: plan.branch, oid };
  return {
    name: 'create_branch',
    repeat: 'guarded',
    run: async ({ write }) => {
      await write.createBranch({ repository: plan.repository, branch: plan.branch, oid });
      return receipt;
    },
    landed: async (reader): Promise<Landed> => {
      const head = await reader.head(plan.repository.name, plan.branch);
      if (head === null) return 'not_found';
      return head === oid ? { landed: receipt } : 'unclear';
    },
  };
}
