import type { TicketWrite, Written } from '#capabilities/ticket-write/ports.ts';
import { addComment, editComment } from './comments.ts';
import { linkTickets, unlinkTickets } from './links.ts';
import type { Writing } from './open-ticket.ts';
import { archiveTicket, createTicket, transitionTicket, updateTicket } from './tickets.ts';

/** One write, in the transaction that it is given. Throws `NotDone` where it cannot be. */
export function perform(writing: Writing, wanted: TicketWrite): Written {
  switch (wanted.kind) {
    case 'create':
      return createTicket(writing, wanted);
    case 'update':
      return updateTicket(writing, wanted);
    case 'transition':
      return transitionTicket(writing, wanted);
    case 'comment':
      return addComment(writing, wanted);
    case 'edit_comment':
      return editComment(writing, wanted);
    case 'link':
      return linkTickets(writing, wanted);
    case 'unlink':
      return unlinkTickets(writing, wanted);
    case 'archive':
      return archiveTicket(writing, wanted.ticket, true);
    case 'unarchive':
      return archiveTicket(writing, wanted.ticket, false);
  }
}
