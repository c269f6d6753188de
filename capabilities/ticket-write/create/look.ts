import { sameName } from '#capabilities/ticket/keys.ts';
import { ticketVersion } from '#capabilities/ticket/version.ts';
import type { Ticket, TicketReader } from '#capabilities/ticket-read/ports.ts';
import type { Receipts } from '#shared/tools/index.ts';
import { lookUpNames } from '../fields/look-up.ts';
import { atOf, projectRefOf, refOf, writtenBy } from '../tool.ts';
import { type CreatePlan, type CreateState, createStep, type Made } from './plan.ts';
import { noneOf, type WantedTicket } from './prepare.ts';

/** The project, and what the names in a call stand for there. */
export async function lookAtProject(reader: TicketReader, wanted: WantedTicket): Promise<CreateState> {
  const [project, self] = await Promise.all([reader.project(wanted.project), reader.self()]);
  if (project === null) throw noneOf(wanted);
  const type = project.types.find(({ name }) => sameName(name, wanted.type)) ?? null;
  return {
    project: projectRefOf(project),
    type: type && { id: type.id, name: type.name },
    types: project.types.map(({ name }) => name),
    ...{ self: self.id, once: reader.backend.once, archives: archives(reader), made: null },
    found: await lookUpNames(reader, { project, type: type?.id ?? null, wanted }),
  };
}

function archives({ backend }: TicketReader): boolean {
  return !backend.lacks.includes('archive_ticket');
}

/** The same once it is carried out: the ticket that was made. */
export async function lookAtMade(
  reader: TicketReader,
  { plan, before, receipts }: { readonly plan: CreatePlan; readonly before: CreateState; readonly receipts: Receipts },
): Promise<CreateState> {
  const id = plan.kind === 'create' ? writtenBy(receipts, createStep)?.id : plan.ticket.id;
  const found = id === undefined ? null : await reader.ticketById(id);
  return { ...before, archives: archives(reader), made: found && (await madeOf(reader, found)) };
}

/** Who says something is among the newest comments; a page of them is enough to see whether somebody else did. */
const comments = 50;

async function madeOf(reader: TicketReader, ticket: Ticket): Promise<Made> {
  const [self, transitions, said] = await Promise.all([
    reader.self(),
    ticket.archived ? [] : reader.transitions(refOf(ticket)),
    reader.comments(refOf(ticket), { limit: comments }),
  ]);
  const { title, status } = ticket;
  return {
    ...{ at: atOf(ticket, self), version: ticketVersion(ticket), title },
    status: { id: status.id, name: status.name, category: status.category },
    transitions: transitions.map(({ id, name, to, requires }) => {
      return { id, name, to: { id: to.id, name: to.name, category: to.category }, requires: [...requires] };
    }),
    discussed: said.items.some(({ author }) => author?.id !== self.id),
  };
}
