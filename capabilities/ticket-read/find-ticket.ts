import { asksOfTicket, lookUpTicket, noTicket } from '#capabilities/ticket/asks.ts';
import { sameName } from '#capabilities/ticket/keys.ts';
import type { Person, TicketAsk } from '#capabilities/ticket/types.ts';
import type { Ticket, TicketReader } from './ports.ts';

/** What a scope says about one item. */
export type May = (ask: TicketAsk) => boolean;

/** What a read is allowed: what a scope says about one item, and what it opens, which the sponsor may read too. */
export type Allowed = { readonly may: May; readonly opened: readonly TicketAsk[] };

/** Whether the scope, and the sponsor, cover anything at all of a project. */
export function opensProject(opened: readonly TicketAsk[], key: string): boolean {
  return opened.some(({ project }) => sameName(project, key));
}

/** The ticket that a key leads to, where scope and sponsor cover it; throws as for none where they do not. */
export async function findTicket(
  reader: TicketReader,
  key: string,
  { may, opened }: Allowed,
): Promise<{ readonly ticket: Ticket; readonly self: Person }> {
  const found = await lookUpTicket(reader, key);
  const { ticket, self } = found;
  if (opensProject(opened, ticket.project.key) && asksOfTicket(ticket, self, 'read').every(may)) return found;
  throw noTicket(key);
}
