import { projectKey, ticketKey } from '#capabilities/ticket/keys.ts';
import type { TicketAsk, TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import { toolsFor } from '#shared/tools/index.ts';
import type { TicketReader } from './ports.ts';

/** Makes the tools of this capability. */
export const { read: readTool } = toolsFor<TicketReader, TicketWriter, TicketAsk, TicketTarget>();

export const ticketInput = ticketKey.describe('The ticket by its key: "WEB-12" or "owner/repository#3".');
export const projectInput = projectKey.describe('The project by its key: "WEB" or "owner/repository".');

/** A key may lead to a ticket in another project by now: only the backend can tell what the scope is to be asked. */
export function asksNothingYet(): readonly TicketAsk[] {
  return [];
}

/** What the record of such a call says until then. */
export function namesTicket({ ticket }: { readonly ticket: string }): { readonly ticket: string } {
  return { ticket };
}
