import { lookUpPage } from '#capabilities/knowledge/asks.ts';
import { commentId } from '#capabilities/knowledge/keys.ts';
import type { KnowledgePage, KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Receipts, StillHolds } from '#shared/tools/index.ts';
import { atOf, pageStill, refOf, writtenBy } from '../tool.ts';
import type { CommentPlan, CommentState } from './plan.ts';
import { addStep } from './steps.ts';
import { sameDocument } from './text.ts';

/** A page that was found, one comment on it, and the one that it answers. */
async function stateOf(
  page: KnowledgePage,
  { comment, replyTo }: { readonly comment: string | null; readonly replyTo: string | null },
  reader: KnowledgeReader,
): Promise<CommentState> {
  const { documents, maxComment, quarantine, once, rewordsComments } = reader.backend;
  const found = (id: string | null) => (id === null ? null : reader.comment(refOf(page), id));
  const [is, answered] = await Promise.all([found(comment), found(replyTo)]);
  return {
    at: atOf(page),
    comment: is,
    answered,
    backend: { documents, maxComment, quarantine, once, rewordsComments },
  };
}

export async function lookToSay(
  { page, reply_to: replyTo }: { readonly page: string; readonly reply_to?: string | undefined },
  reader: KnowledgeReader,
): Promise<CommentState> {
  return stateOf(await lookUpPage(reader, page), { comment: null, replyTo: replyTo ?? null }, reader);
}

/** The state of the comment that a plan is about, once its steps were carried out as far as the receipts say. */
export async function observeComment(
  plan: CommentPlan,
  receipts: Receipts,
  reader: KnowledgeReader,
): Promise<CommentState> {
  const page = await lookUpPage(reader, plan.page.id);
  const id = plan.kind === 'add' ? writtenBy(receipts, addStep)?.id : plan.comment.id;
  const replyTo = plan.kind === 'add' ? plan.replyTo : plan.comment.replyTo;
  return stateOf(page, { comment: commentId.safeParse(id).data ?? null, replyTo }, reader);
}

/** The one answer for a comment that is not there, or waits in quarantine for others to see it. */
export function noComment(id: string): AppError {
  return new AppError('not_found', `There is no comment ${JSON.stringify(id)} on that page.`, {
    next: 'read_page shows the comments on it.',
  });
}

/** Whether a comment can be written, or have another text, as it was planned. */
export async function commentStill(
  plan: CommentPlan,
  before: CommentState,
  reader: KnowledgeReader,
): Promise<StillHolds> {
  const there = await pageStill(before.at, reader);
  if ('stale' in there) return there;
  const { found } = there;
  if (found.trashed) return { stale: 'The page is in the trash by now.' };
  if (plan.kind === 'add') {
    const isThere = plan.replyTo === null || (await reader.comment(refOf(found), plan.replyTo)) !== null;
    return isThere ? 'holds' : { stale: 'The comment that it answers is gone from the page.' };
  }
  const comment = await reader.comment(refOf(found), plan.comment.id);
  if (comment === null) return { stale: 'The comment is gone from the page.' };
  return sameDocument(comment.body, plan.from) ? 'holds' : { stale: 'The text of the comment is another by now.' };
}
