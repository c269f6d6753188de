import type { TicketDocument } from '#capabilities/ticket/types.ts';
import { type DoneBy, type Part, type Refusal, type RestoreChoice, referencesIn } from '#shared/tools/index.ts';
import { writtenBy } from '../tool.ts';
import {
  type CommentState,
  commentPlan,
  commentState,
  type DoneComment,
  type DoneReword,
  type RewordPlan,
  updateCommentPlan,
} from './plan.ts';
import { addStep, editStep } from './steps.ts';
import { inForm, sameDocument, withdrawn } from './text.ts';

/** What a change did to the text of a comment, however it came to be: the one thing that the tools of comments undo. */
type Wording = {
  readonly key: string;
  /** Null where the comment is the change's own. */
  readonly before: TicketDocument | null;
  /** The same before the first of several changes. */
  readonly first: TicketDocument | null;
  readonly left: TicketDocument;
  /** Whether it is known which comment it is. */
  readonly isKnown: boolean;
  readonly isBetween: boolean;
};

/** The text of the comment: before, as the change left it, and now. */
export function compareComment(done: DoneComment | DoneReword, now: CommentState): readonly Part[] {
  const wording = wordingOf(done);
  const { standing, why } = standingOf(wording, now, wording.first);
  const text = (document: TicketDocument | null) => document && { text: document.text };
  return [
    {
      name: partName(wording.key),
      before: text(wording.first),
      left: text(wording.left),
      now: text(now.comment?.body ?? null),
      standing,
      later: [],
      why,
    },
  ];
}

function partName(key: string): string {
  return `comment on ${key}`;
}

function wordingOf(done: DoneComment | DoneReword): Wording {
  const { plan, receipts, before, first, between } = done;
  const common = { key: plan.ticket.key, left: leftBy(done), isBetween: between.length > 0 };
  if (plan.kind === 'add') {
    return { ...common, before: null, first: null, isKnown: writtenBy(receipts, addStep) !== undefined };
  }
  return {
    ...common,
    before: before.comment?.body ?? plan.from,
    first: first.comment?.body ?? plan.from,
    isKnown: true,
  };
}

/**
 * The plan says what was left; what was read afterwards only where the backend made something else of it, or the plan has
 * references in it.
 */
function leftBy({ plan, after, receipts }: Pick<DoneComment, 'plan' | 'after' | 'receipts'>): TicketDocument {
  const isReferring = referencesIn(plan.body.text).length > 0;
  const isOther = [addStep, editStep].some((step) => (writtenBy(receipts, step)?.differs ?? []).length > 0);
  return (isReferring || isOther ? after.comment?.body : null) ?? plan.body;
}

/** Where the text stands; the one judgement that the view and the restore share. Of our own comment nothing was before. */
function standingOf(
  { left, isKnown, isBetween, key }: Wording,
  { at, comment }: CommentState,
  before: TicketDocument | null,
): Pick<Part, 'standing' | 'why'> {
  if (!isKnown) return { standing: 'cannot', why: unknownPlace };
  if (comment === null) {
    return before === null ? { standing: 'back', why: null } : { standing: 'cannot', why: `It is gone from ${key}.` };
  }
  const is = comment.body;
  if (sameDocument(is, before ?? withdrawnLike(is))) return { standing: 'back', why: null };
  if (at.archived) return { standing: 'cannot', why: `${key} is archived: nothing can be written to it.` };
  if (sameDocument(is, left) && !isBetween) return { standing: 'as_left', why: null };
  return { standing: 'changed', why: 'Somebody else changed it since.' };
}

const unknownPlace = 'Which comment it is was never answered; only a person said that it was written.';

/** The sentence that takes a comment back, in the form of the text that it stands in for. */
function withdrawnLike({ format }: TicketDocument): TicketDocument {
  return inForm(format, withdrawn);
}

/** Puts the text back that was there, or the sentence that says that the comment is withdrawn. */
export function restoreComment(
  done: DoneComment | DoneReword,
  now: CommentState,
  choice: RestoreChoice,
): { readonly plan: RewordPlan } | Refusal {
  const wording = wordingOf(done);
  const before = choice === 'overwrite' ? wording.first : wording.before;
  const { standing, why } = standingOf(wording, now, before);
  if (standing === 'back') return { refused: 'There is nothing left to undo.', conflicts: [] };
  if (standing === 'cannot' || now.comment === null) return { refused: why ?? '', conflicts: [] };
  const { id, url, visibleTo, body: from } = now.comment;
  const isOurs = sameDocument(from, wording.left);
  if (standing === 'changed' && choice !== 'overwrite' && !(choice === 'untouched' && isOurs && before !== null)) {
    return { refused: 'The comment is no longer as this change left it.', conflicts: [`${url}: ${why}`] };
  }
  const overwrites = standing === 'changed' && choice === 'overwrite';
  const ticket = now.at.ref;
  return {
    plan: {
      kind: 'reword',
      ticket,
      comment: { id, url, visibleTo },
      from,
      body: before ?? withdrawnLike(from),
      overwrites,
    },
  };
}

/** A comment with what was made of it later: its own undo leaves nothing to undo. */
export function combineComment(older: DoneComment, by: DoneBy): DoneComment | null {
  if (older.plan.kind === 'reword') return joined({ ...older, plan: older.plan }, by, 'add_comment');
  const newer = rewordIn(by);
  if (newer === null || newer.plan.comment.id !== writtenBy(older.receipts, addStep)?.id) return null;
  return { ...older, ...laterOf(older, newer), plan: { ...older.plan, body: newer.plan.body } };
}

/** Two texts of one comment as one: from the one before the older to the one after the newer. */
export function combineReword(older: DoneReword, by: DoneBy): DoneReword | null {
  return joined(older, by, 'update_comment');
}

function joined(older: DoneReword, by: DoneBy, tool: string): DoneReword | null {
  const newer = rewordIn(by);
  if (by.tool !== tool || newer === null || newer.plan.comment.id !== older.plan.comment.id) return null;
  const isForeign = !sameDocument(newer.plan.from, leftBy(older));
  return {
    ...older,
    ...laterOf(older, newer),
    before: isForeign ? newer.before : older.before,
    plan: { ...older.plan, body: newer.plan.body },
  };
}

/** What of both is the newer one's, and whether somebody else was at the comment in between. */
function laterOf(older: DoneComment, newer: DoneReword): Pick<DoneReword, 'after' | 'receipts' | 'between'> {
  const isForeign = !sameDocument(newer.plan.from, leftBy(older));
  const between = [...older.between, ...newer.between, ...(isForeign ? [partName(newer.plan.ticket.key)] : [])];
  return {
    after: newer.after,
    receipts: { ...older.receipts, ...newer.receipts },
    between: [...new Set(between)],
  };
}

function rewordIn(by: DoneBy): DoneReword | null {
  if (by.tool !== 'add_comment' && by.tool !== 'update_comment') return null;
  const plan = (by.tool === 'add_comment' ? commentPlan : updateCommentPlan).parse(by.plan);
  if (plan.kind !== 'reword') return null;
  const [before, after, first] = [by.before, by.after, by.first].map((state) => commentState.parse(state));
  return before && after && first ? { ...by, plan, before, after, first } : null;
}
