import type { TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';

/** What the permit of a write is for. */
export function targetOf(wanted: TicketWrite): TicketTarget {
  if (wanted.kind === 'create') return { projectId: wanted.project.id, project: wanted.project.key, ticketId: null };
  const { id, project } = 'outward' in wanted ? wanted.outward : wanted.ticket;
  return { projectId: project.id, project: project.key, ticketId: id };
}
