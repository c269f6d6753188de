import type { CommentText, NewComment, Written } from '#capabilities/ticket-write/ports.ts';
import { type CommentRow, commentUrl } from '../read/comments.ts';
import { record } from '../tracker/history.ts';
import { numberOf } from '../tracker/ids.ts';
import { indexComment, textsOfTicket } from '../tracker/text-index.ts';
import { assertText } from './check-fields.ts';
import { openTicket, refused, stale, type Writing } from './open-ticket.ts';

/** Says something on a ticket. */
export function addComment(writing: Writing, { ticket, body, visibleTo }: NewComment): Written {
  const { tracker, actor, at } = writing;
  const { row, project } = openTicket(writing, ticket);
  if (visibleTo === 'customers' && project.customers === 0)
    throw refused('The project has no customers who could see it.');
  assertSaid(body.text);
  const { last = 0 } =
    tracker.one<{ last: number | null }>('select max(number) as last from comment where ticket = ?', row.id) ?? {};
  const number = (last ?? 0) + 1;
  if (number >= textsOfTicket) throw refused('The ticket has as many comments as one can have.');
  const { id } = tracker.run(
    'insert into comment (ticket, number, author, body, visible_to, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?)',
    ...[row.id, number, actor.person, body.text, visibleTo, at, at],
  );
  indexComment(tracker, row.id, number, body.text);
  record(tracker, { ticket: row.id, at, actor, changes: [{ field: `comment ${id}`, before: null, after: body.text }] });
  return { id: String(id), key: null, url: commentUrl(tracker.origin, row.key, id), differs: [] };
}

/** Puts another text into a comment of one's own, if it has the expected one. */
export function editComment(writing: Writing, { ticket, comment, expect, body }: CommentText): Written {
  const { tracker, actor, at } = writing;
  const { row } = openTicket(writing, ticket);
  const found = tracker.one<CommentRow>(
    'select * from comment where id = ? and ticket = ?',
    numberOf(comment.id),
    row.id,
  );
  if (found === undefined) throw refused('The ticket has no such comment.');
  if (found.author !== actor.person) throw refused('The comment is by somebody else.');
  if (found.body !== expect.text || found.visible_to !== comment.visibleTo)
    throw stale('The comment was changed since.');
  assertSaid(body.text);
  tracker.run('update comment set body = ?, updated_at = ? where id = ?', body.text, at, found.id);
  indexComment(tracker, row.id, found.number, body.text);
  const change = { field: `comment ${found.id}`, before: found.body, after: body.text };
  record(tracker, { ticket: row.id, at, actor, changes: found.body === body.text ? [] : [change] });
  return { id: String(found.id), key: null, url: commentUrl(tracker.origin, row.key, found.id), differs: [] };
}

function assertSaid(text: string): void {
  if (text.trim() === '') throw refused('A comment has to say something.');
  assertText(text);
}
