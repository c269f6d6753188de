import type { TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import { type Mark, NotDone } from '#shared/tools/index.ts';

/** What a permit is for, as it was redeemed. */
type Redeemed = { readonly changeId: string; readonly target: TicketTarget };

/**
 * Holds a write to its permit, whatever the plan says: its change, and its one ticket or the project of one that is made.
 * Throws `NotDone` refused.
 */
export function assertWithin({ changeId, target }: Redeemed, wanted: TicketWrite, mark: Mark): void {
  if (mark.changeId !== changeId || !isWithin(target, wanted)) {
    throw new NotDone('refused', 'The write is not the one that its permit is for.');
  }
}

function isWithin({ projectId, ticketId }: TicketTarget, wanted: TicketWrite): boolean {
  if (wanted.kind === 'create') return ticketId === null && wanted.project.id === projectId;
  const tickets = 'outward' in wanted ? [wanted.outward, wanted.inward] : [wanted.ticket];
  return tickets.some(({ id, project }) => id === ticketId && project.id === projectId);
}
