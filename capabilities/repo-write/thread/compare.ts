import type { DoneBy, Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { compareComment, restoreComment } from '../comment/compare.ts';
import type { CommentPlan } from '../comment/plan.ts';
import { written } from '../comment/plan.ts';
import { placeOfThread } from './look.ts';
import { type DoneSettle, doneComment, type SettlePlan, type SettleState, settlePlan } from './plan.ts';

/** The thread and the answer in it: before, as the change left them, and now. */
export function compareSettle(done: DoneSettle, now: SettleState): readonly Part[] {
  const comment = doneComment(done);
  return [...threadPart(done, now), ...(comment ? compareComment(comment, now) : [])];
}

function threadPart({ plan }: DoneSettle, { thread }: SettleState): readonly Part[] {
  const { resolved, pullRequest } = plan;
  if (resolved === null) return [];
  const part = {
    name: `thread at ${placeOfThread(plan.thread)} of pull request ${pullRequest.number}`,
    before: shown(!resolved),
    left: shown(resolved),
    now: thread ? shown(thread.resolved) : null,
    later: [],
  };
  if (!thread) return [{ ...part, standing: 'cannot', why: 'The thread is gone.' }];
  return [{ ...part, standing: thread.resolved === resolved ? 'as_left' : 'back', why: null }];
}

function shown(resolved: boolean): { readonly text: string } {
  return { text: resolved ? 'resolved' : 'open' };
}

/** Turns the thread back and takes the answer away; what somebody made of the answer only where that is to be overwritten. */
export function restoreSettle(
  done: DoneSettle,
  now: SettleState,
  choice: RestoreChoice,
): { readonly plan: SettlePlan } | Refusal {
  const { thread, resolved } = done.plan;
  const turned = threadPart(done, now).find(({ standing }) => standing === 'as_left') ? resolved === false : null;
  const comment = doneComment(done);
  const back = comment && restoreComment(comment, now, choice);
  const refused = back && 'refused' in back ? back : null;
  if (refused && refused.conflicts.length > 0 && choice === 'refuse') return refused;
  const said = back && 'plan' in back ? commentPart(back.plan) : { reply: null, removes: null };
  if (turned === null && said.reply === null && said.removes === null) {
    return refused ?? { refused: 'There is nothing left to undo.', conflicts: [] };
  }
  const { repository, pullRequest } = now;
  const { number, nodeId } = pullRequest;
  return { plan: { repository, pullRequest: { number, nodeId }, thread, resolved: turned, ...said } };
}

function commentPart(plan: CommentPlan): Pick<SettlePlan, 'reply' | 'removes'> {
  if (plan.kind === 'add') return { reply: plan.body, removes: null };
  return { reply: null, removes: { comment: plan.comment, overwrites: plan.overwrites } };
}

/** Its own undo leaves nothing to undo; anything else in the same thread is a change of its own. */
export function combineSettle(older: DoneSettle, newer: DoneBy): DoneSettle | null {
  const plan = settlePlan.safeParse(newer.plan).data;
  if (newer.tool !== 'resolve_review_thread' || plan?.thread.nodeId !== older.plan.thread.nodeId) return null;
  const turnsBack = plan.resolved === null || plan.resolved !== older.plan.resolved;
  const takesBack = (plan.removes?.comment.nodeId ?? null) === (written(older.receipts)?.nodeId ?? null);
  return plan.reply === null && turnsBack && takesBack ? older : null;
}
