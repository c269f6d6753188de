import type { Mark } from '#shared/tools/index.ts';
import { comment as commentAnswer, nothing } from './answers.ts';
import { commentUrl, rawComment } from './comments.ts';
import { markMessage } from './mark.ts';
import { commentIn, pageIn, stale } from './precondition.ts';
import { v2 } from './product.ts';
import { sentOf } from './text.ts';
import type { Of, Perform, Writing } from './writing.ts';
import { notReadBack, sameBody } from './written.ts';

export async function commenting({ reads, send, site, target }: Writing, wanted: Of<'comment'>): Promise<Perform> {
  const { page: ref, body, replyTo } = wanted;
  const sent = sentOf(body);
  const [, answered] = await Promise.all([
    pageIn(reads, target, { id: ref.id }),
    replyTo === null ? null : rawComment({ reads }, ref.id, replyTo),
  ]);
  if (replyTo !== null && answered === null) throw stale('what it answers is gone');
  const to = replyTo === null ? { pageId: ref.id } : { parentCommentId: replyTo };
  return async () => {
    const path = [...v2, 'footer-comments'];
    const { id } = await send({ method: 'POST', path, body: { ...to, body: sent }, answer: commentAnswer });
    const now = (await rawComment({ reads }, ref.id, id).catch(notReadBack)) ?? notReadBack('it is gone');
    const differs = sameBody(now.body?.storage?.value, body) ? [] : ['body'];
    return { id, url: commentUrl(site, ref, now), revision: null, differs };
  };
}

export async function rewording(
  { reads, send, target }: Writing,
  wanted: Of<'edit_comment'>,
  mark: Mark,
): Promise<Perform> {
  const { body, page: ref, comment } = wanted;
  const sent = sentOf(body);
  const before = await commentIn(reads, target, wanted);
  const version = { number: before.version.number + 1, message: markMessage(mark) };
  return async () => {
    const path = [...v2, 'footer-comments', comment.id];
    await send({ method: 'PUT', path, body: { version, body: sent }, answer: nothing });
    const now = (await rawComment({ reads }, ref.id, comment.id).catch(notReadBack)) ?? notReadBack('it is gone');
    return {
      id: comment.id,
      url: comment.url,
      revision: null,
      differs: sameBody(now.body?.storage?.value, body) ? [] : ['body'],
    };
  };
}
