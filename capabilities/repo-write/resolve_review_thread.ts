import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Receipts, StillHolds } from '#shared/tools/index.ts';
import { plain, written } from './comment/plan.ts';
import { pullRequestBody } from './message.ts';
import {
  existingPullRequest,
  numberInput,
  placeOf,
  pullRequestStill,
  standsOnPullRequest,
} from './pull-request/existing.ts';
import { refOf } from './state.ts';
import { combineSettle, compareSettle, restoreSettle } from './thread/compare.ts';
import { describeSettle, settleRestoring } from './thread/describe.ts';
import {
  assertUnlocked,
  lookAtThread,
  nameOfThread,
  noThread,
  readsThread,
  stateOf,
  threadInput,
} from './thread/look.ts';
import { type SettlePlan, type SettleState, settlePlan, settleState } from './thread/plan.ts';
import { settleSteps } from './thread/steps.ts';
import { repositoryInput, targetOf, writeTool } from './tool.ts';

const input = z.strictObject({
  repository: repositoryInput,
  number: numberInput,
  thread: threadInput.describe('The `thread`, from list_review_threads.'),
  resolved: z.boolean().default(true).describe('false opens it again.'),
  reply: pullRequestBody
    .refine((text) => text.trim() !== '', { error: 'must not be blank' })
    .optional()
    .describe('An answer to write in the thread first, in Markdown. May refer to the change in after.'),
  reason: reasonInput,
  after: afterInput,
  supersedes: supersedesInput,
  idempotency_key: idempotencyKeyInput,
});
type Input = z.infer<typeof input>;

/**
 * Settling what a reviewer said can be what a merge waits for: it is flagged (`closes`), so that a task grant covers it
 * only where a rule names that, and no review rule decides it without a person.
 */
export const resolveReviewThread = writeTool({
  name: 'resolve_review_thread',
  title: 'Resolve a review thread',
  description:
    'Proposes to resolve a review thread of a pull request, with an answer in it if you give one. Nothing is written until a person approves; wait_for_change tells how it goes. To answer only, use comment_on_pull_request.',
  input,
  state: settleState,
  plan: settlePlan,
  asks: ({ repository }) => [{ want: 'write', repository }, readsThread(repository)],
  snapshot: async (wanted: Input, reader: RepoReader) => ({ ...(await lookAtThread(reader, wanted)), comment: null }),
  resolved: (_wanted, before) => [placeOf(before), readsThread(before.repository.name, before.thread?.path)],
  absent: noThread,
  prepare,
  target: targetOf,
  describe: describeSettle,
  standsOn: (_plan, before) => standsOnPullRequest(before),
  follows: true,
  still,
  steps: settleSteps,
  texts: (plan: SettlePlan, each) => (plan.reply === null ? plan : { ...plan, reply: each(plan.reply) }),
  observe,
  restoring: settleRestoring,
  compare: compareSettle,
  restore: restoreSettle,
  combine: combineSettle,
});

function prepare(wanted: Input, before: SettleState): SettlePlan {
  const { repository, pullRequest, thread } = before;
  const { number, nodeId } = pullRequest;
  if (!thread) throw noThread(wanted);
  if (thread.resolved === wanted.resolved) {
    throw new AppError('conflict', `The thread is ${wanted.resolved ? 'resolved' : 'open'} already.`, {
      next: 'To answer in it use comment_on_pull_request with in_reply_to.',
    });
  }
  if (wanted.reply !== undefined) assertUnlocked(pullRequest);
  return {
    ...{ repository, pullRequest: { number, nodeId }, thread: nameOfThread(thread) },
    ...{ resolved: wanted.resolved, reply: wanted.reply === undefined ? null : plain(wanted.reply), removes: null },
  };
}

async function still(plan: SettlePlan, before: SettleState, reader: RepoReader): Promise<StillHolds> {
  const holds = await pullRequestStill(before, reader);
  if ('stale' in holds) return holds;
  const { number } = plan.pullRequest;
  if (plan.reply !== null && holds.found.locked === true) return { stale: `Pull request ${number} is locked by now.` };
  const found = await reader.reviewThread(plan.repository.name, { number, nodeId: plan.thread.nodeId });
  if (found === null) return { stale: 'The review thread is gone.' };
  const isTurned = plan.resolved !== null && found.resolved === plan.resolved;
  return isTurned ? { stale: `The thread is ${found.resolved ? 'resolved' : 'open'} by now.` } : 'holds';
}

async function observe(
  plan: SettlePlan,
  _before: SettleState,
  receipts: Receipts,
  reader: RepoReader,
): Promise<SettleState> {
  const { name } = plan.repository;
  const { number } = plan.pullRequest;
  const comment = plan.removes?.comment.nodeId ?? written(receipts)?.nodeId;
  const [repository, { body: _body, ...pullRequest }, said, thread] = await Promise.all([
    reader.repository(name),
    existingPullRequest(reader, { repository: name, number }),
    comment === undefined ? null : reader.comment(name, { number, nodeId: comment }),
    reader.reviewThread(name, { number, nodeId: plan.thread.nodeId }),
  ]);
  return { repository: refOf(repository), pullRequest, comment: said, thread: thread && stateOf(thread) };
}
