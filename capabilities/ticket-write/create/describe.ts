import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { shorten } from '#capabilities/common/text.ts';
import type { Description, FieldEffect, Flag, Restoring } from '#shared/tools/index.ts';
import { warningsOf } from '../fields/texts.ts';
import { fieldTitle, keysOf, shownField } from '../fields/values.ts';
import { audienceOf, customerFlag, leavesOrganisation, notifies, runsAutomation } from '../reaches.ts';
import { ticketResource } from '../tool.ts';
import type { BackPlan, CreatePlan, CreateState, MakePlan } from './plan.ts';

const lost = {
  stays: 'The ticket and its key stay: tickets are never deleted.',
  told: 'Notifications cannot be called back, nor what automation and connected software did on it.',
  way: 'Where the tracker has no archive, and its workflow lists nothing that leads to a status which counts as done, the ticket stays as it is.',
} as const;

export const createRestoring: Restoring = {
  kept: ['That there was no such ticket, and the id of the one that is made.'],
  back: [
    'The ticket is archived; where the tracker has no archive, it is brought to a status that counts as done.',
    'A restore of that restore brings it back out of the archive, or to the status that it had.',
  ],
  cannot: [lost.stays, lost.told, lost.way],
};

export function describeCreate(plan: CreatePlan, before: CreateState): Description {
  return plan.kind === 'create' ? describeMake(plan, before) : describeBack(plan, before);
}

function describeMake(plan: MakePlan, { self, archives }: CreateState): Description {
  const { project, type, fields } = plan;
  const target = `new ticket in ${project.key}`;
  const warnings = warningsOf(fields);
  return {
    summary: `Make ${/^[aeio]/i.test(type.name) ? 'an' : 'a'} ${type.name} in ${project.key}: ${shorten(fields.title, 120)}`,
    effects: [
      effectOf(target, 'type', type.name),
      ...keysOf(fields).map((key) => effectOf(target, fieldTitle(key, fields), shownField(key, fields))),
    ],
    touches: [newResource(plan)],
    flags: [...warnings.flags, ...customerFlag('The ticket', project.customers)],
    reaches: [
      { code: 'notifies', message: `Whoever follows ${project.key}, and who is assigned, is notified.` },
      runsAutomation,
      ...warnings.reaches,
      ...leavesOrganisation(project, project.customers),
    ],
    reversible: { kind: 'partial', lost: [lost.stays, lost.told, ...(archives ? [] : [lost.way])] },
    assigned: fields.assignees?.some(({ id }) => id === self) === true,
    ...audienceOf(project),
  };
}

function effectOf(target: string, field: string, after: string | null): FieldEffect {
  return { kind: 'field', target, field, before: null, after };
}

/** New tickets do not wait for one another; two of the same title in one project are shown as at odds. */
function newResource({ project, type, fields }: MakePlan): string {
  const digest = bytesToHex(sha256(utf8ToBytes(JSON.stringify([type.id, fields.title])))).slice(0, 16);
  return `project/${project.id}/new/${digest}`;
}

function describeBack(plan: BackPlan, { made }: CreateState): Description {
  const { ticket, overwrites } = plan;
  const { project, key } = ticket;
  return {
    summary: `${doing(plan)}: ${shorten(made?.title ?? '', 120)}`,
    effects: [effectOfBack(plan)],
    touches: [ticketResource(ticket)],
    flags: [
      ...closes(plan),
      ...(overwrites ? [worked(key)] : []),
      ...customerFlag(`What becomes of ${key}`, project.customers),
    ],
    reaches: [notifies(ticket), runsAutomation, ...leavesOrganisation(project, project.customers)],
    reversible: { kind: 'partial', lost: [lost.told, ...(plan.kind === 'transition' ? [lost.way] : [])] },
    ...(made && { assigned: made.at.standing.assigned }),
    ...audienceOf(project),
  };
}

function doing(plan: BackPlan): string {
  const { key } = plan.ticket;
  if (plan.kind === 'transition') return `Bring ${key} to ${JSON.stringify(plan.transition.to.name)}`;
  return plan.kind === 'archive' ? `Archive ${key}` : `Bring ${key} back out of the archive`;
}

function effectOfBack(plan: BackPlan): FieldEffect {
  const target = `ticket ${plan.ticket.key}`;
  if (plan.kind === 'transition') {
    return { kind: 'field', target, field: 'status', before: plan.from.name, after: plan.transition.to.name };
  }
  const [before, after] = plan.kind === 'archive' ? ['no', 'yes'] : ['yes', 'no'];
  return { kind: 'field', target, field: 'archived', before, after };
}

function closes(plan: BackPlan): readonly Flag[] {
  const isOver = plan.kind === 'archive' || (plan.kind === 'transition' && plan.transition.to.category === 'done');
  return isOver ? [{ code: 'closes', message: `Nobody will look for work in ${plan.ticket.key} any more.` }] : [];
}

function worked(key: string): Flag {
  return { code: 'overwrites_others', message: `Others have worked on ${key} since it was made.` };
}
