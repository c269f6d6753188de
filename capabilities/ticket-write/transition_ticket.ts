import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { lookUpTicket, noTicket } from '#capabilities/ticket/asks.ts';
import { scopeName } from '#capabilities/ticket/scope.ts';
import type { Person, Status } from '#capabilities/ticket/types.ts';
import { ticketVersion, versionInput } from '#capabilities/ticket/version.ts';
import type { Ticket, TicketReader } from '#capabilities/ticket-read/ports.ts';
import { asksNothingYet, namesTicket, ticketInput } from '#capabilities/ticket-read/tool.ts';
import { AppError } from '#shared/errors.ts';
import type { StillHolds } from '#shared/tools/index.ts';
import {
  asksNow,
  assertNotArchived,
  atOf,
  leftTicket,
  refOf,
  standsOnTicket,
  targetOf,
  ticketStill,
  writeStep,
  writeTool,
} from './tool.ts';
import { combineTransition, compareTransition, restoreTransition } from './transition/compare.ts';
import { describeTransition, transitionRestoring } from './transition/describe.ts';
import { asksTransition, matching, picked } from './transition/pick.ts';
import { type TransitionPlan, type TransitionState, transitionPlan, transitionState } from './transition/plan.ts';

const input = z
  .strictObject({
    ticket: ticketInput,
    to_status: scopeName.optional().describe('The name of the status that it shall have.'),
    transition: scopeName
      .optional()
      .describe('The name of the transition, where several lead to that status, or instead of it.'),
    expected_version: versionInput.optional().describe('The `version` that get_ticket showed: else it is refused.'),
    reason: reasonInput,
    after: afterInput,
    supersedes: supersedesInput,
    idempotency_key: idempotencyKeyInput,
  })
  .refine(({ to_status: to, transition }) => to !== undefined || transition !== undefined, {
    error: 'must have to_status, transition or both',
  });
type Input = z.infer<typeof input>;

/**
 * A task grant covers going on; what counts as done is a flag (`closes`), so that a grant covers it only where a rule
 * names that. Other software acts on a status, so that no rule decides it without a person.
 */
export const transitionTicket = writeTool({
  name: 'transition_ticket',
  title: 'Bring a ticket to another status',
  description:
    'Proposes to bring a ticket to another status, by a transition that its workflow allows from where it is; list_transitions shows them. Nothing is written until a person approves; wait_for_change tells how it goes. If its status changes before that, propose again. A comment is a change of its own: add_comment.',
  input,
  state: transitionState,
  plan: transitionPlan,
  asks: asksNothingYet,
  names: namesTicket,
  snapshot: async (wanted: Input, reader: TicketReader): Promise<TransitionState> => {
    const { ticket, self } = await lookUpTicket(reader, wanted.ticket);
    const state = await stateOf(ticket, self, reader);
    const [one] = matching(wanted, state.transitions);
    return one === undefined
      ? state
      : { ...state, back: await wayBack(ticket, { from: one.to, to: state.status }, reader) };
  },
  resolved: (wanted, before) => asksTransition(wanted, before),
  absent: ({ ticket }) => noTicket(ticket),
  prepare: (wanted, before, _contents, may): TransitionPlan => {
    assertNotArchived(before.at);
    if (wanted.expected_version !== undefined && wanted.expected_version !== before.version) {
      throw new AppError('conflict', `${wanted.ticket} is no longer as it was read.`, {
        next: 'get_ticket shows it as it is now.',
      });
    }
    const transition = picked(wanted, before, may);
    return { ticket: before.at.ref, from: before.status, transition, overwrites: false };
  },
  target: targetOf,
  describe: (plan, before) => describeTransition(plan, before),
  standsOn: (_plan, { at, version }) => [standsOnTicket(at, version)],
  leaves: ({ ticket }, _before, receipts, { version }) => leftTicket(ticket, receipts, version),
  follows: true,
  still,
  asksNow: ({ ticket }, reader) => asksNow(reader, [ticket]),
  // The writer reads the status right before, so that a second run of what took effect is stale.
  steps: ({ ticket, from, transition }) => [
    writeStep('transition', { kind: 'transition', ticket, from, transition }, 'guarded'),
  ],
  observe: async ({ ticket, from }, _before, _receipts, reader): Promise<TransitionState> => {
    const [found, self] = await Promise.all([reader.ticketById(ticket.id), reader.self()]);
    if (found === null) throw noTicket(ticket.key);
    const state = await stateOf(found, self, reader);
    // What leads back here from where a restore would bring it.
    return { ...state, back: await wayBack(found, { from, to: state.status }, reader) };
  },
  restoring: transitionRestoring,
  compare: compareTransition,
  restore: restoreTransition,
  combine: combineTransition,
});

async function stateOf(ticket: Ticket, self: Person, reader: TicketReader): Promise<TransitionState> {
  const transitions = ticket.archived ? [] : await reader.transitions(refOf(ticket));
  const { status } = ticket;
  return { at: atOf(ticket, self), version: ticketVersion(ticket), status, transitions: [...transitions], back: null };
}

async function wayBack(
  ticket: Ticket,
  { from, to }: { readonly from: Status; readonly to: Status },
  reader: TicketReader,
): Promise<TransitionState['back']> {
  if (from.id === to.id) return null;
  return { from, way: await reader.wayBack(refOf(ticket), to, from) };
}

async function still(plan: TransitionPlan, before: TransitionState, reader: TicketReader): Promise<StillHolds> {
  const there = await ticketStill(before.at, reader);
  if ('stale' in there) return there;
  const { found } = there;
  const { key } = plan.ticket;
  if (found.archived) return { stale: `${key} is archived by now.` };
  if (found.status.id !== plan.from.id) return { stale: `The status of ${key} is another by now.` };
  const listed = await reader.transitions(refOf(found));
  const isThere = listed.some(
    ({ id, to, requires }) => id === plan.transition.id && to.id === plan.transition.to.id && requires.length === 0,
  );
  return isThere ? 'holds' : { stale: `The workflow of ${key} does not lead there any more.` };
}
