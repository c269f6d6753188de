import * as z from 'zod';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { TicketComment, TicketRef } from '#capabilities/ticket/types.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import { comment, type JiraComment } from './answers.ts';
import { isId } from './ids.ts';
import { commentOf } from './tickets.ts';

const page = z.object({ comments: z.array(comment), total: z.number(), startAt: z.number().default(0) });

const mostAtOnce = 100;

/** Some comments, the newest first, and how many there are; null where the ticket cannot be seen. */
export async function commentsFrom(
  reads: Reads,
  issueId: string,
  { start, count }: { readonly start: number; readonly count: number },
): Promise<{ readonly comments: readonly JiraComment[]; readonly total: number } | null> {
  const query = { orderBy: '-created', startAt: String(start), maxResults: String(count) };
  return reads.get({ path: ['issue', issueId, 'comment'], query, answer: page });
}

/** A comment that is made between two pages moves the others on: one may be told twice, none is left out. */
export async function readComments(
  reads: Reads,
  ticket: TicketRef,
  request: PageRequest,
): Promise<Page<TicketComment>> {
  const start = startOf(request.cursor);
  const found = await commentsFrom(reads, ticket.id, { start, count: Math.min(request.limit, mostAtOnce) });
  if (found === null) return { items: [], cursor: null };
  const next = start + found.comments.length;
  const more = found.comments.length > 0 && next < found.total;
  return { items: found.comments.map((each) => commentOf(ticket, each)), cursor: more ? String(next) : null };
}

/** A cursor is a number; what is none begins anew. */
const startOf = (cursor: string | undefined): number => (/^\d{1,9}$/.test(cursor ?? '') ? Number(cursor) : 0);

export async function readComment(reads: Reads, ticket: TicketRef, id: string): Promise<TicketComment | null> {
  const found = await rawComment(reads, ticket.id, id);
  return found && commentOf(ticket, found);
}

export async function rawComment(reads: Reads, issueId: string, id: string): Promise<JiraComment | null> {
  if (!isId(id)) return null;
  return reads.get({ path: ['issue', issueId, 'comment', id], answer: comment });
}
