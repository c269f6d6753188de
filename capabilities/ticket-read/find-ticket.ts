import { asksOfTicket, lookUpTicket, noTicket } from '#capabilities/ticket/asks.ts';
import type { Person, TicketAsk } from '#capabilities/ticket/types.ts';
import type { Ticket, TicketReader } from './ports.ts';

/** What a scope says about one item. */
export type May = (ask: TicketAsk) => boolean;

/** The ticket that a key leads to, where the scope covers it; throws as for none where it does not. */
export async function findTicket(
  reader: TicketReader,
  key: string,
  may: May,
): Promise<{ readonly ticket: Ticket; readonly self: Person }> {
  const found = await lookUpTicket(reader, key);
  if (asksOfTicket(found.ticket, found.self, 'read').every(may)) return found;
  throw noTicket(key);
}
