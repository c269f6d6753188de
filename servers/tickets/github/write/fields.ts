import * as z from 'zod';
import { inPlaceOf, withComment, withoutMarkComment } from '#capabilities/common/mark-comment.ts';
import type { FieldValues, TicketRef } from '#capabilities/ticket/types.ts';
import type { FieldsOfTicket, NewTicket, Written } from '#capabilities/ticket-write/ports.ts';
import { inDoubt, notDone, writeError } from '#shared/github/errors.ts';
import { failureOf } from '#shared/github/failure.ts';
import type { Mark } from '#shared/tools/index.ts';
import { differing, type IssueFields } from '../compare.ts';
import { assigneesOf, descriptionOf, labelsOf, type RestIssue, refOf, restIssue, untyped } from '../issue.ts';
import { canBeLabel } from '../read/labels.ts';
import { parentOf } from '../read/tickets.ts';
import {
  assertFits,
  assertWritable,
  getNow,
  issueNow,
  mutate,
  ofTicket,
  readBack,
  refused,
  type Writing,
} from './writing.ts';

const made = z.object({ issue: z.object({ number: z.number().int().positive(), url: z.string() }) });

/** Makes an issue, with everything that it is to have, in one request. */
export async function createIssue(writing: Writing, { type, fields }: NewTicket, mark: Mark): Promise<Written> {
  const { title, description, parent } = fields;
  assertWritable(fields);
  assertFits(description?.text ?? '');
  const repository = await getNow(writing, [], z.object({ node_id: z.string() }));
  if (repository === null) throw notDone('stale', new Error('the repository is not there any more'));
  const input = {
    repositoryId: repository.node_id,
    title,
    body: withComment(description?.text ?? '', mark),
    ...(fields.labels && { labelIds: await labelIdsOf(writing, fields.labels) }),
    ...(fields.assignees && { assigneeIds: fields.assignees.map(({ id }) => id) }),
    ...(type.id !== untyped.id && { issueTypeId: type.id }),
    ...(parent && { parentIssueId: (await issueNow(writing, parent)).node_id }),
  };
  const { issue } = await mutate(
    writing,
    { name: 'createIssue', selection: 'issue { number url }', answer: made },
    input,
  );
  const { number, url } = issue;
  const ref = refOf(writing.at.project, { number, html_url: url });
  const is = await readBack(() => fieldsOf(writing, ref));
  return ofTicket(ref, differing(fields, is));
}

/** Writes fields of an issue: in one request, where what is expected was read right before it. */
export async function updateIssue(writing: Writing, { ticket, expect, set }: FieldsOfTicket): Promise<Written> {
  assertWritable(set);
  assertFits(set.description?.text ?? '');
  const issue = await issueNow(writing, ticket);
  const before = await fieldsIn(writing, issue);
  const others = differing(expect, before);
  if (others.length > 0) throw notDone('stale', new Error(`these fields are others by now: ${others.join(', ')}`));
  await send(writing, [
    ...textParts(issue, set),
    ...(await labelParts(writing, issue, set.labels)),
    ...assigneeParts(issue, set.assignees),
    ...(await parentParts(writing, issue, before.parent, set.parent)),
  ]);
  const after = await readBack(() => fieldsOf(writing, ticket));
  return ofTicket(ticket, differing(set, after));
}

type Part = { readonly name: string; readonly input: Readonly<Record<string, unknown>> };

function textParts({ node_id: id, body }: RestIssue, { title, description }: FieldValues): readonly Part[] {
  if (title === undefined && description === undefined) return [];
  const input = {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { body: inPlaceOf(body ?? '', description?.text ?? '') }),
  };
  return [{ name: 'updateIssue', input: { id, ...input } }];
}

/** Labels go on and off one by one: the whole list would take off what somebody puts on in between. */
async function labelParts(writing: Writing, issue: RestIssue, labels: FieldValues['labels']): Promise<readonly Part[]> {
  if (labels === undefined) return [];
  const wanted = new Set(await labelIdsOf(writing, labels));
  const has = issue.labels.flatMap((label) => (typeof label === 'string' ? [] : (label.node_id ?? [])));
  const [on, off] = [[...wanted].filter((id) => !has.includes(id)), has.filter((id) => !wanted.has(id))];
  const labelableId = issue.node_id;
  return [
    ...(on.length === 0 ? [] : [{ name: 'addLabelsToLabelable', input: { labelableId, labelIds: on } }]),
    ...(off.length === 0 ? [] : [{ name: 'removeLabelsFromLabelable', input: { labelableId, labelIds: off } }]),
  ];
}

function assigneeParts(issue: RestIssue, assignees: FieldValues['assignees']): readonly Part[] {
  if (assignees === undefined) return [];
  const before = issue.assignees ?? [];
  const has = before.map(({ node_id: id }) => id);
  const wanted = assignees.map(({ id, name }) => before.find(({ login }) => login === name)?.node_id ?? id);
  const [on, off] = [wanted.filter((id) => !has.includes(id)), has.filter((id) => !wanted.includes(id))];
  const assignableId = issue.node_id;
  return [
    ...(on.length === 0 ? [] : [{ name: 'addAssigneesToAssignable', input: { assignableId, assigneeIds: on } }]),
    ...(off.length === 0 ? [] : [{ name: 'removeAssigneesFromAssignable', input: { assignableId, assigneeIds: off } }]),
  ];
}

/** GitHub writes the parent of an issue by another mutation than its fields; all go out in one request. */
async function parentParts(
  writing: Writing,
  issue: RestIssue,
  before: TicketRef | null,
  parent: TicketRef | null | undefined,
): Promise<readonly Part[]> {
  if (parent === undefined || parent?.id === before?.id) return [];
  const holder = parent ?? before;
  if (holder === null) return [];
  const { node_id: issueId } = await issueNow(writing, holder);
  const input = { issueId, subIssueId: issue.node_id };
  if (parent === null) return [{ name: 'removeSubIssue', input }];
  return [{ name: 'addSubIssue', input: { ...input, replaceParent: true } }];
}

/**
 * Sends the mutations of an update as one request. One that failed beside another that did not is no failure of the
 * request: what is there then is read back, and said.
 */
async function send({ changing }: Writing, parts: readonly Part[]): Promise<void> {
  if (parts.length === 0) return;
  const type = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  const heads = parts.map(({ name }) => `$${name}: ${type(name)}`).join(', ');
  const fields = parts.map(({ name }) => `${name}(input: $${name}) { clientMutationId }`).join(' ');
  const variables = Object.fromEntries(parts.map(({ name, input }) => [name, input]));
  const { graphql } = changing();
  const isDone = (data: unknown): boolean => parts.some(({ name }) => present.safeParse(data).data?.[name] != null);
  try {
    const data = await graphql(`mutation (${heads}) { ${fields} }`, variables);
    if (!isDone(data)) throw inDoubt(new Error('the answer to a mutation has nothing of it'));
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'graphql' && isDone(failure.data)) return;
    throw writeError(error, ...parts.map(({ name }) => name));
  }
}

const present = z.record(z.string(), z.unknown());

const node = z.object({ node_id: z.string(), name: z.string() });

/**
 * The ids of labels, by which they are named: by its name, GitHub would make one that is not there. Throws `NotDone` for
 * those that are not there.
 */
async function labelIdsOf(writing: Writing, labels: readonly string[]): Promise<readonly string[]> {
  const look = (label: string) => (canBeLabel(label) ? getNow(writing, ['labels', label], node) : null);
  const found = await Promise.all(labels.map(look));
  const missing = labels.filter((_, index) => found[index] === null);
  if (missing.length > 0) {
    const names = missing.map((label) => JSON.stringify(label)).join(', ');
    throw refused(`${writing.at.project.key} has no label ${names}, and none is made here.`);
  }
  return found.flatMap((label) => label?.node_id ?? []);
}

const fieldsOf = async (writing: Writing, ticket: TicketRef): Promise<IssueFields> =>
  fieldsIn(writing, await issueNow(writing, ticket));

async function fieldsIn({ repositories, at }: Writing, issue: RestIssue): Promise<IssueFields> {
  const parent = await parentOf(repositories, at, restIssue.parse(issue));
  return {
    title: issue.title,
    description: descriptionOf({ ...issue, body: withoutMarkComment(issue.body ?? '') }),
    labels: labelsOf(issue),
    assignees: assigneesOf(issue),
    parent,
  };
}
