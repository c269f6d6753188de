import * as z from 'zod';
import type { CustomValue, FieldName, FieldValues, TicketDocument } from '#capabilities/ticket/types.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import type { JiraProject } from './answers.ts';
import { named, project, user } from './answers.ts';
import { isCustom, sentValueOf, textOf } from './custom-fields.ts';
import { documentOf, richText, sameText, sentOf } from './text.ts';

/** What Jira calls the fields that every backend may have. */
const jiraNames: Readonly<Record<FieldName, string>> = {
  title: 'summary',
  description: 'description',
  labels: 'labels',
  assignees: 'assignee',
  priority: 'priority',
  parent: 'parent',
  due: 'duedate',
};

const commonNames = Object.keys(jiraNames) as readonly FieldName[];

/** The ids of the fields that are meant. */
function idsOf(fields: FieldValues): readonly string[] {
  const common = commonNames.filter((name) => fields[name] !== undefined).map((name) => jiraNames[name]);
  return [...common, ...(fields.custom ?? []).map(({ id }) => id).filter(isCustom)];
}

const current = z.object({
  id: z.string(),
  key: z.string(),
  fields: z.looseObject({
    project,
    summary: z.string().optional(),
    description: richText,
    labels: z.array(z.string()).nullish(),
    assignee: user.nullish(),
    priority: named.nullish(),
    parent: z.object({ id: z.string() }).nullish(),
    duedate: z.string().nullish(),
  }),
});

/** Some fields of an issue as they are now, as far as they are compared, and where the issue is. */
export type Now = {
  readonly id: string;
  readonly key: string;
  readonly project: JiraProject;
  readonly fields: Current;
};
type Current = z.infer<typeof current>['fields'];

export async function readFields(reads: Reads, issueId: string, ...meant: readonly FieldValues[]): Promise<Now | null> {
  const wanted = [...new Set(['project', ...meant.flatMap(idsOf)])].join(',');
  const found = await reads.get({ path: ['issue', issueId], query: { fields: wanted }, answer: current });
  return found && { id: found.id, key: found.key, project: found.fields.project, fields: found.fields };
}

/** The names of those fields that are other than these values. */
export function differencesFrom(values: FieldValues, { fields }: Now): readonly string[] {
  const common = commonNames.filter((name) => values[name] !== undefined && !same[name](values, fields));
  const custom = (values.custom ?? []).filter((one) => !sameCustom(one, fields[one.id]));
  return [...common, ...custom.map(({ name }) => name)];
}

const same: Readonly<Record<FieldName, (values: FieldValues, now: Current) => boolean>> = {
  title: ({ title }, now) => title === now.summary,
  description: ({ description = null }, now) => sameText(textWithin(description), documentOf(now.description)),
  labels: ({ labels = [] }, now) => sameList(labels, now.labels ?? []),
  assignees: ({ assignees = [] }, { assignee }) =>
    sameList(
      assignees.map(({ id }) => id),
      assignee ? [assignee.accountId] : [],
    ),
  priority: ({ priority }, now) => priority?.id === now.priority?.id,
  parent: ({ parent }, now) => parent?.id === now.parent?.id,
  due: ({ due = null }, now) => due === (now.duedate ?? null),
};

/** Jira keeps a document without text as none. */
const textWithin = (document: TicketDocument | null): TicketDocument | null =>
  document !== null && document.text.trim() === '' ? null : document;

const sameList = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify([...new Set(one)].sort()) === JSON.stringify([...new Set(other)].sort());

function sameCustom({ kind, value }: CustomValue, now: unknown): boolean {
  const text = textOf(now);
  if (kind !== 'number' || value === null || text === null) return value === text;
  return Number(value) === Number(text);
}

/** The fields of a request that makes an issue. Throws RangeError for what cannot be written. */
export function sentFields(values: FieldValues): Record<string, unknown> {
  const { title, description, labels, assignees, priority, parent, due, custom = [] } = values;
  const common = {
    ...(title !== undefined && { summary: title }),
    ...(description !== undefined && { description: description && sentOf(description) }),
    ...(labels !== undefined && { labels }),
    ...(assignees !== undefined && { assignee: assignees[0] ? { accountId: assignees[0].id } : null }),
    ...(priority !== undefined && { priority: priority && { id: priority.id } }),
    ...(parent !== undefined && { parent: parent && { id: parent.id } }),
    ...(due !== undefined && { duedate: due }),
  };
  if (assignees !== undefined && assignees.length > 1)
    throw new RangeError('a ticket of Jira is assigned to one person');
  return { ...common, ...Object.fromEntries(custom.map((one) => [customId(one), sentValueOf(one)] as const)) };
}

function customId({ id, name }: CustomValue): string {
  if (!isCustom(id)) throw new RangeError(`${name} is no field that a project made up`);
  return id;
}

/** The request that changes fields: labels are put on and taken off one by one, so that others' stay as they are. */
export function sentChange(
  expect: FieldValues,
  set: FieldValues,
): { readonly fields: object; readonly update: object } {
  const { labels, parent, ...others } = set;
  const before = new Set(expect.labels ?? []);
  const after = new Set(labels ?? []);
  const operations = [
    ...[...after].filter((label) => !before.has(label)).map((add) => ({ add })),
    ...[...before].filter((label) => !after.has(label)).map((remove) => ({ remove })),
  ];
  const hasChild = parent !== undefined && parent !== null;
  return {
    fields: sentFields({ ...others, ...(hasChild && { parent }) }),
    update: {
      ...(operations.length > 0 && { labels: operations }),
      // https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-put
      ...(parent === null && { parent: [{ set: { none: true } }] }),
    },
  };
}
