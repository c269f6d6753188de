import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Step } from '#shared/tools/index.ts';
import { commentSteps } from '../comment/steps.ts';
import type { RepoWriter } from '../ports.ts';
import { commentIn, type SettlePlan } from './plan.ts';

type RepoStep = Step<RepoReader, RepoWriter>;

/** The answer comes first, so that nobody meets a settled thread without it. */
export function settleSteps(plan: SettlePlan): readonly RepoStep[] {
  const comment = commentIn(plan);
  return [...(comment ? commentSteps(comment) : []), ...(plan.resolved === null ? [] : [settle(plan, plan.resolved)])];
}

/** The writer reads it right before, so that a second run of what took effect is stale. */
function settle({ repository, pullRequest, thread }: SettlePlan, resolved: boolean): RepoStep {
  const receipt = { resolved };
  return {
    name: resolved ? 'resolve_thread' : 'reopen_thread',
    repeat: 'guarded',
    run: async ({ write }) => {
      await write.settleThread({ nodeId: thread.nodeId, resolved });
      return receipt;
    },
    landed: async (reader) => {
      const at = { number: pullRequest.number, nodeId: thread.nodeId };
      const found = await reader.reviewThread(repository.name, at);
      if (found === null) return 'unclear';
      return found.resolved === resolved ? { landed: receipt } : 'not_found';
    },
  };
}
