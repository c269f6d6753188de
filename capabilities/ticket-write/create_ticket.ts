import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { mapTexts } from '#capabilities/ticket/document.ts';
import { scopeName } from '#capabilities/ticket/scope.ts';
import { thingOf } from '#capabilities/ticket/things.ts';
import type { TicketAsk } from '#capabilities/ticket/types.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import { projectInput } from '#capabilities/ticket-read/tool.ts';
import { combineCreate, compareCreate, restoreCreate } from './create/compare.ts';
import { createRestoring, describeCreate } from './create/describe.ts';
import { lookAtMade, lookAtProject } from './create/look.ts';
import { type CreatePlan, type CreateState, createPlan, createState, createStep } from './create/plan.ts';
import { noneOf, planTicket } from './create/prepare.ts';
import { createSteps, createStill } from './create/steps.ts';
import { asksFields, asksParents } from './fields/asks.ts';
import {
  assigneesInput,
  customInput,
  descriptionInput,
  dueInput,
  labelsInput,
  parentInput,
  priorityInput,
  titleInput,
} from './fields/input.ts';
import { asksAt, asksNow, writeTool, writtenBy } from './tool.ts';

const input = z.strictObject({
  project: projectInput,
  type: scopeName.describe('What kind of ticket: a type of the project by its name.'),
  title: titleInput,
  description: descriptionInput.optional(),
  labels: labelsInput.optional(),
  assignees: assigneesInput.optional(),
  priority: priorityInput.optional(),
  parent: parentInput.optional(),
  due: dueInput.optional(),
  fields: customInput.optional(),
  reason: reasonInput,
  after: afterInput,
  supersedes: supersedesInput,
  idempotency_key: idempotencyKeyInput,
});
type Input = z.infer<typeof input>;

/** Trackers run rules on new tickets, so that no review rule decides it without a person. */
export const createTicket = writeTool({
  name: createStep,
  title: 'Make a ticket',
  description:
    'Proposes a new ticket in a project; list_projects shows types and fields. Nothing is written until a person approves; wait_for_change tells how it goes. A later change, with this one as its after, may refer to its ticket_url and ticket_key.',
  input,
  state: createState,
  plan: createPlan,
  asks: (wanted: Input) => asksNew(wanted, { project: wanted.project, type: wanted.type, assigned: isForMe(wanted) }),
  snapshot: (wanted: Input, reader: TicketReader) => lookAtProject(reader, wanted),
  resolved: (wanted: Input, { project, type, found, self, made }) => [
    ...asksNew(wanted, {
      ...{ project: project.key, type: type?.name ?? wanted.type },
      assigned: found.people.some((each) => each.found?.id === self),
      custom: found.custom,
    }),
    ...(project.customers ? [{ want: 'write' as const, project: project.key, customers: true as const }] : []),
    ...asksParents(found),
    ...(made === null ? [] : [asksAt(made.at, 'write')]),
  ],
  absent: noneOf,
  prepare: (wanted: Input, before, _contents, may): CreatePlan => planTicket(wanted, before, may),
  target: (plan) => {
    const { project } = plan.kind === 'create' ? plan : plan.ticket;
    return { projectId: project.id, project: project.key, ticketId: plan.kind === 'create' ? null : plan.ticket.id };
  },
  describe: (plan, before) => describeCreate(plan, before),
  leaves: (plan, _before, receipts, { made }) => {
    const id = plan.kind === 'create' ? writtenBy(receipts, createStep)?.id : plan.ticket.id;
    if (id === undefined || Object.keys(receipts).length === 0) return [];
    return [{ thing: thingOf({ ticket: id }), version: made?.version ?? null, made: plan.kind === 'create' }];
  },
  still: createStill,
  asksNow: async (plan: CreatePlan, reader) =>
    plan.kind === 'create' ? asksNow(reader, [plan.fields.parent], 'read') : asksNow(reader, [plan.ticket]),
  steps: createSteps,
  receipt: {
    fields: { ticket_url: 'url', ticket_key: 'key' },
    of: (_plan, receipts) => {
      const made = writtenBy(receipts, createStep);
      return { ticket_url: made?.url ?? null, ticket_key: made?.key ?? null };
    },
  },
  texts: (plan: CreatePlan, each) => {
    if (plan.kind !== 'create' || !plan.fields.description) return plan;
    return { ...plan, fields: { ...plan.fields, description: mapTexts(plan.fields.description, each) } };
  },
  observe: (plan: CreatePlan, before: CreateState, receipts, reader) => lookAtMade(reader, { plan, before, receipts }),
  restoring: createRestoring,
  compare: compareCreate,
  restore: restoreCreate,
  combine: combineCreate,
});

function isForMe({ assignees = [] }: Input): boolean {
  return assignees.includes('me');
}

/** A ticket that is made has to be one that the scope covers. */
function asksNew(
  wanted: Input,
  {
    project,
    type,
    assigned,
    custom = [],
  }: {
    readonly project: string;
    readonly type: string;
    readonly assigned: boolean;
    readonly custom?: CreateState['found']['custom'];
  },
): readonly TicketAsk[] {
  const labels = wanted.labels ?? [];
  const place = { want: 'write', project } as const;
  return [
    { ...place, type, ticket: { type, labels, created: true, assigned } },
    ...asksFields(place, wanted, { custom, labels }),
  ];
}
