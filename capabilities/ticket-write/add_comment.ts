import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { lookUpTicket, noTicket } from '#capabilities/ticket/asks.ts';
import { commentAudience } from '#capabilities/ticket/types.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import { asksNothingYet, namesTicket, ticketInput } from '#capabilities/ticket-read/tool.ts';
import { AppError } from '#shared/errors.ts';
import { combineComment, compareComment, restoreComment } from './comment/compare.ts';
import { commentRestoring, describeComment } from './comment/describe.ts';
import { asksToSay, commentStill, observeComment, stateOf } from './comment/look.ts';
import { type CommentPlan, type CommentState, commentPlan, commentState } from './comment/plan.ts';
import { addStep, commentSteps } from './comment/steps.ts';
import { assertFits, bodyToAdd, commentBody, plain, withText } from './comment/text.ts';
import { asksNow, assertNotArchived, standsOnTicket, targetOf, writeTool, writtenBy } from './tool.ts';

const input = z.strictObject({
  ticket: ticketInput,
  body: commentBody.describe('The text of the comment, in Markdown. May refer to the change in after.'),
  visible_to: commentAudience
    .default('team')
    .describe('customers shows it to the customers of the project too; team to those who work there.'),
  reason: reasonInput,
  after: afterInput,
  supersedes: supersedesInput,
  idempotency_key: idempotencyKeyInput,
});
type Input = z.infer<typeof input>;

/**
 * A review rule may say that nobody decides these: nothing but words is written, on a ticket that the agent made itself,
 * and they can be withdrawn. What mentions people, commands software or is shown to customers has a flag.
 */
export const addComment = writeTool({
  name: 'add_comment',
  title: 'Comment on a ticket',
  description:
    'Proposes a comment on a ticket. Nothing is written until it is approved; wait_for_change tells how it goes. A later change, with this one as its after, may refer to its comment_url.',
  input,
  state: commentState,
  plan: commentPlan,
  asks: asksNothingYet,
  names: namesTicket,
  snapshot: async (wanted: Input, reader: TicketReader): Promise<CommentState> =>
    stateOf(await lookUpTicket(reader, wanted.ticket), null, reader),
  resolved: ({ visible_to: visibleTo }, before) => asksToSay(before, visibleTo === 'customers'),
  absent: ({ ticket }) => noTicket(ticket),
  prepare,
  target: targetOf,
  describe: (plan: CommentPlan, before) => describeComment(plan, before),
  standsOn: (_plan, { at }) => [standsOnTicket(at)],
  decidable: 'by_policy',
  follows: true,
  still: commentStill,
  asksNow: ({ ticket }, reader) => asksNow(reader, [ticket]),
  steps: commentSteps,
  receipt: {
    fields: { comment_url: 'url' },
    of: (_plan, receipts) => ({ comment_url: writtenBy(receipts, addStep)?.url ?? null }),
  },
  texts: (plan, each) => (plan.kind === 'add' ? withText(plan, each) : plan),
  observe: (plan, _before, receipts, reader) => observeComment(plan, receipts, reader),
  restoring: commentRestoring,
  compare: compareComment,
  restore: restoreComment,
  combine: combineComment,
});

function prepare({ body, visible_to: visibleTo }: Input, before: CommentState): CommentPlan {
  assertNotArchived(before.at);
  const { ref } = before.at;
  if (visibleTo === 'customers' && !ref.project.customers) {
    throw new AppError('unsupported', `No customers see what is said on ${ref.key}.`, {
      next: 'Leave out visible_to: the team sees it.',
    });
  }
  const text = plain(body);
  assertFits(text, before);
  const { documents, once } = before.backend;
  const written = bodyToAdd({ body: { format: 'markdown', text }, documents });
  return { kind: 'add', ticket: ref, body: written, visibleTo, documents, once };
}
