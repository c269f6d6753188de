import type { Person, TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWrite, TicketWriter, Written } from '#capabilities/ticket-write/ports.ts';
import type { Mark } from '#shared/tools/index.ts';
import * as mutations from './documents/mutations.ts';
import * as queries from './documents/queries.ts';
import type { LinearComment, LinearIssue } from './documents/shapes.ts';
import { beforeWrite, inDoubt, notDone, writeError } from './errors.ts';
import { failureOf } from './failure.ts';
import { differing, valuesOf } from './fields.ts';
import { idOf } from './ids.ts';
import { fieldInput, labelChanges } from './input.ts';
import { commentWritten, issueWritten, landedOn, relationWritten } from './landed.ts';
import { isWritten, linksOf } from './tickets.ts';
import type { Transport } from './transport.ts';

type WriteOf<K extends TicketWrite['kind']> = TicketWrite & { readonly kind: K };

export type Writing = {
  readonly transport: Transport;
  readonly self: () => Promise<Person>;
  readonly target: TicketTarget;
};

/**
 * Writes to one issue, or one new one of a team. Linear takes no precondition: each write reads what it expects right
 * before, sends one mutation once, and holds what that answers against what was written.
 */
export function linearWriter(writing: Writing): TicketWriter {
  return {
    write: async (wanted, mark) => {
      assertTarget(wanted, writing.target);
      switch (wanted.kind) {
        case 'create':
          return create(writing, wanted, mark);
        case 'update':
          return update(writing, wanted);
        case 'transition':
          return transition(writing, wanted);
        case 'comment':
          return comment(writing, wanted, mark);
        case 'edit_comment':
          return editComment(writing, wanted);
        case 'link':
          return link(writing, wanted, mark);
        case 'unlink':
          return unlink(writing, wanted);
        case 'archive':
        case 'unarchive':
          return archive(writing, wanted);
      }
    },
  };
}

/** The credential reaches every team that it may; that only the target is written to is seen to here. */
function assertTarget(wanted: TicketWrite, target: TicketTarget): void {
  if (!isWithin(wanted, target)) {
    throw notDone('refused', new Error('the step writes to another issue than its permit says'));
  }
}

function isWithin(wanted: TicketWrite, { projectId, ticketId }: TicketTarget): boolean {
  if (wanted.kind === 'create') return ticketId === null && wanted.project.id === projectId;
  const tickets = 'outward' in wanted ? [wanted.outward, wanted.inward] : [wanted.ticket];
  return tickets.some(({ id }) => id === ticketId);
}

/** The issue as it is now. Throws `NotDone` where it is not there, or no longer in the team. */
async function issueNow({ transport, target }: Writing, id: string): Promise<LinearIssue> {
  const { issue } = await transport.read(queries.issueById, { id }).catch((error: unknown) => {
    throw beforeWrite(error);
  });
  const isThere = issue.trashed !== true && (id !== target.ticketId || issue.team.id === target.projectId);
  if (!isThere) throw notDone('stale', new Error('the issue is in the trash, or in another team'));
  return issue;
}

async function commentNow({ transport }: Writing, wanted: WriteOf<'edit_comment'>): Promise<LinearComment> {
  const { comment: found } = await transport
    .read(queries.commentById, { id: wanted.comment.id })
    .catch((error: unknown) => {
      throw beforeWrite(error);
    });
  if (found.issueId !== wanted.ticket.id) throw notDone('stale', new Error('the comment is of another issue'));
  return found;
}

const stale = (what: string) => notDone('stale', new Error(`${what} is not as expected`));

const send = <T>(
  { transport }: Writing,
  document: mutations.Mutation<T>,
  variables: Record<string, unknown>,
): Promise<T> =>
  transport.write(document, variables).catch((error: unknown) => {
    throw writeError(error);
  });

/** Sends what makes something under our own id. That it is there already is how a repetition ends, if it is ours. */
async function make<T>(
  writing: Writing,
  {
    document,
    input,
    wanted,
    mark,
  }: {
    readonly document: mutations.Mutation<T>;
    readonly input: Record<string, unknown>;
    readonly wanted: WriteOf<'create' | 'comment' | 'link'>;
    readonly mark: Mark;
  },
  written: (made: T) => Written,
): Promise<Written> {
  const { transport, self } = writing;
  try {
    return written(await transport.write(document, { input: { ...input, id: idOf(wanted, mark) } }));
  } catch (error) {
    if (failureOf(error).kind !== 'exists') throw writeError(error);
    const issue = async (id: string) => issueNow(writing, id);
    const found = await landedOn({ read: transport.read, self, issue }, wanted, mark);
    if (typeof found === 'string') throw inDoubt(error);
    return found.landed as Written;
  }
}

async function create(writing: Writing, wanted: WriteOf<'create'>, mark: Mark): Promise<Written> {
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

async function update(writing: Writing, { ticket, expect, set }: WriteOf<'update'>): Promise<Written> {
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

async function transition(writing: Writing, { ticket, from, transition: to }: WriteOf<'transition'>): Promise<Written> {
  const before = await issueNow(writing, ticket.id);
  if (before.state.id !== from.id) throw stale('the status');
  const { issue } = await send(writing, mutations.issueUpdate, { id: ticket.id, input: { stateId: to.to.id } });
  return issueWritten(issue, issue.state.id === to.to.id ? [] : ['status']);
}

async function comment(writing: Writing, wanted: WriteOf<'comment'>, mark: Mark): Promise<Written> {
  await issueNow(writing, wanted.ticket.id);
  const input = { issueId: wanted.ticket.id, body: wanted.body.text };
  return make(writing, { document: mutations.commentCreate, input, wanted, mark }, ({ comment: made }) =>
    commentWritten(made, made.body === wanted.body.text ? [] : ['body']),
  );
}

async function editComment(writing: Writing, wanted: WriteOf<'edit_comment'>): Promise<Written> {
  const before = await commentNow(writing, wanted);
  if (before.body !== wanted.expect.text) throw stale('the comment');
  const variables = { id: wanted.comment.id, input: { body: wanted.body.text } };
  const { comment: after } = await send(writing, mutations.commentUpdate, variables);
  return commentWritten(after, after.body === wanted.body.text ? [] : ['body']);
}

async function link(writing: Writing, wanted: WriteOf<'link'>, mark: Mark): Promise<Written> {
  const { type, outward, inward } = wanted;
  assertWritten(type.id);
  const links = linksOf(await issueNow(writing, outward.id));
  if (links.some((each) => each.type.id === type.id && each.other.id === inward.id)) throw stale('the link');
  const input = { issueId: outward.id, relatedIssueId: inward.id, type: type.id };
  return make(writing, { document: mutations.relationCreate, input, wanted, mark }, ({ issueRelation }) =>
    relationWritten(issueRelation.id),
  );
}

async function unlink(writing: Writing, { id, type, outward, inward }: WriteOf<'unlink'>): Promise<Written> {
  assertWritten(type.id);
  const links = linksOf(await issueNow(writing, outward.id));
  const isThere = links.some((each) => each.id === id && each.type.id === type.id && each.other.id === inward.id);
  if (!isThere) throw stale('the link');
  await send(writing, mutations.relationDelete, { id });
  return relationWritten(id);
}

/** Linear closes an issue that becomes a duplicate, which nobody was shown. */
function assertWritten(type: string): void {
  if (!isWritten(type)) throw notDone('refused', new Error(`relations of type ${type} are not written here`));
}

async function archive(writing: Writing, { kind, ticket }: WriteOf<'archive' | 'unarchive'>): Promise<Written> {
  const before = await issueNow(writing, ticket.id);
  const archives = kind === 'archive';
  if ((before.archivedAt !== null) === archives) throw stale('the issue');
  await send(writing, archives ? mutations.issueArchive : mutations.issueUnarchive, { id: ticket.id });
  return issueWritten(before, []);
}
