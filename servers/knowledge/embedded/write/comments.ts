import type {
  CommentAcceptance,
  NewPageComment,
  PageCommentText,
  Written,
} from '#capabilities/knowledge-write/ports.ts';
import { commentUrl, seenComment } from '../read/comments.ts';
import { authorColumns, authorValues, ownLogin } from '../store/author.ts';
import { addCommentRow } from '../store/comments.ts';
import type { CommentRow, PageRow } from '../store/rows.ts';
import { assertComment } from './check.ts';
import { authorIn, openPage, refused, stale, viewOf, type Writing } from './writing.ts';

/** Says something on a page. What no person decided is there for its agent and people alone. */
export function addComment(writing: Writing, { page, body, replyTo }: NewPageComment): Written {
  const { store, origin, at } = writing;
  const { row } = openPage(writing, page);
  assertComment(body.text);
  const answered = replyTo === null ? null : commentOn(writing, row, replyTo);
  if (answered !== null && origin.accepted && answered.accepted === 0) {
    throw refused('The comment that it answers waits to be accepted itself. Accept that first.');
  }
  const ref = addCommentRow(store, {
    ...{ page: row.id, text: body.text, replyTo: answered?.id ?? null },
    ...{ author: authorIn(writing), accepted: origin.accepted, at },
  });
  return writtenComment(writing, row, ref);
}

/** Puts another text into a comment of the server's own, if it has the expected one. */
export function editComment(writing: Writing, { page, comment, expect, body }: PageCommentText): Written {
  const { store, at, origin } = writing;
  const { row } = openPage(writing, page);
  const found = commentOn(writing, row, comment.id);
  if (found.person !== ownLogin) throw refused('The comment is by somebody else.');
  if (found.body !== expect.text) throw stale('The comment was changed since.');
  if (found.accepted === 1 && !origin.accepted)
    throw refused('What everybody sees changes only when a person decided that.');
  assertComment(body.text);
  const columns = authorColumns.split(', ').map((column) => `${column} = ?`);
  // A comment keeps no states: its words of before may be what a restore brings back.
  const author = { ...authorIn(writing), ...(found.trust === 'untrusted' && { trust: found.trust }) };
  store.run(
    `update comment set body = ?, updated_at = ?, accepted = ?, ${columns.join(', ')} where id = ?`,
    ...[body.text, at, origin.accepted ? 1 : 0, ...authorValues(author), found.id],
  );
  return writtenComment(writing, row, found.ref);
}

/** Lets everybody see a comment that waits, or takes that back. */
export function acceptComment(writing: Writing, wanted: CommentAcceptance, isAccepted: boolean): Written {
  const { row } = openPage(writing, wanted.page);
  const found = commentOn(writing, row, wanted.comment.id);
  const isIt = found.source === wanted.change && found.body === wanted.expect.text;
  if (!isIt || (found.accepted === 1) === isAccepted) throw stale('The comment is no longer as it was.');
  writing.store.run('update comment set accepted = ? where id = ?', isAccepted ? 1 : 0, found.id);
  return writtenComment(writing, row, found.ref);
}

function commentOn(writing: Writing, { id }: PageRow, ref: string): CommentRow {
  const found = seenComment(viewOf(writing), id, ref);
  if (found === null) throw stale('The comment is not on the page.');
  return found;
}

function writtenComment({ store }: Writing, { ref }: PageRow, comment: string): Written {
  return { id: comment, url: commentUrl(store.origin, ref, comment), revision: null, differs: [] };
}
