import type { Person, TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import * as queries from '../documents/queries.ts';
import type { LinearComment, LinearIssue } from '../documents/shapes.ts';
import { beforeWrite, notDone } from '../errors.ts';
import type { Transport } from '../transport.ts';

export type WriteOf<K extends TicketWrite['kind']> = TicketWrite & { readonly kind: K };

export type Writing = {
  readonly transport: Transport;
  readonly self: () => Promise<Person>;
  readonly target: TicketTarget;
};

/** The issue as it is now. Throws `NotDone` where it is not there, or no longer in the team. */
export async function issueNow({ transport, target }: Writing, id: string): Promise<LinearIssue> {
  const { issue } = await transport.read(queries.issueById, { id }).catch((error: unknown) => {
    throw beforeWrite(error);
  });
  const isThere = issue.trashed !== true && (id !== target.ticketId || issue.team.id === target.projectId);
  if (!isThere) throw notDone('stale', new Error('the issue is in the trash, or in another team'));
  return issue;
}

export async function commentNow({ transport }: Writing, wanted: WriteOf<'edit_comment'>): Promise<LinearComment> {
  const { comment: found } = await transport
    .read(queries.commentById, { id: wanted.comment.id })
    .catch((error: unknown) => {
      throw beforeWrite(error);
    });
  if (found.issueId !== wanted.ticket.id) throw notDone('stale', new Error('the comment is of another issue'));
  return found;
}

/** The precondition that Linear itself does not hold. */
export const stale = (what: string) => notDone('stale', new Error(`${what} is not as expected`));
