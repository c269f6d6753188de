import { plainText } from '#capabilities/common/written.ts';
import { editedDocument, newDocument } from '#capabilities/ticket/document.ts';
import type { TicketDocument } from '#capabilities/ticket/types.ts';
import { AppError } from '#shared/errors.ts';
import type { CommentPlan, CommentState, RewordPlan } from './plan.ts';

/** Markdown that an agent writes. What the backend says that it takes counts beside. */
export const commentBody = plainText(60_000).refine((text) => text.trim() !== '', { error: 'must not be blank' });

/** What a comment says once it is taken back: nobody can delete it here, and nobody shall have to guess what was there. */
export const withdrawn = 'This comment was withdrawn.';

/** A text as it is planned: with line feeds, and nothing blank at its end. */
export function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').trimEnd();
}

/**
 * A backend may turn line ends about and drop blanks at the end. What Markdown cannot say is in the text by its digest.
 */
export function sameDocument(one: TicketDocument, other: TicketDocument): boolean {
  return plain(one.text) === plain(other.text);
}

/** Throws AppError `too_large`. */
export function assertFits(text: string, { backend, at }: CommentState): void {
  if (text.length <= backend.maxText) return;
  throw new AppError('too_large', `A comment on ${at.ref.key} has at most ${backend.maxText} characters.`, {
    next: 'Say less, or say it in several comments.',
  });
}

/** The plan with its text passed through `each`; one that this changes gets its form when it is written. */
export function withText<P extends CommentPlan>(plan: P, each: (text: string) => string): P {
  const text = each(plan.body.text);
  return text === plan.body.text ? plan : { ...plan, body: { format: 'markdown', text } };
}

/** The new comment in the form that the backend keeps. */
export function bodyToAdd({ body, documents }: { body: TicketDocument; documents: TicketDocument['format'] }) {
  return body.format === documents ? body : inForm(documents, body.text);
}

/** Another text in the form that the backend keeps, with what of the one before Markdown cannot say. */
export function bodyInPlace({ body, from }: Pick<RewordPlan, 'body' | 'from'>): TicketDocument {
  return body.format === from.format ? body : editedDocument(from, body.text);
}

/** A text in the form that a backend keeps. */
export function inForm(format: TicketDocument['format'], text: string): TicketDocument {
  return format === 'markdown' ? { format, text } : newDocument(format, text);
}
