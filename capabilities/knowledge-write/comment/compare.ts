import { newDocument } from '#capabilities/knowledge/document.ts';
import type { PageDocument } from '#capabilities/knowledge/types.ts';
import { type DoneBy, type Part, type Refusal, type RestoreChoice, referencesIn } from '#shared/tools/index.ts';
import { named } from '../names.ts';
import { writtenBy } from '../tool.ts';
import { type CommentState, commentPlan, type DoneComment, type RewordPlan } from './plan.ts';
import { addStep } from './steps.ts';
import { isWithdrawn, sameDocument, withdrawn } from './text.ts';

/** The text of the comment: before, as the change left it, and now. */
export function compareComment(done: DoneComment, now: CommentState): readonly Part[] {
  const text = (document: PageDocument | null) => document && { text: document.text };
  return [
    {
      name: `comment on ${named(done.plan.page)}`,
      before: text(beforeOf(done)),
      left: text(leftBy(done)),
      now: text(now.comment?.body ?? null),
      ...standingOf(done, now),
      later: [],
    },
  ];
}

/** Null where the comment is the change's own. */
function beforeOf({ plan }: DoneComment): PageDocument | null {
  return plan.kind === 'add' ? null : plan.from;
}

/**
 * The plan says what was left; what was read afterwards only where the backend made something else of it, or the plan has
 * references in it.
 */
function leftBy({ plan, after, receipts }: DoneComment): PageDocument {
  const isReferring = referencesIn(plan.body.text).length > 0;
  const isOther = ['comment', 'edit_comment'].some((step) => (writtenBy(receipts, step)?.differs ?? []).length > 0);
  return (isReferring || isOther ? after.comment?.body : null) ?? plan.body;
}

/** Where the text stands; the one judgement that the view and the restore share. Of our own comment nothing was before. */
function standingOf(done: DoneComment, { at, comment, backend }: CommentState): Pick<Part, 'standing' | 'why'> {
  const { plan, receipts } = done;
  if (plan.kind === 'add' && writtenBy(receipts, addStep) === undefined) {
    return {
      standing: 'cannot',
      why: 'Which comment it is was never answered; only a person said that it was written.',
    };
  }
  const before = beforeOf(done);
  if (comment === null) {
    return before === null ? { standing: 'back', why: null } : { standing: 'cannot', why: 'It is gone from the page.' };
  }
  if (before === null ? isWithdrawn(comment.body) : sameDocument(comment.body, before))
    return { standing: 'back', why: null };
  if (!backend.rewordsComments) return { standing: 'cannot', why: 'No comment gets another text here.' };
  if (at.trashed) return { standing: 'cannot', why: 'The page is in the trash: nothing can be written to it.' };
  if (sameDocument(comment.body, leftBy(done))) return { standing: 'as_left', why: null };
  return { standing: 'changed', why: 'Somebody else changed it since.' };
}

/** The sentence that takes a comment back, in the form of the text that it stands in for. */
function withdrawalOf({ format }: PageDocument): PageDocument {
  return newDocument(format, withdrawn);
}

/** Puts the text back that was there, or the sentence that says that the comment is withdrawn. */
export function restoreComment(
  done: DoneComment,
  now: CommentState,
  choice: RestoreChoice,
): { readonly plan: RewordPlan } | Refusal {
  const { standing, why } = standingOf(done, now);
  if (standing === 'back') return { refused: 'There is nothing left to undo.', conflicts: [] };
  if (standing === 'cannot' || now.comment === null) return { refused: why ?? '', conflicts: [] };
  const { id, url, replyTo, body: from } = now.comment;
  const overwrites = standing === 'changed';
  if (overwrites && choice !== 'overwrite') {
    return { refused: 'The comment is no longer as this change left it.', conflicts: [`${url}: ${why}`] };
  }
  const body = beforeOf(done) ?? withdrawalOf(from);
  return { plan: { kind: 'reword', page: now.at.ref, comment: { id, url, replyTo }, from, body, overwrites } };
}

/** A comment and its own undo leave nothing to undo. */
export function combineComment(older: DoneComment, by: DoneBy): DoneComment | null {
  const plan = commentPlan.safeParse(by.plan).data;
  if (by.tool !== 'comment_on_page' || plan?.kind !== 'reword') return null;
  const id = older.plan.kind === 'add' ? writtenBy(older.receipts, addStep)?.id : older.plan.comment.id;
  const isNext = plan.comment.id === id && sameDocument(plan.from, leftBy(older));
  return isNext && by.between.length === 0 ? { ...older, plan: { ...older.plan, body: plan.body } } : null;
}
