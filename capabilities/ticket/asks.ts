import * as z from 'zod';
import type { Ticket, TicketReader, TicketSummary } from '#capabilities/ticket-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Person, TicketAsk } from './types.ts';

/** What a scope has to know of a ticket; kept in the state of a write, so that it can be asked again. */
export const ticketStanding = z.strictObject({
  type: z.string(),
  labels: z.array(z.string()),
  /** By the account that acts here. */
  created: z.boolean(),
  /** To the account that acts here. */
  assigned: z.boolean(),
});
export type TicketStanding = z.infer<typeof ticketStanding>;

/** `self` is the account that acts here. */
export function standingOf({ type, labels, reporter, assignees }: TicketSummary, self: Person): TicketStanding {
  return {
    type: type.name,
    labels: [...labels],
    created: reporter?.id === self.id,
    assigned: assignees.some(({ id }) => id === self.id),
  };
}

/** The ask of a ticket once the backend has told where it is and what it is to `self`, the account that acts here. */
export function asksOfTicket(
  ticket: TicketSummary,
  self: Person,
  want: TicketAsk['want'],
): readonly [TicketAsk & { readonly ticket: TicketStanding }] {
  return [{ want, project: ticket.project.key, ticket: standingOf(ticket, self) }];
}

/** A ticket that a key leads to, and the account that acts here. Throws {@link noTicket} where it leads to none. */
export async function lookUpTicket(
  reader: TicketReader,
  key: string,
): Promise<{ readonly ticket: Ticket; readonly self: Person }> {
  const [ticket, self] = await Promise.all([reader.ticket(key), reader.self()]);
  if (ticket === null) throw noTicket(key);
  return { ticket, self };
}

/** The one answer for a ticket that is not there, that the account cannot see, and that is outside a scope. */
export function noTicket(key: string): AppError {
  return new AppError('not_found', `There is no ticket ${key}, or none that you may use so.`, {
    next: 'search_tickets shows tickets that you may read.',
  });
}

/** The same for a project. */
export function noProject(key: string): AppError {
  return new AppError('not_found', `There is no project ${key}, or none that you may use so.`, {
    next: 'list_projects shows the projects.',
  });
}
