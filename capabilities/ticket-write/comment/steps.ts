import { repeatOf, type TicketStep, writeStep } from '../tool.ts';
import type { CommentPlan } from './plan.ts';
import { bodyInPlace, bodyToAdd } from './text.ts';

/** The step that makes a comment; its receipt tells which one. */
export const addStep = 'comment';

/** The step that gives a comment another text. */
export const editStep = 'edit_comment';

export function commentSteps(plan: CommentPlan): readonly TicketStep[] {
  const { ticket } = plan;
  if (plan.kind === 'add') {
    const wanted = { kind: 'comment', ticket, body: bodyToAdd(plan), visibleTo: plan.visibleTo } as const;
    return [writeStep(addStep, wanted, repeatOf(plan))];
  }
  // The writer reads the text right before, so that a second run of what took effect is stale.
  const { comment, from: expect } = plan;
  const wanted = { kind: 'edit_comment', ticket, comment, expect, body: bodyInPlace(plan) } as const;
  return [writeStep(editStep, wanted, 'guarded')];
}
