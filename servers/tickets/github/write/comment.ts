import * as z from 'zod';
import { inPlaceOf, withComment, withoutMarkComment } from '#capabilities/common/mark-comment.ts';
import type { CommentText, NewComment, Written } from '#capabilities/ticket-write/ports.ts';
import { notDone } from '#shared/github/errors.ts';
import { parsedAnswer } from '#shared/github/session.ts';
import { type Mark, NotDone } from '#shared/tools/index.ts';
import { parseTicketId } from '../ids.ts';
import { readComment } from '../read/comments.ts';
import { assertFits, issueNow, mutate, refused, unread, type Writing } from './writing.ts';

const comment = z.object({ id: z.string(), url: z.string(), body: z.string() });

/** Says something on an issue, with our mark hidden before it. */
export async function addComment(writing: Writing, { ticket, body }: NewComment, mark: Mark): Promise<Written> {
  assertFits(body.text);
  const { node_id: subjectId, locked } = await issueNow(writing, ticket);
  const text = withComment(body.text, mark);
  const { commentEdge } = await unlocked(locked, () =>
    mutate(
      writing,
      {
        name: 'addComment',
        selection: 'commentEdge { node { id url body } }',
        answer: z.object({ commentEdge: z.object({ node: comment }) }),
      },
      { subjectId, body: text },
    ),
  );
  const { id, url, body: is } = commentEdge.node;
  return { id, key: null, url, differs: is === text ? [] : ['body'] };
}

/** Another text of a comment; our mark stays where it was. */
export async function editComment(writing: Writing, wanted: CommentText): Promise<Written> {
  const { ticket, comment: named, expect, body } = wanted;
  assertFits(body.text);
  const { locked } = await issueNow(writing, ticket);
  const of = parseTicketId(ticket.id);
  const found = of && (await readComment(queryWith(writing), of, named.id));
  if (!found || withoutMarkComment(found.body) !== expect.text) {
    throw notDone('stale', new Error('the comment is another by now, or gone'));
  }
  const text = inPlaceOf(found.body, body.text);
  const { issueComment } = await unlocked(locked, () =>
    mutate(
      writing,
      {
        name: 'updateIssueComment',
        selection: 'issueComment { id url body }',
        answer: z.object({ issueComment: comment }),
      },
      { id: found.id, body: text },
    ),
  );
  const { id, url, body: is } = issueComment;
  return { id, key: null, url, differs: is === text ? [] : ['body'] };
}

/** GitHub says of a locked conversation only that this may not be done. */
async function unlocked<T>(locked: boolean, work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    const isRefused = error instanceof NotDone && error.kind === 'refused';
    throw locked && isRefused ? refused('The conversation on this issue is locked on GitHub.') : error;
  });
}

/** Reads with the token that writes; what fails has changed nothing. */
function queryWith({ graphql }: Writing): Parameters<typeof readComment>[0] {
  return async ({ document, variables = {}, data }) => {
    const answer = await graphql(document, variables).catch((error: unknown) => {
      throw unread(error);
    });
    return parsedAnswer(data, answer);
  };
}
