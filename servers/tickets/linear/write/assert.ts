import type { TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import { notDone } from '../errors.ts';
import { linearBackend } from '../tickets.ts';

/** The credential reaches every team that it may; that only the target is written to is seen to here. */
export function assertTarget(wanted: TicketWrite, target: TicketTarget): void {
  if (!isWithin(wanted, target)) {
    throw notDone('refused', new Error('the step writes to another issue than its permit says'));
  }
}

function isWithin(wanted: TicketWrite, { projectId, ticketId }: TicketTarget): boolean {
  if (wanted.kind === 'create') return ticketId === null && wanted.project.id === projectId;
  const tickets = 'outward' in wanted ? [wanted.outward, wanted.inward] : [wanted.ticket];
  return tickets.some(({ id }) => id === ticketId);
}

/** The texts of a write are as long as this adapter says that they can be. */
export function assertLength(wanted: TicketWrite): void {
  const text = textOf(wanted);
  if (text !== undefined && text.length > linearBackend.maxText)
    throw notDone('refused', new Error('the text is too long'));
}

function textOf(wanted: TicketWrite): string | undefined {
  if (wanted.kind === 'create') return wanted.fields.description?.text;
  if (wanted.kind === 'update') return wanted.set.description?.text;
  return 'body' in wanted ? wanted.body.text : undefined;
}
