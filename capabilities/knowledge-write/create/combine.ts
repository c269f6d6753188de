import type { DoneBy } from '#shared/tools/index.ts';
import { acceptPlan } from '../accept/plan.ts';
import { sameText } from '../kept.ts';
import { writtenBy } from '../tool.ts';
import { trashPlan } from '../trash/plan.ts';
import { leftBy } from '../update/compare.ts';
import { partName } from './compare.ts';
import { createPlan, createStep, type DoneCreate, type Made } from './plan.ts';

/**
 * A page that was made, with what was written to it, accepted of it, or put away since, is one page to put away. Its own
 * undo leaves nothing to undo.
 */
export function combineCreate(older: DoneCreate, by: DoneBy): DoneCreate | null {
  const id = older.plan.kind === 'create' ? writtenBy(older.receipts, createStep)?.id : older.plan.page.id;
  switch (by.tool) {
    case createStep: {
      const plan = createPlan.parse(by.plan);
      return plan.kind !== 'create' && plan.page.id === id ? older : null;
    }
    case 'trash_page':
      return trashPlan.parse(by.plan).page.id === id ? older : null;
    case 'accept_page':
      return acceptPlan.parse(by.plan).page.id === id ? older : null;
    case 'update_page':
      return withWords(older, by, id);
    default:
      return null;
  }
}

function withWords(older: DoneCreate, by: DoneBy, id: string | undefined): DoneCreate | null {
  const { made } = older.after;
  const { page, from, left } = leftBy(by);
  if (older.plan.kind !== 'create' || made === null || page.id !== id) return null;
  const isNext = from.title === made.at.ref.title && sameText(from.body, made.body);
  const written: Made = {
    ...made,
    at: { ...made.at, ref: { ...made.at.ref, title: left.title } },
    body: left.body,
  };
  const between = [...older.between, ...by.between, ...(isNext ? [] : [partName(older)])];
  return { ...older, after: { ...older.after, made: written }, between: [...new Set(between)] };
}
