import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { type Landed, NotDone, type Step } from '#shared/tools/index.ts';
import type { RepoWriter } from '../ports.ts';
import { historyDepth } from '../state.ts';
import { type MergeBasePlan, type MovePlan, mergeMade, type UpdateBranchPlan } from './plan.ts';

type RepoStep = Step<RepoReader, RepoWriter>;

export function updateBranchSteps(plan: UpdateBranchPlan): readonly RepoStep[] {
  return plan.kind === 'merge' ? [merge(plan), check(plan)] : [move(plan)];
}

/** The backend compares the head as it merges, so that what took effect cannot take effect again. */
function merge({ repository, pullRequest, branch, head, base }: MergeBasePlan): RepoStep {
  return {
    name: 'update_branch',
    repeat: 'guarded',
    run: ({ write }) => write.updateBranch({ nodeId: pullRequest.nodeId, expectedHead: head, base }),
    landed: async (reader): Promise<Landed> => {
      const [own, history] = await Promise.all([
        reader.ownLogin(),
        reader.history(repository.name, branch, historyDepth),
      ]);
      const made = history.find(({ parents }) => parents.length > 1 && parents[0] === head);
      // The backend writes the message, so that only the account tells whose it is.
      if (made !== undefined && made.author === own) {
        return { landed: { oid: made.oid, url: made.url, verified: made.verified, parents: [...made.parents] } };
      }
      return history[0]?.oid === head ? 'not_found' : 'unclear';
    },
  };
}

/**
 * The backend takes no precondition on the base and signs by itself: the base may have moved after it was read, and
 * whether the commit is verified shows afterwards. What is not as approved ends the change as done in part, and says why.
 */
function check(plan: MergeBasePlan): RepoStep {
  return {
    name: 'check_merge',
    repeat: 'guarded',
    run: async ({ earlier }) => {
      const wrong = wrongWith(plan, mergeMade(earlier));
      if (wrong === null) return { as_approved: true };
      throw new NotDone('refused', wrong);
    },
    landed: async (_reader, _mark, earlier) =>
      wrongWith(plan, mergeMade(earlier)) === null ? { landed: { as_approved: true } } : 'not_found',
  };
}

function wrongWith({ head, base }: MergeBasePlan, made: ReturnType<typeof mergeMade>): string | null {
  if (made === undefined) return 'Which commit was made was never answered: look at the branch.';
  const short = made.oid.slice(0, 12);
  if (made.parents.join() !== [head, base.oid].join()) {
    return `The merge ${short} is not of ${base.oid.slice(0, 12)}, which was approved: ${base.name} moved. Look at what came with it, or undo this change.`;
  }
  return made.verified ? null : `The merge ${short} is not verified: have it made anew, or undo this change.`;
}

/** The backend moves the branch only from the one commit to the other. */
function move({ repository, branch, from, to, back }: MovePlan): RepoStep {
  const receipt = { branch, oid: to };
  return {
    name: 'move_branch',
    repeat: 'guarded',
    run: async ({ write }) => {
      const wanted = { repository, branch, from, to };
      await (back ? write.rewindBranch(wanted) : write.moveBranch(wanted));
      return receipt;
    },
    landed: async (reader): Promise<Landed> => {
      const head = await reader.head(repository.name, branch);
      if (head === to) return { landed: receipt };
      return head === from ? 'not_found' : 'unclear';
    },
  };
}
