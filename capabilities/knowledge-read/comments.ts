import * as z from 'zod';
import { briefly, type CommentText, commentText } from '#capabilities/common/comment-text.ts';
import { fittedPage } from '#capabilities/common/fit.ts';
import { telling } from '#capabilities/common/telling.ts';
import type { PageComment } from '#capabilities/knowledge/types.ts';
import type { KnowledgePage, KnowledgeReader } from './ports.ts';
import { provenanceOf, provenanceView } from './provenance-view.ts';

/** Room for the text of one comment in a list, in bytes of JSON. */
const bodyBytes = 1_000;

export const commentView = z.strictObject({
  comment: z.string(),
  reply_to: z.string().exactOptional(),
  ...provenanceView.omit({ source: true }).shape,
  at: z.string(),
  edited_at: z.string().exactOptional(),
  ...commentText.shape,
});
export type CommentView = z.infer<typeof commentView>;

/** One page of what is said on a page, newest first, that fits into so many bytes of JSON. */
export function commentsOf(
  reader: KnowledgeReader,
  page: KnowledgePage,
  request: { readonly limit: number; readonly cursor?: string | undefined; readonly bytes: number },
  show: (text: string) => string,
): Promise<{ readonly items: CommentView[]; readonly next_cursor: string | null }> {
  return fittedPage(
    request,
    (each) => reader.comments(page, each),
    (found) => commentShown(found, page, show, briefly(show(found.body.text), bodyBytes)),
  );
}

/** A comment as it is shown, with so much of its text. */
export function commentShown(
  found: PageComment,
  { title }: KnowledgePage,
  show: (text: string) => string,
  text: CommentText,
): CommentView {
  const { source: _source, ...by } = provenanceOf({ ...found.provenance, by: found.author }, show);
  const shown = {
    comment: found.id,
    ...(found.replyTo !== null && { reply_to: found.replyTo }),
    ...by,
    at: found.createdAt,
    ...(found.updatedAt !== found.createdAt && { edited_at: found.updatedAt }),
    ...text,
  };
  const about = { revision: found.updatedAt, rank: null, trust: found.provenance.trust };
  return telling(shown, { thing: `comment:${found.id}`, name: `comment on ${title}`, ...about });
}
