import * as z from 'zod';
import { shownText } from '#capabilities/common/shown-text.ts';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { scopeName } from '#capabilities/ticket/scope.ts';
import { thingOf } from '#capabilities/ticket/things.ts';
import type { TicketAsk } from '#capabilities/ticket/types.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import { asksNothingYet, ticketInput } from '#capabilities/ticket-read/tool.ts';
import { AppError } from '#shared/errors.ts';
import { combineLink, compareLink, restoreLink } from './link/compare.ts';
import { describeLink, linkRestoring } from './link/describe.ts';
import { linkStill, lookAtBoth, notBoth, observeBoth } from './link/look.ts';
import { type LinkPlan, type LinkState, linkPlan, linkState, type Relation, saidOf } from './link/plan.ts';
import { listedNames } from './names.ts';
import { asksAt, asksNow, assertNotArchived, type TicketAt, targetOf, writeStep, writeTool } from './tool.ts';

const input = z.strictObject({
  ticket: ticketInput,
  relation: scopeName.describe('What it is to the other one, in the words of the tracker: "blocks", "is blocked by".'),
  other: ticketInput.describe('The other ticket by its key.'),
  reason: reasonInput,
  after: afterInput,
  supersedes: supersedesInput,
  idempotency_key: idempotencyKeyInput,
});
type Input = z.infer<typeof input>;

/** A link is written on both tickets, so both have to be such as may be written to. */
export const linkTickets = writeTool({
  name: 'link_tickets',
  title: 'Link two tickets',
  description:
    'Proposes a link between two tickets, such as "WEB-1 blocks WEB-2". Nothing is written until a person approves; wait_for_change tells how it goes.',
  input,
  state: linkState,
  plan: linkPlan,
  asks: asksNothingYet,
  names: ({ ticket, other }) => ({ ticket, other }),
  snapshot: (wanted: Input, reader: TicketReader): Promise<LinkState> => lookAtBoth(wanted, reader),
  resolved: (_wanted, { at, other }) => asksOf(other === null ? [at] : [at, other]),
  absent: notBoth,
  prepare,
  target: targetOf,
  describe: (plan: LinkPlan, before) => describeLink(plan, before),
  standsOn: ({ ticket, other }) => [ticket, other].map(({ id }) => ({ thing: thingOf({ ticket: id }), version: null })),
  still: linkStill,
  asksNow: ({ ticket, other }, reader) => asksNow(reader, [ticket, other]),
  // The writer looks for the link right before, so that a second run of what took effect is stale.
  steps: (plan) => {
    const { ticket, other, type, end } = plan;
    const ends = end === 'outward' ? { outward: ticket, inward: other } : { outward: other, inward: ticket };
    return [
      plan.kind === 'add'
        ? writeStep('link', { kind: 'link', type, ...ends }, 'guarded')
        : writeStep('unlink', { kind: 'unlink', type, ...ends, id: plan.id }, 'guarded'),
    ];
  },
  observe: (plan, _before, _receipts, reader) => observeBoth(plan, reader),
  restoring: linkRestoring,
  compare: compareLink,
  restore: restoreLink,
  combine: combineLink,
});

/** Both places first: what else is not granted is told, and only of tickets that are. */
function asksOf(ends: readonly TicketAt[]): readonly TicketAsk[] {
  const places = ends.map((at) => asksAt(at, 'write'));
  const seen = ends.filter(({ ref }) => ref.project.customers).map((at) => asksAt(at, 'write'));
  return [...places, ...seen.map((place) => ({ ...place, customers: true as const }))];
}

function prepare({ ticket, relation, other: key }: Input, before: LinkState): LinkPlan {
  const { at, other, link } = before;
  if (other === null) throw notBoth({ ticket, other: key });
  if (other.ref.id === at.ref.id) throw new AppError('invalid_arguments', `${ticket} and ${key} are the same ticket.`);
  for (const each of [at, other]) assertNotArchived(each);
  const plan = { kind: 'add', ticket: at.ref, other: other.ref, ...meant(relation, before) } as const;
  if (link !== null) throw new AppError('already_exists', `${at.ref.key} ${shownText(saidOf(plan)).text} already.`);
  return plan;
}

/** Throws AppError `invalid_arguments` where the words mean no kind of link, or several. */
function meant(words: string, { relations, words: known }: LinkState): Relation {
  const [one, ...others] = relations;
  if (one !== undefined && others.length === 0) return one;
  if (one !== undefined) {
    throw new AppError('invalid_arguments', `${JSON.stringify(words)} means several kinds of links here.`, {
      next: `Say it from the other end, or otherwise: ${listedNames(known)}.`,
    });
  }
  throw new AppError('invalid_arguments', `No link of tickets here is called ${JSON.stringify(words)}.`, {
    next: known.length === 0 ? 'Tickets cannot be linked here.' : `What may be said: ${listedNames(known)}.`,
  });
}
