import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { lookUpTicket, noTicket } from '#capabilities/ticket/asks.ts';
import { thingOf } from '#capabilities/ticket/things.ts';
import type { Person } from '#capabilities/ticket/types.ts';
import type { Ticket, TicketReader } from '#capabilities/ticket-read/ports.ts';
import { asksNothingYet, namesTicket, ticketInput } from '#capabilities/ticket-read/tool.ts';
import { AppError } from '#shared/errors.ts';
import type { StillHolds } from '#shared/tools/index.ts';
import { combineArchive, compareArchive, restoreArchive } from './archive/compare.ts';
import { archiveRestoring, describeArchive } from './archive/describe.ts';
import { type ArchivePlan, type ArchiveState, archivePlan, archiveState } from './archive/plan.ts';
import { asksAt, asksNow, atOf, targetOf, ticketStill, writeStep, writeTool } from './tool.ts';

const input = z.strictObject({
  ticket: ticketInput,
  reason: reasonInput,
  after: afterInput,
  supersedes: supersedesInput,
  idempotency_key: idempotencyKeyInput,
});
type Input = z.infer<typeof input>;

/** Tickets are put away and never deleted: what is archived can be brought back with all that is on it. */
export const archiveTicket = writeTool({
  name: 'archive_ticket',
  title: 'Archive a ticket',
  description:
    'Proposes to archive a ticket: it keeps all that is on it, but searches do not find it any more. Nothing is written until a person approves; wait_for_change tells how it goes. To say that work is done use transition_ticket.',
  input,
  state: archiveState,
  plan: archivePlan,
  asks: asksNothingYet,
  names: namesTicket,
  snapshot: async (wanted: Input, reader: TicketReader): Promise<ArchiveState> => {
    const { ticket, self } = await lookUpTicket(reader, wanted.ticket);
    return stateOf(ticket, self);
  },
  resolved: (_wanted, { at }) => {
    const place = asksAt(at, 'write');
    return at.ref.project.customers ? [place, { ...place, customers: true }] : [place];
  },
  absent: ({ ticket }) => noTicket(ticket),
  prepare: (_wanted, { at }): ArchivePlan => {
    if (at.archived) throw new AppError('conflict', `${at.ref.key} is archived already.`);
    return { kind: 'archive', ticket: at.ref };
  },
  target: targetOf,
  describe: (plan: ArchivePlan, before) => describeArchive(plan, before),
  standsOn: ({ ticket }) => [{ thing: thingOf({ ticket: ticket.id }), version: null }],
  leaves: ({ ticket }, _before, receipts) =>
    Object.keys(receipts).length === 0 ? [] : [{ thing: thingOf({ ticket: ticket.id }), version: null, made: false }],
  still: async ({ kind, ticket }, before, reader): Promise<StillHolds> => {
    const there = await ticketStill(before.at, reader);
    if ('stale' in there) return there;
    const isDone = there.found.archived === (kind === 'archive');
    return isDone ? { stale: `${ticket.key} is ${kind}d by now.` } : 'holds';
  },
  asksNow: ({ ticket }, reader) => asksNow(reader, [ticket]),
  // The writer reads the ticket right before, so that a second run of what took effect is stale.
  steps: ({ kind, ticket }) => [writeStep(kind, { kind, ticket }, 'guarded')],
  observe: async ({ ticket }, _before, _receipts, reader): Promise<ArchiveState> => {
    const [found, self] = await Promise.all([reader.ticketById(ticket.id), reader.self()]);
    if (found === null) throw noTicket(ticket.key);
    return stateOf(found, self);
  },
  restoring: archiveRestoring,
  compare: compareArchive,
  restore: restoreArchive,
  combine: combineArchive,
});

function stateOf(ticket: Ticket, self: Person): ArchiveState {
  return { at: atOf(ticket, self), links: ticket.links.length };
}
