import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Receipts, StillHolds } from '#shared/tools/index.ts';
import { combineComment, compareComment, restoreComment } from './comment/compare.ts';
import { commentRestoring, describeComment } from './comment/describe.ts';
import {
  type CommentPlan,
  type ConversationState,
  commentPlan,
  conversationState,
  plain,
  written,
} from './comment/plan.ts';
import { commentSteps } from './comment/steps.ts';
import { pullRequestBody } from './message.ts';
import {
  existingPullRequest,
  noPullRequest,
  numberInput,
  placeOf,
  pullRequestStill,
  standsOnPullRequest,
} from './pull-request/existing.ts';
import { refOf } from './state.ts';
import {
  assertUnlocked,
  lookAtThread,
  nameOfThread,
  noThread,
  readsThread,
  stateOf,
  threadInput,
  threadStill,
} from './thread/look.ts';
import { repositoryInput, targetOf, writeTool } from './tool.ts';

const input = z.strictObject({
  repository: repositoryInput,
  number: numberInput,
  in_reply_to: threadInput
    .optional()
    .describe('A `thread` of list_review_threads to answer in; else it goes to the end.'),
  body: pullRequestBody
    .refine((text) => text.trim() !== '', { error: 'must not be blank' })
    .describe('The text of the comment, in Markdown. May refer to the change in after.'),
  reason: reasonInput,
  after: afterInput,
  supersedes: supersedesInput,
  idempotency_key: idempotencyKeyInput,
});
type Input = z.infer<typeof input>;

/**
 * A review rule may say that nobody decides these: nothing but words is written, on a pull request that the agent made
 * itself, and they can be deleted again.
 */
export const commentOnPullRequest = writeTool({
  name: 'comment_on_pull_request',
  title: 'Comment on a pull request',
  description:
    'Proposes a comment in the conversation of a pull request, open or not, or an answer in a review thread. Nothing is written until it is approved; wait_for_change tells how it goes. A later change, with this one as its after, may refer to its comment_url.',
  input,
  state: conversationState,
  plan: commentPlan,
  asks: ({ repository, in_reply_to: thread }) => [
    { want: 'write', repository },
    ...(thread === undefined ? [] : [readsThread(repository)]),
  ],
  snapshot: async (wanted: Input, reader: RepoReader): Promise<ConversationState> => {
    const { in_reply_to: thread, number } = wanted;
    if (thread !== undefined) return { ...(await lookAtThread(reader, { ...wanted, thread })), comment: null };
    const repository = refOf(await reader.repository(wanted.repository));
    const { body: _body, ...pullRequest } = await existingPullRequest(reader, { repository: repository.name, number });
    return { repository, pullRequest, comment: null };
  },
  resolved: (_wanted, before) => [
    placeOf(before),
    ...(before.thread ? [readsThread(before.repository.name, before.thread.path)] : []),
  ],
  absent: ({ in_reply_to: thread, ...wanted }) =>
    thread === undefined ? noPullRequest(wanted) : noThread({ ...wanted, thread }),
  prepare,
  target: targetOf,
  describe: (plan: CommentPlan, _before, contents) => describeComment(plan, contents),
  standsOn: (_plan, before) => standsOnPullRequest(before),
  decidable: 'by_policy',
  follows: true,
  still: async (plan: CommentPlan, before: ConversationState, reader: RepoReader): Promise<StillHolds> => {
    const still = await pullRequestStill(before, reader);
    if ('stale' in still) return still;
    const { number, locked } = still.found;
    if (plan.kind !== 'add') return 'holds';
    if (locked === true) return { stale: `Pull request ${number} is locked by now.` };
    return plan.thread === undefined ? 'holds' : threadStill(plan, plan.thread, reader);
  },
  steps: commentSteps,
  receipt: {
    fields: { comment_url: 'url' },
    of: (_plan, receipts) => ({ comment_url: written(receipts)?.url ?? null }),
  },
  texts: (plan: CommentPlan, each) => (plan.kind === 'add' ? { ...plan, body: each(plan.body) } : plan),
  observe,
  restoring: commentRestoring,
  compare: compareComment,
  restore: restoreComment,
  combine: combineComment,
});

function prepare({ body }: Input, { repository, pullRequest, thread }: ConversationState): CommentPlan {
  assertUnlocked(pullRequest);
  const { number, nodeId } = pullRequest;
  return {
    ...{ kind: 'add', repository, pullRequest: { number, nodeId } },
    ...(thread ? { thread: nameOfThread(thread) } : {}),
    body: plain(body),
  };
}

async function observe(
  plan: CommentPlan,
  _before: ConversationState,
  receipts: Receipts,
  reader: RepoReader,
): Promise<ConversationState> {
  const { name } = plan.repository;
  const { number } = plan.pullRequest;
  const nodeId = plan.kind === 'delete' ? plan.comment.nodeId : written(receipts)?.nodeId;
  const [repository, { body: _body, ...pullRequest }, comment, thread] = await Promise.all([
    reader.repository(name),
    existingPullRequest(reader, { repository: name, number }),
    nodeId === undefined ? null : reader.comment(name, { number, nodeId }),
    plan.thread === undefined ? undefined : reader.reviewThread(name, { number, nodeId: plan.thread.nodeId }),
  ]);
  return {
    ...{ repository: refOf(repository), pullRequest, comment },
    ...(thread === undefined ? {} : { thread: thread && stateOf(thread) }),
  };
}
