import type { RepoState } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Description, FieldEffect, Refusal, StillHolds } from '#shared/tools/index.ts';
import { fieldEffects } from '../effects.ts';
import { audienceOf, leavesOrganisation } from '../reaches.ts';
import { branchKey, pullRequestKey } from '../tool.ts';
import { pullRequestRestoring } from './compare.ts';
import { existingOf, type ReopenPlan, type WithdrawPlan } from './plan.ts';

export function describeWithdraw(plan: WithdrawPlan): Description {
  const { pullRequest, deleteAt, overwrites } = plan;
  const parts = [
    ...(pullRequest === null ? [] : [`close pull request ${pullRequest.number}`]),
    ...(deleteAt === null ? [] : [`delete the branch ${plan.branch}`]),
  ];
  const commits = overwrites.map(({ oid, author }) => `${oid} by ${author ?? 'unknown'}`).join(', ');
  return {
    summary: summaryOf(parts, plan),
    effects: [...stateEffect(plan, 'open', 'closed'), ...headEffect(plan, deleteAt, null)],
    touches: touchesOf(plan),
    flags:
      overwrites.length === 0
        ? []
        : [{ code: 'overwrites_others', message: `The branch goes with what others put on it: ${commits}.` }],
    reaches: [{ code: 'notifies', message: 'Who takes part in the pull request is notified.' }],
    reversible: {
      kind: 'partial',
      lost: pullRequestRestoring.cannot.slice(2, 3),
    },
    ...audienceOf(plan.repository),
  };
}

export function describeReopen(plan: ReopenPlan): Description {
  const { pullRequest, createAt } = plan;
  const parts = [
    ...(createAt === null ? [] : [`make the branch ${plan.branch} again`]),
    ...(pullRequest === null ? [] : [`reopen pull request ${pullRequest.number}`]),
  ];
  return {
    summary: summaryOf(parts, plan),
    effects: [...headEffect(plan, null, createAt), ...stateEffect(plan, 'closed', 'open')],
    touches: touchesOf(plan),
    flags: [],
    reaches: [
      {
        code: 'runs_ci',
        message: 'The branch and the pull request may start CI, which has the secrets of the repository.',
      },
      { code: 'notifies', message: 'Who takes part in the pull request is notified.' },
      ...(createAt === null ? [] : leavesOrganisation(plan.repository)),
    ],
    reversible: { kind: 'partial', lost: pullRequestRestoring.cannot.slice(1, 2) },
    ...audienceOf(plan.repository),
  };
}

function summaryOf(parts: readonly string[], plan: WithdrawPlan | ReopenPlan): string {
  const text = `${parts.join(' and ')} of ${plan.repository.name}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function stateEffect(plan: WithdrawPlan | ReopenPlan, before: string, after: string): readonly FieldEffect[] {
  if (plan.pullRequest === null) return [];
  return fieldEffects(`pull request ${plan.pullRequest.number}`, { state: [before, after] });
}

function headEffect(plan: WithdrawPlan | ReopenPlan, before: string | null, after: string | null) {
  return before === after ? [] : fieldEffects(`branch ${plan.branch}`, { head: [before, after] });
}

function touchesOf(plan: WithdrawPlan | ReopenPlan): readonly string[] {
  const { repository, pullRequest } = plan;
  return [branchKey(plan), ...(pullRequest === null ? [] : [pullRequestKey({ repository, pullRequest })])];
}

/** Whether pull request and branch are as they were when the undo was planned. */
export async function undoStillHolds(plan: WithdrawPlan | ReopenPlan, reader: RepoReader): Promise<StillHolds> {
  const name = plan.repository.name;
  const withdraws = plan.kind === 'withdraw';
  if (plan.pullRequest !== null) {
    const state = (await reader.pullRequest(name, plan.pullRequest.number))?.state;
    if (state !== (withdraws ? 'open' : 'closed')) {
      return { stale: `Pull request ${plan.pullRequest.number} is ${state ?? 'gone'} by now.` };
    }
  }
  const touchesBranch = withdraws ? plan.deleteAt !== null : plan.createAt !== null;
  if (!touchesBranch) return 'holds';
  const head = await reader.head(name, plan.branch);
  const expected = withdraws ? plan.deleteAt : null;
  if (head === expected) return 'holds';
  return { stale: `The branch ${plan.branch} is ${head === null ? 'gone' : `at ${head}`} by now.` };
}

/** The undo of a withdrawal: what it took away is made again, where nothing else stands by now. */
export function reopenOf(plan: WithdrawPlan, now: RepoState): { readonly plan: ReopenPlan } | Refusal {
  if (now.pullRequest?.state === 'merged') return { refused: 'The pull request was merged since.', conflicts: [] };
  const head = now.branch.oid;
  if (plan.deleteAt !== null && head !== null && head !== plan.deleteAt) {
    return {
      refused: `Another branch ${plan.branch} was made since.`,
      conflicts: [`branch ${plan.branch} at ${head}`],
    };
  }
  const createAt = head === null ? plan.deleteAt : null;
  const pullRequest = plan.pullRequest !== null && now.pullRequest?.state === 'closed' ? existingOf(now) : null;
  if (createAt === null && pullRequest === null) return { refused: 'There is nothing left to undo.', conflicts: [] };
  if (createAt === null && head === null) {
    return { refused: `The branch ${plan.branch} is gone, so its pull request cannot be reopened.`, conflicts: [] };
  }
  const { repository } = now;
  return { plan: { kind: 'reopen', repository, base: plan.base, branch: plan.branch, pullRequest, createAt } };
}
