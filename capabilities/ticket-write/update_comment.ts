import * as z from 'zod';
import { applyEdits } from '#capabilities/common/edits.ts';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { lookUpTicket, noTicket } from '#capabilities/ticket/asks.ts';
import { commentId } from '#capabilities/ticket/keys.ts';
import type { TicketComment } from '#capabilities/ticket/types.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import { asksNothingYet, namesTicket, ticketInput } from '#capabilities/ticket-read/tool.ts';
import { AppError } from '#shared/errors.ts';
import { combineReword, compareComment, restoreComment } from './comment/compare.ts';
import { describeReword, rewordRestoring } from './comment/describe.ts';
import { asksToSay, commentStill, observeComment, stateOf } from './comment/look.ts';
import { type CommentState, commentState, type RewordPlan, updateCommentPlan } from './comment/plan.ts';
import { commentSteps } from './comment/steps.ts';
import { assertFits, bodyInPlace, commentBody, plain, sameDocument, withText } from './comment/text.ts';
import { asksAt, asksNow, assertNotArchived, standsOnTicket, targetOf, writeTool } from './tool.ts';

const edit = z.strictObject({
  find: z.string().min(1).max(20_000).describe('Text of the comment that is there exactly once.'),
  replace: z.string().max(20_000).describe('What stands there instead.'),
});

const input = z
  .strictObject({
    ticket: ticketInput,
    comment: commentId.describe('The id of a comment that this account wrote, as get_ticket shows it.'),
    body: commentBody
      .optional()
      .describe('A new text in the place of the old one, in Markdown. May refer to the change in after.'),
    edits: z
      .array(edit)
      .min(1)
      .max(50)
      .optional()
      .describe('Replacements in its text, made one after the other, instead of body.'),
    reason: reasonInput,
    after: afterInput,
    supersedes: supersedesInput,
    idempotency_key: idempotencyKeyInput,
  })
  .refine(({ body, edits }) => (body === undefined) !== (edits === undefined), {
    error: 'must have either body or edits',
  });
type Input = z.infer<typeof input>;

/** The words of others are never rewritten: a comment has an author, and stands for what they said. */
export const updateComment = writeTool({
  name: 'update_comment',
  title: 'Change a comment on a ticket',
  description:
    'Proposes another text for a comment that this account wrote on a ticket: a new one, or edits of it. Nothing is written until a person approves; wait_for_change tells how it goes. If its text changes before that, propose again.',
  input,
  state: commentState,
  plan: updateCommentPlan,
  asks: asksNothingYet,
  names: namesTicket,
  snapshot: async (wanted: Input, reader: TicketReader): Promise<CommentState> =>
    stateOf(await lookUpTicket(reader, wanted.ticket), wanted.comment, reader),
  // What edits find, and that a text is another, is told by errors: so whoever may not read it may not change it.
  resolved: (_wanted, before) => [
    ...asksToSay(before, before.comment?.visibleTo === 'customers'),
    asksAt(before.at, 'read'),
  ],
  absent: ({ ticket }) => noTicket(ticket),
  prepare,
  target: targetOf,
  describe: (plan: RewordPlan, before) => describeReword(plan, before),
  standsOn: (_plan, { at }) => [standsOnTicket(at)],
  follows: true,
  still: commentStill,
  asksNow: ({ ticket }, reader) => asksNow(reader, [ticket]),
  steps: commentSteps,
  texts: withText,
  observe: (plan, _before, receipts, reader) => observeComment(plan, receipts, reader),
  restoring: rewordRestoring,
  compare: compareComment,
  restore: restoreComment,
  combine: combineReword,
});

function prepare(wanted: Input, before: CommentState): RewordPlan {
  const { id, url, visibleTo, body: from } = ownComment(wanted, before);
  assertNotArchived(before.at);
  const text = plain(textOf(wanted, from.text));
  assertFits(text, before);
  const body = bodyInPlace({ body: { format: 'markdown', text }, from });
  if (sameDocument(body, from)) {
    throw new AppError('invalid_arguments', 'There is no change: the comment already says that.');
  }
  return { kind: 'reword', ticket: before.at.ref, comment: { id, url, visibleTo }, from, body, overwrites: false };
}

/** Throws AppError `not_found`, `not_permitted`. */
function ownComment({ comment, ticket }: Input, before: CommentState): TicketComment {
  const found = before.comment;
  if (found === null) {
    throw new AppError('not_found', `There is no comment ${comment} on ${ticket}.`, {
      next: 'get_ticket shows its comments.',
    });
  }
  if (found.author?.id !== before.self) {
    throw new AppError('not_permitted', `The comment ${comment} on ${ticket} is somebody else’s.`, {
      next: 'Only comments of this account can be changed; add_comment answers others.',
    });
  }
  return found;
}

/** Throws AppError `invalid_arguments` where an edit does not fit, or leaves what may not be written. */
function textOf({ body, edits, comment }: Input, was: string): string {
  if (body !== undefined) return body;
  const text = applyEdits(`comment ${comment}`, was, edits ?? []);
  const checked = commentBody.safeParse(text);
  if (checked.success) return text;
  const [problem] = checked.error.issues;
  throw new AppError('invalid_arguments', `The text that the edits leave ${problem?.message ?? 'cannot be written'}.`);
}
