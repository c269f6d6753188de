import type { Written } from '#capabilities/ticket-write/ports.ts';
import { type TicketRow, urlOf } from '../read/refs.ts';

/** The answer of a write to a ticket. Nothing comes out otherwise than written here. */
export function writtenTicket(origin: string, { id, key }: Pick<TicketRow, 'id' | 'key'>): Written {
  return { id: String(id), key, url: urlOf(origin, key), differs: [] };
}
