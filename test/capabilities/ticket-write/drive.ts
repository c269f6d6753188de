import type { TicketAsk } from '#capabilities/ticket/types.ts';
import { ticketWrite } from '#capabilities/ticket-write/capability.ts';
import { decidedOrigin } from '#test/fakes/origin.ts';
import type { FakeTracker } from '#test/fakes/tickets/tracker.ts';
import { driverOf, type Proposal as ProposalOf } from '../driver.ts';

export { type Done, mark, otherMark } from '../driver.ts';

/** What the tools are tried on: the tracker in memory, or a backend. */
export type Tracker = Pick<FakeTracker, 'reader' | 'writer'>;
export type Proposal = ProposalOf<TicketAsk>;

const driver = driverOf({
  capability: ticketWrite,
  readerFor: (tracker: Tracker) => tracker.reader(),
  writerOf: (tracker) => tracker.writer(),
  originOf: () => decidedOrigin,
});
export const { propose, carryOut, asOne, compare, planRestore, restore, still, stepOf, landed } = driver;

/** A proposal whose texts had their references filled in, as the executor does. */
export function filled(proposal: Proposal, value: string): Proposal {
  const fill = (text: string) => text.replaceAll(/\{\{after\.\w+\}\}/g, value);
  return { ...proposal, plan: driver.toolOf(proposal.name).texts?.(proposal.plan, fill) ?? proposal.plan };
}
