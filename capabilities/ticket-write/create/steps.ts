import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import type { StillHolds } from '#shared/tools/index.ts';
import { labelsStill } from '../fields/look-up.ts';
import { repeatOf, type TicketStep, ticketStill, writeStep } from '../tool.ts';
import { type CreatePlan, type CreateState, createStep, type MakePlan } from './plan.ts';

/**
 * Nothing but the backend itself can keep a ticket from being made twice. Of the others the writer reads what they expect
 * right before, so that a second run of what took effect is stale.
 */
export function createSteps(plan: CreatePlan): readonly TicketStep[] {
  if (plan.kind === 'create') {
    const { project, type, fields } = plan;
    return [writeStep(createStep, { kind: 'create', project, type, fields }, repeatOf(plan))];
  }
  const { ticket } = plan;
  if (plan.kind !== 'transition') return [writeStep(plan.kind, { kind: plan.kind, ticket }, 'guarded')];
  const { from, transition } = plan;
  return [writeStep('transition', { kind: 'transition', ticket, from, transition }, 'guarded')];
}

export async function createStill(plan: CreatePlan, before: CreateState, reader: TicketReader): Promise<StillHolds> {
  if (plan.kind === 'create') return projectStill(plan, reader);
  const there = await ticketStill({ ref: before.made?.at.ref ?? plan.ticket }, reader);
  if ('stale' in there) return there;
  const { archived, status } = there.found;
  if (plan.kind === 'transition') {
    if (archived) return { stale: `${plan.ticket.key} is archived by now.` };
    return status.id === plan.from.id ? 'holds' : { stale: `The status of ${plan.ticket.key} is another by now.` };
  }
  return archived === (plan.kind === 'archive') ? { stale: `${plan.ticket.key} is ${plan.kind}d by now.` } : 'holds';
}

async function projectStill({ project, type, fields }: MakePlan, reader: TicketReader): Promise<StillHolds> {
  const now = await reader.project(project.key);
  if (now === null || now.id !== project.id) return { stale: `${project.key} is gone, or another project by now.` };
  if (now.archived) return { stale: `${project.key} is archived by now.` };
  if (!now.types.some(({ id }) => id === type.id)) {
    return { stale: `${project.key} has no type ${JSON.stringify(type.name)} any more.` };
  }
  return labelsStill(reader, project, {}, fields);
}
