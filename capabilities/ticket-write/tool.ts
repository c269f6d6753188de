import * as z from 'zod';
import { standingOf, ticketStanding } from '#capabilities/ticket/asks.ts';
import { thingOf } from '#capabilities/ticket/things.ts';
import {
  type Person,
  type ProjectRef,
  type TicketAsk,
  type TicketRef,
  type TicketTarget,
  ticketRef,
} from '#capabilities/ticket/types.ts';
import type { Ticket, TicketReader } from '#capabilities/ticket-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import {
  type Foundation,
  type Json,
  type Left,
  type Receipts,
  type Step,
  type StillHolds,
  toolsFor,
} from '#shared/tools/index.ts';
import type { TicketWrite, TicketWriter, Written } from './ports.ts';

/** Makes the tools of this capability. */
export const { write: writeTool } = toolsFor<TicketReader, TicketWriter, TicketAsk, TicketTarget>();

export type TicketStep = Step<TicketReader, TicketWriter>;

/** What each state of a change of a ticket says of it: where it is, and what scopes go by. */
export const ticketAt = z.strictObject({
  ref: ticketRef,
  standing: ticketStanding,
  /** Nothing can be written to it then, but that it is brought back. */
  archived: z.boolean(),
  /** Its status counts as done; absent while it does not. */
  done: z.literal(true).exactOptional(),
});
export type TicketAt = z.infer<typeof ticketAt>;

/** `self` is the account that acts here. */
export function atOf(ticket: Ticket, self: Person): TicketAt {
  const done = ticket.status.category === 'done' && { done: true as const };
  return { ref: refOf(ticket), standing: standingOf(ticket, self), archived: ticket.archived, ...done };
}

/** A ticket by its immutable id alone, out of all that is known of it. */
export function refOf({ id, key, url, project }: TicketRef): TicketRef {
  return { id, key, url, project: projectRefOf(project) };
}

/** The same for a project. */
export function projectRefOf({ id, key, name, audience, customers }: ProjectRef): ProjectRef {
  return { id, key, name, ...(audience !== undefined && { audience }), customers };
}

/** The asks of a write to a ticket that was found. */
export function asksAt({ ref, standing }: TicketAt, want: TicketAsk['want']): TicketAsk {
  return { want, project: ref.project.key, ticket: standing };
}

/** Throws AppError `conflict` for a ticket to which nothing can be written. */
export function assertNotArchived({ ref, archived }: TicketAt): void {
  if (!archived) return;
  throw new AppError('conflict', `${ref.key} is archived: nothing can be written to it.`, {
    next: 'Ask a person whether it shall be brought back.',
  });
}

/** The ticket as it is now, or why the plan does not hold any more: what was approved is for it in its project. */
export async function ticketStill(
  { ref }: Pick<TicketAt, 'ref'>,
  reader: TicketReader,
): Promise<{ readonly found: Ticket } | Exclude<StillHolds, 'holds'>> {
  const found = await reader.ticketById(ref.id);
  if (found === null) return { stale: `${ref.key} is not there any more.` };
  const isMoved = found.project.id !== ref.project.id || found.project.key !== ref.project.key;
  return isMoved ? { stale: `${ref.key} is in another project by now, or its project has another key.` } : { found };
}

/**
 * The asks of tickets by what the backend says of them now: they can lose a label, become of another type or somebody
 * else's. Nothing is asked of one that is not there, nor of none.
 */
export async function asksNow(
  reader: TicketReader,
  tickets: readonly (Pick<TicketRef, 'id'> | null | undefined)[],
  want: TicketAsk['want'] = 'write',
): Promise<readonly TicketAsk[]> {
  const ids = tickets.flatMap((ticket) => ticket?.id ?? []);
  if (ids.length === 0) return [];
  const [self, ...found] = await Promise.all([reader.self(), ...ids.map((id) => reader.ticketById(id))]);
  return found.flatMap((ticket) => (ticket === null ? [] : [asksAt(atOf(ticket, self), want)]));
}

export function targetOf({ ticket }: { readonly ticket: TicketRef }): TicketTarget {
  return { projectId: ticket.project.id, project: ticket.project.key, ticketId: ticket.id };
}

/** The key of a ticket's fields, status and links among what changes write to. */
export function ticketResource({ id }: Pick<TicketRef, 'id'>): string {
  return `ticket/${id}`;
}

/** The key of its conversation, which does not wait for what is done to the ticket itself. */
export function commentsResource({ id }: Pick<TicketRef, 'id'>): string {
  return `ticket/${id}/comments`;
}

/**
 * A ticket as a plan builds on it, at a version where the plan goes by what is in the ticket. What was said on it is in
 * no version: comments of others are no work on it.
 */
export function standsOnTicket({ ref, done }: TicketAt, version: string | null = null): Foundation {
  return { thing: thingOf({ ticket: ref.id }), version, ...(done && { ended: true }) };
}

/** A ticket that was moved on, as it was right afterwards: what others did in the meantime counts as read with it. */
export function leftTicket({ id }: Pick<TicketRef, 'id'>, receipts: Receipts, version: string): readonly Left[] {
  return Object.keys(receipts).length === 0 ? [] : [{ thing: thingOf({ ticket: id }), version, made: false }];
}

/**
 * One write as a step. `repeat` is `guarded` where the backend lets it take effect once at most, as was sealed with the
 * plan, or where what it expects is no longer so once it took effect.
 */
export function writeStep(name: string, wanted: TicketWrite, repeat: TicketStep['repeat']): TicketStep {
  return {
    name,
    repeat,
    run: async ({ write, mark }) => receiptOf(await write.write(wanted, mark)),
    landed: (reader, mark) => reader.landed(wanted, mark),
  };
}

/** `once` of the backend, as it was sealed with the plan. */
export function repeatOf({ once }: { readonly once: boolean }): TicketStep['repeat'] {
  return once ? 'guarded' : 'never';
}

function receiptOf({ id, key, url, differs }: Written): Json {
  return { id, key, url, differs };
}

/** Loose: a receipt may say more than is needed again. */
const receipt = z.object({
  id: z.string(),
  key: z.string().nullable(),
  url: z.string().nullable(),
  differs: z.array(z.string()),
});

/** What a step answered; undefined while it has no receipt, or only a person's word. */
export function writtenBy(receipts: Receipts, step: string): Written | undefined {
  return receipt.safeParse(receipts[step]).data;
}
