import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { noPage } from '#capabilities/knowledge/asks.ts';
import { commentId, pageId } from '#capabilities/knowledge/keys.ts';
import type { KnowledgeAsk } from '#capabilities/knowledge/types.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import type { Left, Receipts, Told } from '#shared/tools/index.ts';
import { conversationOf } from './accept/things.ts';
import { combineComment, compareComment, restoreComment } from './comment/compare.ts';
import { commentRestoring, describeComment } from './comment/describe.ts';
import { commentStill, lookToSay, noComment, observeComment } from './comment/look.ts';
import { type CommentPlan, type CommentState, commentPlan, commentState } from './comment/plan.ts';
import { addStep, commentSteps } from './comment/steps.ts';
import { assertFits, bodyToAdd, commentBody, isWithdrawn, plain, withText } from './comment/text.ts';
import {
  asksAt,
  asksNow,
  assertNotTrashed,
  standsOnPage,
  targetOf,
  thingOf,
  toldOfPageAt,
  writeTool,
  writtenBy,
} from './tool.ts';

const input = z.strictObject({
  page: pageId.describe('The page by its id.'),
  body: commentBody.describe('The text of the comment, in Markdown. May refer to the change in after.'),
  reply_to: commentId
    .optional()
    .describe('The comment on it that this answers; it begins a conversation unless given.'),
  reason: reasonInput,
  after: afterInput,
  supersedes: supersedesInput,
  idempotency_key: idempotencyKeyInput,
});
type Input = z.infer<typeof input>;

/**
 * A review rule may say that nobody decides these where they wait until a person accepts them: on a page that the agent
 * made itself, nothing but words, which can be withdrawn.
 */
export const commentOnPage = writeTool({
  name: 'comment_on_page',
  title: 'Comment on a page',
  description:
    'Proposes a comment on a page, or an answer to one. Nothing is written until it is approved; wait_for_change tells how it goes. A later change, with this one as its after, may refer to its comment_url.',
  input,
  state: commentState,
  plan: commentPlan,
  asks: (): readonly KnowledgeAsk[] => [],
  names: ({ page }) => ({ page }),
  snapshot: (wanted: Input, reader: KnowledgeReader): Promise<CommentState> => lookToSay(wanted, reader),
  // The title of the page and what is answered are told.
  resolved: (_wanted, { at }) => [asksAt(at, 'write'), asksAt(at, 'read')],
  absent: ({ page }) => noPage(page),
  prepare,
  told: ({ at, comment }) => [toldOfPageAt(at), ...toldOfComment(comment, at)],
  carries: ({ before }, now, { body }) =>
    isWithdrawn(body) ? [] : [now, before].flatMap(({ at, comment }) => toldOfComment(comment, at)),
  target: targetOf,
  describe: (plan: CommentPlan, before) => describeComment(plan, before),
  standsOn: (_plan, { at }) => [standsOnPage(at, 'page')],
  leaves,
  decidable: 'by_policy',
  follows: true,
  still: commentStill,
  asksNow: ({ page }, reader) => asksNow(reader, [page.id]),
  steps: commentSteps,
  receipt: {
    fields: { comment_url: 'url' },
    of: (_plan, receipts) => ({ comment_url: writtenBy(receipts, addStep)?.url ?? null }),
  },
  texts: withText,
  observe: (plan, _before, receipts, reader) => observeComment(plan, receipts, reader),
  restoring: commentRestoring,
  compare: compareComment,
  restore: restoreComment,
  combine: combineComment,
});

function prepare({ body, reply_to: replyTo }: Input, before: CommentState): CommentPlan {
  const { at, answered, backend } = before;
  assertNotTrashed(at);
  if (replyTo !== undefined && answered === null) throw noComment(replyTo);
  const text = plain(body);
  assertFits(text, before);
  const { documents, once } = backend;
  const written = bodyToAdd({ format: 'markdown', text }, documents);
  return { kind: 'add', page: at.ref, body: written, replyTo: answered?.id ?? null, documents, once };
}

function toldOfComment(comment: CommentState['comment'], { ref }: CommentState['at']): readonly Told[] {
  if (comment === null) return [];
  const { id, updatedAt, provenance } = comment;
  const name = `comment on ${ref.title}`;
  return [{ thing: thingOf({ comment: id }), name, revision: updatedAt, rank: null, trust: provenance.trust }];
}

/** The page is left as it was; its conversation, which is in no version, is what a person accepts a comment of. */
function leaves(plan: CommentPlan, _before: CommentState, receipts: Receipts): readonly Left[] {
  const id = plan.kind === 'add' ? writtenBy(receipts, addStep)?.id : plan.comment.id;
  if (id === undefined || Object.keys(receipts).length === 0) return [];
  return [
    { thing: thingOf({ comment: id }), version: null, made: plan.kind === 'add' },
    { thing: conversationOf(plan.page), version: null, made: false },
  ];
}
