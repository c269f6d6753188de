import type { DoneBy, Part, Refusal, RestoreChoice, Side } from '#shared/tools/index.ts';
import type { KeptDocument } from '../kept.ts';
import { named } from '../names.ts';
import { type AcceptPlan, type AcceptState, acceptPlan, type DoneAccept } from './plan.ts';

/** What everybody sees: before, as the change left it, and now. */
export function compareAccept(done: DoneAccept, now: AcceptState): readonly Part[] {
  const { plan, before, after } = done;
  return [
    {
      name: `${plan.of === 'page' ? 'page' : 'comment on'} ${named(plan.page)}`,
      before: sideOf(plan, before),
      left: sideOf(plan, after),
      now: sideOf(plan, now),
      ...standingOf(plan, now),
      later: [],
    },
  ];
}

function sideOf(plan: AcceptPlan, { published, comment }: AcceptState): Side {
  if (plan.of === 'page') return published && fileOf(published.body);
  return comment === null || comment.provenance.quarantined ? null : { text: comment.body.text };
}

/** A text of a page on one side. */
function fileOf({ text }: KeptDocument): Side {
  return { file: { content: text, mode: '100644', binary: false } };
}

/** Where it stands; the one judgement that the view and the restore share. */
function standingOf(plan: AcceptPlan, now: AcceptState): Pick<Part, 'standing' | 'why'> {
  if (now.at.trashed) return { standing: 'cannot', why: 'The page is in the trash.' };
  const isOut =
    plan.of === 'page' ? isPageOut(plan.waiting.revision.id, now) : isCommentOut(plan.comment.body.text, now);
  if (isOut === null) return { standing: 'cannot', why: 'Somebody has written to it since.' };
  return { standing: isOut === (plan.kind === 'accept') ? 'as_left' : 'back', why: null };
}

/** Whether others see a revision; null where neither that nor what waits is it any more. */
function isPageOut(id: string, { published, waiting }: AcceptState): boolean | null {
  if (waiting?.revision.id === id) return false;
  return published?.revision.id === id && waiting === null ? true : null;
}

function isCommentOut(text: string, { comment }: AcceptState): boolean | null {
  return comment === null || comment.body.text !== text ? null : !comment.provenance.quarantined;
}

/** Nobody's work is overwritten by it. */
export function restoreAccept(
  { plan }: DoneAccept,
  now: AcceptState,
  _choice: RestoreChoice,
): { readonly plan: AcceptPlan } | Refusal {
  const { standing, why } = standingOf(plan, now);
  if (standing === 'back') return { refused: 'There is nothing left to undo.', conflicts: [] };
  if (standing === 'cannot') return { refused: why ?? '', conflicts: [] };
  const kind = plan.kind === 'accept' ? 'unaccept' : 'accept';
  const page = now.at.ref;
  if (plan.of === 'page')
    return { plan: { ...plan, kind, page, ...(kind === 'accept' && { published: now.published }) } };
  return { plan: { ...plan, kind, page, comment: now.comment ?? plan.comment } };
}

/** Its own undo leaves nothing to undo. */
export function combineAccept(older: DoneAccept, by: DoneBy): DoneAccept | null {
  const plan = acceptPlan.safeParse(by.plan).data;
  const isUndo = by.tool === 'accept_page' && plan !== undefined && plan.kind !== older.plan.kind;
  return isUndo && plan.page.id === older.plan.page.id && plan.change === older.plan.change ? older : null;
}
