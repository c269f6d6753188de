import { listed } from '#capabilities/common/listed.ts';
import { shorten } from '#capabilities/common/text.ts';
import type { FieldValues } from '#capabilities/ticket/types.ts';
import type { Description, Flag, Restoring } from '#shared/tools/index.ts';
import { warningsOf } from '../fields/texts.ts';
import { type FieldKey, fieldTitle, keysOf, shownField } from '../fields/values.ts';
import { audienceOf, customerFlag, leavesOrganisation, notifies, runsAutomation } from '../reaches.ts';
import { ticketResource } from '../tool.ts';
import type { UpdatePlan, UpdateState } from './plan.ts';

export const updateRestoring: Restoring = {
  kept: ['Each field that is written, as it was: texts in the form that the tracker has them.'],
  back: ['Each of these fields as it was, unless somebody else changed it since.'],
  cannot: [
    'Notifications cannot be called back, nor what automation and connected software did on it.',
    'The history of the ticket shows the change and the restore.',
    'Who or what is gone since, such as a label, a priority or a person, may not come back.',
  ],
};

export function describeUpdate(plan: UpdatePlan, before: UpdateState): Description {
  const { ticket, from, to } = plan;
  const { project, key } = ticket;
  const keys = keysOf(to);
  const warnings = warningsOf(to, from);
  return {
    summary: `Change ${key}: ${keys.map((each) => partOf(each, plan)).join(', ')}`,
    effects: keys.map((each) => ({
      ...{ kind: 'field', target: `ticket ${key}`, field: fieldTitle(each, to) },
      before: shownField(each, from),
      after: shownField(each, to),
    })),
    touches: [ticketResource(ticket)],
    flags: [...warnings.flags, ...customerFlag(`What changes of ${key}`, project.customers), ...overwriteFlags(plan)],
    reaches: [notifies(ticket), runsAutomation, ...warnings.reaches, ...leavesOrganisation(project, project.customers)],
    reversible: { kind: 'partial', lost: [...updateRestoring.cannot] },
    assigned: before.at.standing.assigned,
    ...audienceOf(project),
  };
}

function partOf(key: FieldKey, { from, to }: UpdatePlan): string {
  if (key === 'title') return `call it ${JSON.stringify(shorten(to.title ?? '', 120))}`;
  if (key === 'description') return to.description == null ? 'empty its description' : 'change its description';
  if (key === 'labels') return labelParts(from, to);
  const value = shownField(key, to);
  if (key === 'assignees') return value === null ? 'assign it to nobody' : `assign it to ${value}`;
  return `${key.startsWith('custom:') ? JSON.stringify(fieldTitle(key, to)) : key} ${value === null ? 'empty' : JSON.stringify(shorten(value, 80))}`;
}

function labelParts({ labels: before = [] }: FieldValues, { labels: after = [] }: FieldValues): string {
  const on = after.filter((label) => !before.includes(label));
  const off = before.filter((label) => !after.includes(label));
  return [
    ...(on.length > 0 ? [`put on ${listed(on)}`] : []),
    ...(off.length > 0 ? [`take off ${listed(off)}`] : []),
  ].join(', ');
}

function overwriteFlags({ overwrites, ticket: { key } }: UpdatePlan): readonly Flag[] {
  if (overwrites.length === 0) return [];
  const fields = overwrites.join(', ');
  return [{ code: 'overwrites_others', message: `Takes back what others did since to the ${fields} of ${key}.` }];
}
