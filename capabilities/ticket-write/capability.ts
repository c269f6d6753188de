import * as z from 'zod';
import { listed } from '#capabilities/common/listed.ts';
import { sameName } from '#capabilities/ticket/keys.ts';
import { deniesPlace, scopeName, ticketScope } from '#capabilities/ticket/scope.ts';
import type { TicketAsk, TicketTarget } from '#capabilities/ticket/types.ts';
import { ticketRead } from '#capabilities/ticket-read/capability.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import { glob, globMatcher } from '#shared/tools/glob.ts';
import { type Denial, defineCapability } from '#shared/tools/index.ts';
import { addComment } from './add_comment.ts';
import { archiveTicket } from './archive_ticket.ts';
import { createTicket } from './create_ticket.ts';
import { linkTickets } from './link_tickets.ts';
import type { TicketWriter } from './ports.ts';
import { transitionTicket } from './transition_ticket.ts';
import { updateComment } from './update_comment.ts';
import { updateTicket } from './update_ticket.ts';

const names = z.array(scopeName).min(1);

const scope = z.strictObject({
  ...ticketScope,
  /** The fields that may be written, by their names; the title, the description and the labels unless given. */
  fields: names.optional(),
  /** The labels that may be put on or taken off; none unless given. */
  set_labels: z.array(glob).min(1).optional(),
  /** The statuses that a ticket may be brought to, by their names; none unless given. */
  to_status: names.optional(),
  /** Whether it may write what customers see. */
  customers: z.literal(true).optional(),
});
type Scope = z.infer<typeof scope>;

/** What work on a ticket takes; the rest is granted by name. */
const usual = [createTicket, updateTicket, transitionTicket, addComment, updateComment, linkTickets].map(
  ({ name }) => name,
);

const usualFields = ['title', 'description', 'labels'];

export const ticketWrite = defineCapability<Scope, TicketReader, TicketWriter, TicketAsk, TicketTarget>({
  name: 'ticket-write',
  description: 'Propose changes to tickets: new ones, their fields, status, comments and links.',
  scope,
  denies,
  // What an edit finds and what a new text replaces is content that the agent must be able to read anyway.
  elsewhere: (ask) => (ask.want === 'read' ? { capability: ticketRead, tool: 'get_ticket' } : null),
  server: 'tickets',
  usual,
  tools: [createTicket, updateTicket, transitionTicket, addComment, updateComment, linkTickets, archiveTicket],
});

function denies(granted: Scope, ask: TicketAsk): Denial | null {
  if (ask.want !== 'write') return { denied: 'Only writing is granted here.' };
  const outside = deniesPlace(granted, ask);
  if (outside !== null) return outside;
  return deniesValue(granted, ask);
}

/** Of a ticket that is granted it may be told what else is not, and what is: a name that is misspelt looks like one that is not. */
function deniesValue(granted: Scope, { field, label, toStatus, customers }: TicketAsk): Denial | null {
  const { fields = usualFields, set_labels: labels = [], to_status: statuses = [] } = granted;
  if (field !== undefined && !isNamed(fields, field)) {
    return { denied: `Writing the field ${JSON.stringify(field)} is not granted.`, remedy: grantedAre(fields) };
  }
  if (label !== undefined && !isCovered(labels, label)) {
    const denied = `Putting on or taking off the label ${JSON.stringify(label)} is not granted.`;
    return { denied, remedy: grantedAre(labels) };
  }
  if (toStatus !== undefined && !isNamed(statuses, toStatus)) {
    const denied = `Bringing a ticket to the status ${JSON.stringify(toStatus)} is not granted.`;
    return { denied, remedy: grantedAre(statuses) };
  }
  if (customers === true && granted.customers !== true) {
    const denied = 'Writing what customers see is not granted.';
    return { denied, remedy: 'Ask a person to do it, or to widen the blueprint.' };
  }
  return null;
}

function grantedAre(names: readonly string[]): string {
  const all = names.length === 0 ? 'None is granted' : `Granted: ${listed(names)}`;
  return `${all}; for more, ask a person to widen the blueprint.`;
}

function isNamed(granted: readonly string[], name: string): boolean {
  return granted.some((each) => sameName(each, name));
}

/** Labels are the same in any case. */
function isCovered(patterns: readonly string[], label: string): boolean {
  return patterns.some((pattern) => globMatcher(pattern.toLowerCase())(label.toLowerCase()));
}
