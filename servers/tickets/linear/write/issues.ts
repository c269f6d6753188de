import type { Written } from '#capabilities/ticket-write/ports.ts';
import type { Mark } from '#shared/tools/index.ts';
import * as mutations from '../documents/mutations.ts';
import type { LinearIssue } from '../documents/shapes.ts';
import { beforeWrite } from '../errors.ts';
import { differing, valuesOf } from '../fields.ts';
import { fieldInput, labelChanges } from '../input.ts';
import { issueWritten } from '../landed.ts';
import { issueNow, stale, type WriteOf, type Writing } from './before.ts';
import { make, send } from './send.ts';

export async function create(writing: Writing, wanted: WriteOf<'create'>, mark: Mark): Promise<Written> {
  const { fields, project } = wanted;
  const { labels } = fields;
  const ids = labels === undefined ? undefined : await labelIds(writing, labels, []);
  const input = { teamId: project.id, ...fieldInput(fields), ...(ids && { labelIds: ids.added }) };
  return make(writing, { document: mutations.issueCreate, input, wanted, mark }, ({ issue }) =>
    issueWritten(issue, differing(fields, valuesOf(issue))),
  );
}

const labelIds = async (
  { transport, target }: Writing,
  wanted: readonly string[],
  before: LinearIssue['labels']['nodes'],
) =>
  labelChanges(transport.read, target.projectId, wanted, before).catch((error: unknown) => {
    throw beforeWrite(error);
  });

export async function update(writing: Writing, { ticket, expect, set }: WriteOf<'update'>): Promise<Written> {
  const before = await issueNow(writing, ticket.id);
  const others = differing(expect, valuesOf(before));
  if (others.length > 0) throw stale(others.join(', '));
  const ids = set.labels && (await labelIds(writing, set.labels, before.labels.nodes));
  const input = {
    ...fieldInput(set),
    ...(ids && { addedLabelIds: ids.added, removedLabelIds: ids.removed }),
  };
  const { issue } = await send(writing, mutations.issueUpdate, { id: ticket.id, input });
  return issueWritten(issue, differing(set, valuesOf(issue)));
}

export async function transition(
  writing: Writing,
  { ticket, from, transition: to }: WriteOf<'transition'>,
): Promise<Written> {
  const before = await issueNow(writing, ticket.id);
  if (before.state.id !== from.id) throw stale('the status');
  const { issue } = await send(writing, mutations.issueUpdate, { id: ticket.id, input: { stateId: to.to.id } });
  return issueWritten(issue, issue.state.id === to.to.id ? [] : ['status']);
}

export async function archive(writing: Writing, { kind, ticket }: WriteOf<'archive' | 'unarchive'>): Promise<Written> {
  const before = await issueNow(writing, ticket.id);
  const archives = kind === 'archive';
  if ((before.archivedAt !== null) === archives) throw stale('the issue');
  await send(writing, archives ? mutations.issueArchive : mutations.issueUnarchive, { id: ticket.id });
  return issueWritten(before, []);
}
