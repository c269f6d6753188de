import { type KnowledgeStep, repeatOf, writeStep } from '../tool.ts';
import type { CommentPlan } from './plan.ts';
import { bodyToAdd } from './text.ts';

/** The step that makes a comment; its receipt tells which one. */
export const addStep = 'comment';

export function commentSteps(plan: CommentPlan): readonly KnowledgeStep[] {
  const { page } = plan;
  if (plan.kind === 'add') {
    const body = bodyToAdd(plan.body, plan.documents);
    return [writeStep(addStep, () => ({ kind: 'comment', page, body, replyTo: plan.replyTo }), repeatOf(plan))];
  }
  // The writer reads the text right before, so that a second run of what took effect is stale.
  const { comment, from: expect, body } = plan;
  return [writeStep('edit_comment', () => ({ kind: 'edit_comment', page, comment, expect, body }), 'guarded')];
}
