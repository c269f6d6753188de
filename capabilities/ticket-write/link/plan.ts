import * as z from 'zod';
import { linkType, ticketRef } from '#capabilities/ticket/types.ts';
import type { Done } from '#shared/tools/index.ts';
import { ticketAt } from '../tool.ts';

/** A kind of link, and which end of it the ticket of the call is. */
export const relation = z.strictObject({ type: linkType, end: z.enum(['outward', 'inward']) });
export type Relation = z.infer<typeof relation>;

/** Two tickets, and whether there is a link of one kind between them. */
export const linkState = z.strictObject({
  at: ticketAt,
  /** The ticket at the other end; null when it is gone. */
  other: ticketAt.nullable(),
  /** All that the words of the call could mean; what they stand for is one of these. */
  relations: z.array(relation),
  /** What may be said between tickets here. */
  words: z.array(z.string()),
  /** The link that is there, by its id; null while there is none. */
  link: z.string().nullable(),
});
export type LinkState = z.infer<typeof linkState>;

const common = { ticket: ticketRef, other: ticketRef, ...relation.shape };

const addPlan = z.strictObject({ kind: z.literal('add'), ...common });
/** The undo of `add`. */
const removePlan = z.strictObject({ kind: z.literal('remove'), ...common, id: z.string() });

export const linkPlan = z.discriminatedUnion('kind', [addPlan, removePlan]);
export type LinkPlan = z.infer<typeof linkPlan>;
export type DoneLink = Done<LinkState, LinkPlan>;

/** A link as it is said from one end: "blocks WEB-7". */
export function saidOf({ type, end, other }: Pick<LinkPlan, 'type' | 'end' | 'other'>): string {
  return `${type[end]} ${other.key}`;
}

/** The same from the other end. */
export function saidThere({ type, end, ticket }: Pick<LinkPlan, 'type' | 'end' | 'ticket'>): string {
  return `${type[end === 'outward' ? 'inward' : 'outward']} ${ticket.key}`;
}
