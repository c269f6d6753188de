import { type RepoState, repoState } from '#capabilities/repo/types.ts';
import type { Done, DoneBy, Refusal, RestoreChoice, WriteTool } from '#shared/tools/index.ts';
import { commitFilesPlan } from '../commit-description.ts';
import { reopenPlan, withdrawPlan } from '../pull-request/plan.ts';
import type { PushCommitsPlan } from './plan.ts';
import { asView } from './views.ts';

type Like = Pick<WriteTool<never, never, never, never>, 'restore' | 'combine'>;

const pullRequestUndo = withdrawPlan.or(reopenPlan);

/** What puts a push back, planned as by the tool that it is like. */
export function restorePush(
  tool: Like,
  view: DoneBy,
  now: RepoState,
  choice: RestoreChoice,
): { readonly plan: PushCommitsPlan } | Refusal {
  const result = tool.restore(view, now, choice);
  return 'refused' in result ? result : { plan: planOf(view.tool, result.plan) };
}

function planOf(tool: string, plan: unknown): PushCommitsPlan {
  if (tool === 'commit_files') return { kind: 'put_back', ...commitFilesPlan.parse(plan) };
  return pullRequestUndo.parse(plan);
}

/** What this and a later change did as one, where the tool that it is like would join them. */
export function combinePush(
  tool: Like,
  older: Done<RepoState, PushCommitsPlan>,
  newer: DoneBy,
): Done<RepoState, PushCommitsPlan> | null {
  const view = asView(older);
  const both = tool.combine(view, newer);
  if (both === null) return null;
  const [before, after, first] = [both.before, both.after, both.first].map((state) => repoState.parse(state));
  if (!before || !after || !first) return null;
  // A branch and its pull request stay what was pushed first; the files of two commits are another plan.
  const plan = view.tool === 'commit_files' ? planOf(view.tool, both.plan) : older.plan;
  return { ...both, plan, before, after, first };
}
