import type { Written } from '#capabilities/ticket-write/ports.ts';
import type { Mark } from '#shared/tools/index.ts';
import * as mutations from '../documents/mutations.ts';
import { commentWritten } from '../landed.ts';
import { commentNow, issueNow, stale, type WriteOf, type Writing } from './before.ts';
import { make, send } from './send.ts';

export async function comment(writing: Writing, wanted: WriteOf<'comment'>, mark: Mark): Promise<Written> {
  await issueNow(writing, wanted.ticket.id);
  const input = { issueId: wanted.ticket.id, body: wanted.body.text };
  return make(writing, { document: mutations.commentCreate, input, wanted, mark }, ({ comment: made }) =>
    commentWritten(made, made.body === wanted.body.text ? [] : ['body']),
  );
}

export async function editComment(writing: Writing, wanted: WriteOf<'edit_comment'>): Promise<Written> {
  const [before] = await Promise.all([commentNow(writing, wanted), issueNow(writing, wanted.ticket.id)]);
  if (before.body !== wanted.expect.text) throw stale('the comment');
  const variables = { id: wanted.comment.id, input: { body: wanted.body.text } };
  const { comment: after } = await send(writing, mutations.commentUpdate, variables);
  return commentWritten(after, after.body === wanted.body.text ? [] : ['body']);
}
