import { plainText } from '#capabilities/common/written.ts';
import { newDocument } from '#capabilities/knowledge/document.ts';
import type { DocumentFormat, PageDocument } from '#capabilities/knowledge/types.ts';
import { AppError } from '#shared/errors.ts';
import type { CommentPlan, CommentState } from './plan.ts';

/** Markdown that an agent writes. What the backend says that it takes counts beside. */
export const commentBody = plainText(60_000).refine((text) => text.trim() !== '', { error: 'must not be blank' });

/** What a comment says once it is taken back: nobody can delete it here, and nobody shall have to guess what was there. */
export const withdrawn = 'This comment was withdrawn.';

/** Whether a comment was taken back. */
export function isWithdrawn({ text }: PageDocument): boolean {
  return plain(text) === withdrawn;
}

/** A text as it is planned: with line feeds, and nothing blank at its end. */
export function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').trimEnd();
}

/** A backend may turn line ends about and drop blanks at the end. What Markdown cannot say is in the text by its digest. */
export function sameDocument(one: PageDocument, other: PageDocument): boolean {
  return plain(one.text) === plain(other.text);
}

/** Throws AppError `too_large`. */
export function assertFits(text: string, { backend }: CommentState): void {
  if (text.length <= backend.maxComment) return;
  throw new AppError('too_large', `A comment has at most ${backend.maxComment} characters here.`, {
    next: 'Say less, or say it in several comments.',
  });
}

/** The plan with its text passed through `each`; one that this changes gets its form when it is written. */
export function withText(plan: CommentPlan, each: (text: string) => string): CommentPlan {
  const text = each(plan.body.text);
  return plan.kind === 'reword' || text === plan.body.text ? plan : { ...plan, body: { format: 'markdown', text } };
}

/** The new comment in the form that the backend keeps. */
export function bodyToAdd(body: PageDocument, documents: DocumentFormat): PageDocument {
  return body.format === documents ? body : newDocument(documents, body.text);
}
