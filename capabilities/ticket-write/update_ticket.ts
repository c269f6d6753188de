import * as z from 'zod';
import { wellFormed } from '#capabilities/common/text.ts';
import { plainText } from '#capabilities/common/written.ts';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { noTicket } from '#capabilities/ticket/asks.ts';
import { mapTexts } from '#capabilities/ticket/document.ts';
import { ticketVersion, versionInput } from '#capabilities/ticket/version.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import { toldOfTicket, trustIn } from '#capabilities/ticket-read/told.ts';
import { asksNothingYet, namesTicket, ticketInput } from '#capabilities/ticket-read/tool.ts';
import type { StillHolds } from '#shared/tools/index.ts';
import { asksFields, asksParents, labelsMoved, wantedKeys } from './fields/asks.ts';
import {
  assigneesInput,
  customInput,
  descriptionInput,
  dueInput,
  labelsInput,
  longest,
  parentInput,
  priorityInput,
  someLabelsInput,
  titleInput,
} from './fields/input.ts';
import { labelsStill, lookUpNames } from './fields/look-up.ts';
import { fieldTitle, keysOf, sameField, valuesOf } from './fields/values.ts';
import {
  asksAt,
  asksNow,
  atOf,
  leftTicket,
  standsOnTicket,
  targetOf,
  ticketStill,
  writeStep,
  writeTool,
} from './tool.ts';
import { combineUpdate, compareUpdate, restoreUpdate, updateStep } from './update/compare.ts';
import { describeUpdate, updateRestoring } from './update/describe.ts';
import { type UpdatePlan, type UpdateState, updatePlan, updateState } from './update/plan.ts';
import { noneOf, planUpdate, wholeFields } from './update/prepare.ts';

const edits = z
  .array(
    z.strictObject({
      find: wellFormed({ min: 1, max: longest }).describe('Text that is there once.'),
      replace: plainText(longest).describe('What stands there then.'),
    }),
  )
  .min(1)
  .max(50);

const fields = {
  title: titleInput.optional(),
  description: descriptionInput.optional(),
  description_edits: edits
    .optional()
    .describe('Instead of description: each find must be there exactly once, as get_ticket shows it.'),
  labels: labelsInput.optional(),
  add_labels: someLabelsInput.optional().describe('Labels to put on, instead of labels.'),
  remove_labels: someLabelsInput.optional().describe('Labels to take off, instead of labels.'),
  assignees: assigneesInput.optional(),
  priority: priorityInput.nullable().optional(),
  parent: parentInput.nullable().optional(),
  due: dueInput.nullable().optional(),
  fields: customInput.optional(),
};

const input = z
  .strictObject({
    ticket: ticketInput,
    expected_version: versionInput.optional().describe('The `version` that get_ticket showed: else it is refused.'),
    ...fields,
    reason: reasonInput,
    after: afterInput,
    supersedes: supersedesInput,
    idempotency_key: idempotencyKeyInput,
  })
  .refine((wanted) => Object.keys(fields).some((name) => wanted[name as keyof typeof fields] !== undefined), {
    error: 'must have at least one field to change',
  })
  .refine(({ description, description_edits: some }) => description === undefined || some === undefined, {
    error: 'must have description or description_edits, not both',
  })
  .refine(({ labels, add_labels: add, remove_labels: off }) => labels === undefined || (add ?? off) === undefined, {
    error: 'must have labels, or add_labels and remove_labels, not both',
  });
type Input = z.infer<typeof input>;

/**
 * A task grant covers new words and values. Trackers run rules on any of them, so that no review rule decides it without
 * a person.
 */
export const updateTicket = writeTool({
  name: updateStep,
  title: 'Change a ticket',
  description:
    'Proposes to change fields of a ticket; only what you give. ⟦adf:…⟧ in a description stands for what Markdown cannot say: keep each as it is. Nothing is written until a person approves; wait_for_change tells how it goes. If somebody changes the same before that, propose again. For its status use transition_ticket.',
  input,
  state: updateState,
  plan: updatePlan,
  asks: asksNothingYet,
  names: namesTicket,
  snapshot,
  resolved: (wanted: Input, { at, fields: there, labelsMoved: labels, found }) => {
    const place = asksAt(at, 'write');
    return [
      place,
      // Whoever may not read a field may not learn by a write whether it has guessed what is in it.
      asksAt(at, 'read'),
      ...asksFields(place, wholeFields(wanted, there.labels ?? []), { custom: found.custom, labels }),
      ...asksParents(found),
      ...(at.ref.project.customers ? [{ ...place, customers: true as const }] : []),
    ];
  },
  absent: noneOf,
  prepare: (wanted: Input, before) => planUpdate(wanted, before),
  // Errors quote lines like the one that an edit did not find.
  told: ({ at, version, strange }) =>
    strange === undefined ? [] : [toldOfTicket(at.ref, { revision: version, trust: 'untrusted' })],
  target: targetOf,
  describe: (plan, before) => describeUpdate(plan, before),
  standsOn: (_plan, { at, version }) => [standsOnTicket(at, version)],
  leaves: ({ ticket }, _before, receipts, { version }) => leftTicket(ticket, receipts, version),
  follows: true,
  still,
  asksNow: async ({ ticket, from, to }, reader) => {
    const asks = [asksNow(reader, [ticket]), asksNow(reader, [from.parent, to.parent], 'read')];
    return (await Promise.all(asks)).flat();
  },
  // The writer reads the fields right before, so that a second run of what took effect is stale.
  steps: ({ ticket, from, to }) => [
    writeStep(updateStep, { kind: 'update', ticket, expect: from, set: to }, 'guarded'),
  ],
  texts: (plan: UpdatePlan, each) =>
    plan.to.description ? { ...plan, to: { ...plan.to, description: mapTexts(plan.to.description, each) } } : plan,
  observe: async ({ ticket, from, to }, before, _receipts, reader): Promise<UpdateState> => {
    const [found, self] = await Promise.all([reader.ticketById(ticket.id), reader.self()]);
    if (found === null) throw noTicket(ticket.key);
    return {
      ...{ at: atOf(found, self), version: ticketVersion(found), found: before.found },
      fields: valuesOf(found, keysOf(to), to.custom),
      labelsMoved: labelsMoved(from, to),
      ...(before.strange && { strange: before.strange }),
    };
  },
  restoring: updateRestoring,
  compare: compareUpdate,
  restore: restoreUpdate,
  combine: combineUpdate,
});

async function snapshot(wanted: Input, reader: TicketReader): Promise<UpdateState> {
  const [ticket, self] = await Promise.all([reader.ticket(wanted.ticket), reader.self()]);
  const project = ticket && (await reader.project(ticket.project.key));
  if (ticket === null || project === null) throw noneOf(wanted);
  const whole = wholeFields(wanted, ticket.labels);
  const found = await lookUpNames(reader, {
    ...{ project, type: ticket.type.id, wanted: whole },
    ...{ labels: ticket.labels, formerParent: ticket.parent?.key ?? null },
  });
  const isStrange = wanted.description_edits !== undefined && trustIn(ticket.reporter) === 'untrusted';
  return {
    ...{ at: atOf(ticket, self), version: ticketVersion(ticket), found },
    ...(isStrange && { strange: true as const }),
    fields: valuesOf(ticket, wantedKeys(whole, found.custom), found.custom),
    labelsMoved:
      whole.labels === undefined ? [] : labelsMoved({ labels: [...ticket.labels] }, { labels: [...whole.labels] }),
  };
}

async function still(plan: UpdatePlan, before: UpdateState, reader: TicketReader): Promise<StillHolds> {
  const there = await ticketStill(before.at, reader);
  if ('stale' in there) return there;
  const { key } = plan.ticket;
  if (there.found.archived) return { stale: `${key} is archived by now.` };
  const now = valuesOf(there.found, keysOf(plan.to), plan.to.custom);
  const other = keysOf(plan.to).find((each) => !sameField(each, now, plan.from));
  if (other !== undefined) return { stale: `The ${fieldTitle(other, plan.to)} of ${key} is another by now.` };
  return labelsStill(reader, plan.ticket.project, plan.from, plan.to);
}
