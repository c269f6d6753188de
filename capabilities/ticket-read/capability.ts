import * as z from 'zod';
import { deniesPlace, opensProjects, ticketScope } from '#capabilities/ticket/scope.ts';
import type { TicketAsk, TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import { type Denial, defineCapability } from '#shared/tools/index.ts';
import { getTicket } from './get_ticket.ts';
import { getTicketHistory } from './get_ticket_history.ts';
import { listProjects } from './list_projects.ts';
import { listTransitions } from './list_transitions.ts';
import type { TicketReader } from './ports.ts';
import { searchTickets } from './search_tickets.ts';

const scope = z.strictObject(ticketScope);
type Scope = z.infer<typeof scope>;

export const ticketRead = defineCapability<Scope, TicketReader, TicketWriter, TicketAsk, TicketTarget>({
  name: 'ticket-read',
  description: 'Read tickets: projects, search, comments and history.',
  scope,
  denies,
  opens: opensProjects,
  server: 'tickets',
  tools: [listProjects, searchTickets, getTicket, listTransitions, getTicketHistory],
});

function denies(granted: Scope, ask: TicketAsk): Denial | null {
  if (ask.want !== 'read') return { denied: 'Only reading is granted here.' };
  return deniesPlace(granted, ask);
}
