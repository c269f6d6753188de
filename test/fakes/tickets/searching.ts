import type { Person } from '#capabilities/ticket/types.ts';
import type { TicketQuery } from '#capabilities/ticket-read/ports.ts';
import { people } from './seed.ts';
import type { KeptTicket } from './tracker.ts';

/** Whether a ticket, with what is said on it, is one that is searched for. */
export function matches(query: TicketQuery, ticket: KeptTicket, said: readonly string[]): boolean {
  const text = fold([ticket.title, ticket.description?.text ?? '', ...said].join('\n'));
  return (
    !ticket.archived &&
    query.projects.some((key) => key === ticket.project.key) &&
    query.text.every((each) => text.includes(fold(each))) &&
    oneOf(query.types, ticket.type.name) &&
    oneOf(query.statuses, ticket.status.name) &&
    oneOf(query.categories, ticket.status.category) &&
    (query.priorities.length === 0 || (ticket.priority !== null && oneOf(query.priorities, ticket.priority.name))) &&
    query.labels.every((label) => oneOf(ticket.labels, label) && ticket.labels.length > 0) &&
    !query.withoutLabels.some((label) => ticket.labels.length > 0 && oneOf(ticket.labels, label)) &&
    isFor(query.assignee, ticket.assignees) &&
    isFor(query.reporter, ticket.reporter === null ? [] : [ticket.reporter]) &&
    within(query.updated, ticket.updatedAt) &&
    within(query.created, ticket.createdAt)
  );
}

function oneOf(wanted: readonly string[], name: string): boolean {
  return wanted.length === 0 || wanted.some((each) => fold(each) === fold(name));
}

function isFor(wanted: string | null, who: readonly Person[]): boolean {
  if (wanted === null) return true;
  if (wanted === 'none') return who.length === 0;
  const name = fold(wanted === 'me' ? people.self.id : wanted);
  return who.some((each) => fold(each.id) === name || fold(each.name) === name);
}

function within({ from, to }: TicketQuery['updated'], at: string): boolean {
  const day = at.slice(0, 10);
  return (from === null || day >= from) && (to === null || day <= to);
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
