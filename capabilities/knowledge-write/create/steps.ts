import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import type { StillHolds } from '#shared/tools/index.ts';
import { documentIn } from '../kept.ts';
import { parentOf, placeNow, samePlace } from '../places.ts';
import { type KnowledgeStep, pageStill, placeOf, repeatOf, writeStep } from '../tool.ts';
import { type CreatePlan, createStep } from './plan.ts';

/**
 * Nothing but the backend itself can keep a page from being made twice. Whether a page is in the trash its writer reads
 * right before, so that a second run of what took effect is stale.
 */
export function createSteps(plan: CreatePlan): readonly KnowledgeStep[] {
  if (plan.kind === 'create') {
    const { place, title, body } = plan;
    const wanted = { kind: 'create', place, title } as const;
    return [writeStep(createStep, (contents) => ({ ...wanted, body: documentIn(body, contents) }), repeatOf(plan))];
  }
  const { kind, page, place, revision } = plan;
  const wanted = kind === 'trash' ? { kind, page, place, revision } : { kind, page, place };
  return [writeStep(kind, () => wanted, 'guarded')];
}

export async function createStill(plan: CreatePlan, reader: KnowledgeReader): Promise<StillHolds> {
  if (plan.kind !== 'trash' && (await placeNow(reader, plan.place)) === null) {
    const where = parentOf(plan.place) === undefined ? 'The namespace' : 'The page to put it under, or its namespace,';
    return { stale: `${where} is not there any more, or takes nothing new.` };
  }
  if (plan.kind === 'create') return 'holds';
  const there = await pageStill({ ref: plan.page }, reader);
  if ('stale' in there) return there;
  const { trashed, revision, parent } = there.found;
  if (trashed === (plan.kind === 'trash')) return { stale: `The page is ${trashed ? 'in the trash' : 'back'} by now.` };
  if (plan.kind === 'untrash') return 'holds';
  if (parent === true) return { stale: 'There are pages under it.' };
  if (!samePlace(placeOf(there.found), plan.place)) return { stale: 'The page is at another place by now.' };
  return revision.id === plan.revision ? 'holds' : { stale: 'The page has another revision by now.' };
}
