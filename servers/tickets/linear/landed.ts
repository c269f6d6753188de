import type { Person } from '#capabilities/ticket/types.ts';
import type { TicketWrite, Written } from '#capabilities/ticket-write/ports.ts';
import { mayBeOf } from '#shared/server/doubt.ts';
import type { Landed, Mark } from '#shared/tools/index.ts';
import { history, type LinearEvent } from './documents/history.ts';
import * as queries from './documents/queries.ts';
import type { LinearComment, LinearIssue } from './documents/shapes.ts';
import { orNull, readError } from './errors.ts';
import { eventOf } from './events.ts';
import { differing, valuesOf } from './fields.ts';
import { idOf } from './ids.ts';
import type { Send } from './transport.ts';

type Reads = {
  readonly read: Send;
  readonly self: () => Promise<Person>;
  readonly issue: (id: string) => Promise<LinearIssue | null>;
};
type WriteOf<K extends TicketWrite['kind']> = TicketWrite & { readonly kind: K };

export const issueWritten = ({ id, identifier, url }: LinearIssue, differs: readonly string[]): Written => ({
  ...{ id, key: identifier, url, differs: [...differs] },
});
export const commentWritten = ({ id, url }: LinearComment, differs: readonly string[]): Written => ({
  ...{ id, key: null, url, differs: [...differs] },
});
export const relationWritten = (id: string): Written => ({ id, key: null, url: null, differs: [] });

const landed = (written: Written): Landed => ({ landed: { ...written, differs: [...written.differs] } });

/**
 * Whether a write took effect. What is made has an id that follows from our mark. What is changed has none: there the
 * values tell, and Linear's history that our account was the last to touch them.
 */
export async function landedOn(reads: Reads, wanted: TicketWrite, mark: Mark): Promise<Landed> {
  switch (wanted.kind) {
    case 'create':
      return createLanded(reads, wanted, idOf(wanted, mark));
    case 'comment':
      return commentLanded(reads, wanted, idOf(wanted, mark));
    case 'link':
      return linkLanded(reads, wanted, idOf(wanted, mark));
    case 'unlink':
      // A relation that is gone is what was wanted, and cannot be removed twice.
      return (await orNull(reads.read(queries.relationById, { id: wanted.id }))) === null
        ? landed(relationWritten(wanted.id))
        : 'not_found';
    case 'edit_comment':
      return editLanded(reads, wanted);
    case 'update':
    case 'transition':
    case 'archive':
    case 'unarchive':
      return changeLanded(reads, wanted, mark);
  }
}

async function createLanded(
  { read, self }: Reads,
  { project, fields }: WriteOf<'create'>,
  id: string,
): Promise<Landed> {
  const issue = (await orNull(read(queries.issueById, { id })))?.issue;
  if (issue === undefined) return 'not_found';
  const isOurs = issue.creator?.id === (await self()).id && issue.team.id === project.id && issue.trashed !== true;
  return isOurs ? landed(issueWritten(issue, differing(fields, valuesOf(issue)))) : 'unclear';
}

async function commentLanded({ read, self }: Reads, { ticket, body }: WriteOf<'comment'>, id: string): Promise<Landed> {
  const comment = (await orNull(read(queries.commentById, { id })))?.comment;
  if (comment === undefined) return 'not_found';
  const isOurs = comment.user?.id === (await self()).id && comment.issueId === ticket.id;
  return isOurs ? landed(commentWritten(comment, comment.body === body.text ? [] : ['body'])) : 'unclear';
}

async function linkLanded({ read }: Reads, { type, outward, inward }: WriteOf<'link'>, id: string): Promise<Landed> {
  const relation = (await orNull(read(queries.relationById, { id })))?.issueRelation;
  if (relation === undefined) return 'not_found';
  const isOurs =
    relation.type === type.id && relation.issue.id === outward.id && relation.relatedIssue.id === inward.id;
  return isOurs ? landed(relationWritten(id)) : 'unclear';
}

async function editLanded({ read }: Reads, wanted: WriteOf<'edit_comment'>): Promise<Landed> {
  const comment = (await orNull(read(queries.commentById, { id: wanted.comment.id })))?.comment;
  if (comment === undefined) return 'unclear';
  if (comment.body === wanted.body.text) return landed(commentWritten(comment, []));
  return comment.body === wanted.expect.text ? 'not_found' : 'unclear';
}

type Change = WriteOf<'update' | 'transition' | 'archive' | 'unarchive'>;

async function changeLanded(reads: Reads, wanted: Change, mark: Mark): Promise<Landed> {
  const issue = await reads.issue(wanted.ticket.id);
  if (issue === null) return 'unclear';
  const { before, after, fields } = standingOf(wanted, issue);
  if (!before && !after) return 'unclear';
  const [newest, ...older] = await telling(reads, issue, fields);
  const self = (await reads.self()).id;
  if (after) return newest?.actor?.id === self ? landed(issueWritten(issue, [])) : 'unclear';
  // It may have been done, and taken back by somebody.
  const isTakenBack = older.some(({ actor, createdAt }) => actor?.id === self && mayBeOf(mark, createdAt));
  return isTakenBack ? 'unclear' : 'not_found';
}

/** Whether an issue is as before a write or as after it, and the fields that the write changed. */
function standingOf(wanted: Change, issue: LinearIssue) {
  switch (wanted.kind) {
    case 'update': {
      const now = valuesOf(issue);
      const fields = differing(wanted.set, wanted.expect);
      return {
        before: differing(wanted.expect, now).length === 0,
        after: differing(wanted.set, now).length === 0,
        fields,
      };
    }
    case 'transition': {
      const { id } = issue.state;
      return { before: id === wanted.from.id, after: id === wanted.transition.to.id, fields: ['status'] };
    }
    default: {
      const isArchived = issue.archivedAt !== null;
      const after = isArchived === (wanted.kind === 'archive');
      return { before: !after, after, fields: ['archived'] };
    }
  }
}

/** The entries of the history that tell of one of these fields, the newest first. */
async function telling(
  { read }: Reads,
  issue: LinearIssue,
  fields: readonly string[],
): Promise<readonly LinearEvent[]> {
  const variables = { id: issue.id, first: 50, after: null };
  const { nodes } = (
    await read(history, variables).catch((error: unknown) => {
      throw readError(error);
    })
  ).issue.history;
  const tells = (entry: LinearEvent) => eventOf(entry, issue.team).changes.some(({ field }) => fields.includes(field));
  return nodes.filter(tells);
}
