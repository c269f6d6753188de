import { noTicket } from '#capabilities/ticket/asks.ts';
import { commentId } from '#capabilities/ticket/keys.ts';
import type { Person, TicketAsk } from '#capabilities/ticket/types.ts';
import type { Ticket, TicketReader } from '#capabilities/ticket-read/ports.ts';
import type { Receipts, StillHolds } from '#shared/tools/index.ts';
import { asksAt, atOf, refOf, ticketStill, writtenBy } from '../tool.ts';
import type { CommentPlan, CommentState } from './plan.ts';
import { addStep } from './steps.ts';
import { sameDocument } from './text.ts';

/** A ticket that was found, and one comment on it. */
export async function stateOf(
  { ticket, self }: { readonly ticket: Ticket; readonly self: Person },
  comment: string | null,
  reader: TicketReader,
): Promise<CommentState> {
  const { documents, maxText, once } = reader.backend;
  return {
    at: atOf(ticket, self),
    comment: comment === null ? null : await reader.comment(refOf(ticket), comment),
    self: self.id,
    backend: { documents, maxText, once },
  };
}

/** The state of the comment that a plan is about, once its steps were carried out as far as the receipts say. */
export async function observeComment(
  plan: CommentPlan,
  receipts: Receipts,
  reader: TicketReader,
): Promise<CommentState> {
  const [ticket, self] = await Promise.all([reader.ticketById(plan.ticket.id), reader.self()]);
  if (ticket === null) throw noTicket(plan.ticket.key);
  const id = plan.kind === 'add' ? writtenBy(receipts, addStep)?.id : plan.comment.id;
  return stateOf({ ticket, self }, commentId.safeParse(id).data ?? null, reader);
}

/** The asks of what is said on a ticket; customers see it, or not. */
export function asksToSay({ at }: CommentState, toCustomers: boolean): readonly TicketAsk[] {
  const place = asksAt(at, 'write');
  return toCustomers ? [place, { ...place, customers: true }] : [place];
}

/** Whether a comment can be written, or have another text, as it was planned. */
export async function commentStill(plan: CommentPlan, before: CommentState, reader: TicketReader): Promise<StillHolds> {
  const there = await ticketStill(before.at, reader);
  if ('stale' in there) return there;
  const { key } = plan.ticket;
  const { found } = there;
  if (found.archived) return { stale: `${key} is archived by now.` };
  if (plan.kind === 'add') {
    const isTold = found.project.customers === plan.ticket.project.customers;
    return isTold ? 'holds' : { stale: `Who sees what is said on ${key} is another question by now.` };
  }
  const comment = await reader.comment(refOf(found), plan.comment.id);
  if (comment === null) return { stale: `The comment is gone from ${key}.` };
  if (comment.visibleTo !== plan.comment.visibleTo) return { stale: 'Others see the comment by now.' };
  return sameDocument(comment.body, plan.from) ? 'holds' : { stale: 'The text of the comment is another by now.' };
}
