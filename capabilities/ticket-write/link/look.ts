import { noTicket } from '#capabilities/ticket/asks.ts';
import { sameName } from '#capabilities/ticket/keys.ts';
import type { LinkType, Person } from '#capabilities/ticket/types.ts';
import type { Ticket, TicketReader } from '#capabilities/ticket-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { StillHolds } from '#shared/tools/index.ts';
import { atOf, ticketStill } from '../tool.ts';
import type { LinkPlan, LinkState, Relation } from './plan.ts';

type Wanted = { readonly ticket: string; readonly relation: string; readonly other: string };

/** The one answer where one of the two is not there, or outside the scope: it does not say which. */
export function notBoth({ ticket, other }: Pick<Wanted, 'ticket' | 'other'>): AppError {
  const { next } = noTicket(ticket);
  return new AppError('not_found', `${ticket} and ${other} are not both there, or not both such as you may use so.`, {
    ...(next !== undefined && { next }),
  });
}

/** Throws {@link notBoth}. */
export async function lookAtBoth(wanted: Wanted, reader: TicketReader): Promise<LinkState> {
  const [ticket, other, types, self] = await Promise.all([
    reader.ticket(wanted.ticket),
    reader.ticket(wanted.other),
    reader.linkTypes(),
    reader.self(),
  ]);
  if (ticket === null || other === null) throw notBoth(wanted);
  const relations = types.flatMap((type) => meantBy(wanted.relation, type));
  const [one] = relations;
  return {
    ...ends(ticket, other, self),
    relations: [...relations],
    words: [...new Set(types.flatMap(({ outward, inward }) => [outward, inward]))],
    link: one === undefined ? null : linkOf(ticket, other.id, one),
  };
}

/** The same two by their immutable ids. */
export async function observeBoth(plan: LinkPlan, reader: TicketReader): Promise<LinkState> {
  const [ticket, other, self] = await Promise.all([
    reader.ticketById(plan.ticket.id),
    reader.ticketById(plan.other.id),
    reader.self(),
  ]);
  if (ticket === null) throw noTicket(plan.ticket.key);
  const { type, end } = plan;
  return {
    ...ends(ticket, other, self),
    relations: [{ type, end }],
    words: [],
    link: linkOf(ticket, plan.other.id, { type, end }),
  };
}

function ends(ticket: Ticket, other: Ticket | null, self: Person): Pick<LinkState, 'at' | 'other'> {
  return { at: atOf(ticket, self), other: other && atOf(other, self) };
}

/** Which end says these words: both do where a link has no direction, and then it does not matter which is which. */
function meantBy(words: string, type: LinkType): readonly Relation[] {
  if (sameName(words, type.outward)) return [{ type, end: 'outward' }];
  return sameName(words, type.inward) ? [{ type, end: 'inward' }] : [];
}

/** The link of a kind between two tickets, by its id. */
function linkOf({ links }: Pick<Ticket, 'links'>, other: string, { type, end }: Relation): string | null {
  const isDirected = !sameName(type.outward, type.inward);
  const found = links.find(
    (link) => link.type.id === type.id && link.other.id === other && (!isDirected || link.end === end),
  );
  return found?.id ?? null;
}

/** Whether both are where they were, and the link is there, or not, as it was. */
export async function linkStill(plan: LinkPlan, before: LinkState, reader: TicketReader): Promise<StillHolds> {
  const [one, two] = await Promise.all([
    ticketStill({ ref: plan.ticket }, reader),
    ticketStill({ ref: plan.other }, reader),
  ]);
  if ('stale' in one) return one;
  if ('stale' in two) return two;
  const archived = [one.found, two.found].find((ticket) => ticket.archived);
  if (archived) return { stale: `${archived.key} is archived by now.` };
  const isAsItWas = linkOf(one.found, two.found.id, plan) === before.link;
  return isAsItWas ? 'holds' : { stale: `Whether ${plan.ticket.key} and ${plan.other.key} are linked so has changed.` };
}
