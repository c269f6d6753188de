import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { namespaceKey, pageId } from '#capabilities/knowledge/keys.ts';
import type { KnowledgeAsk } from '#capabilities/knowledge/types.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { combineMove, compareMove, restoreMove } from './move/compare.ts';
import { describeMove, moveRestoring } from './move/describe.ts';
import { asksOfMove, assertCanMove, lookAtMove, moveStill, notBoth, observeMove } from './move/look.ts';
import { type MovePlan, type MoveState, movePlan, moveState } from './move/plan.ts';
import { parentOf } from './places.ts';
import {
  asksNow,
  assertNotTrashed,
  leftPage,
  standsOnPage,
  targetOf,
  thingOf,
  toldOfPageAt,
  writeStep,
  writeTool,
} from './tool.ts';

const input = z
  .strictObject({
    page: pageId.describe('The page by its id. What is under it comes along.'),
    parent: pageId.nullable().describe('The page to put it under, by its id; null for the top of a namespace.'),
    namespace: namespaceKey
      .optional()
      .describe('With parent null: the namespace to whose top it goes; its own unless given.'),
    reason: reasonInput,
    after: afterInput,
    supersedes: supersedesInput,
    idempotency_key: idempotencyKeyInput,
  })
  .refine(({ parent, namespace }) => parent === null || namespace === undefined, {
    error: 'is told by the parent: leave it out, or give null as the parent',
    path: ['namespace'],
  });
type Input = z.infer<typeof input>;

/** No rule decides a move: what others find where, and who sees it, goes by where it is. */
export const movePage = writeTool({
  name: 'move_page',
  title: 'Move a page',
  description:
    'Proposes to move a page, with all that is under it, under another page or to the top of a namespace. Nothing is written until a person approves; wait_for_change tells how it goes.',
  input,
  state: moveState,
  plan: movePlan,
  asks: ({ namespace }): readonly KnowledgeAsk[] =>
    namespace === undefined ? [] : [{ want: 'write', namespace, page: { id: null, above: [] } }],
  names: ({ page, parent }) => ({ page, parent }),
  snapshot: (wanted: Input, reader: KnowledgeReader): Promise<MoveState> => lookAtMove(wanted, reader),
  resolved: (_wanted, before) => asksOfMove(before),
  absent: notBoth,
  prepare: (_wanted, before): MovePlan => {
    assertNotTrashed(before.at);
    return { page: before.at.ref, ...assertCanMove(before), under: before.under, overwrites: false };
  },
  told: ({ at }) => [toldOfPageAt(at)],
  // Its words stay as they are.
  carries: (_done, { at }) => [toldOfPageAt(at)],
  target: targetOf,
  describe: (plan: MovePlan) => describeMove(plan),
  standsOn: ({ to }, { at }) => {
    const parent = parentOf(to);
    const under = parent === undefined ? [] : [{ thing: thingOf({ page: parent.id }), version: null }];
    return [standsOnPage(at, 'page'), ...under];
  },
  leaves: (_plan, _before, receipts, { at }) => leftPage('move', receipts, { at, made: false }),
  still: moveStill,
  asksNow: ({ page, to }, reader) => asksNow(reader, [page.id, ...to.above.slice(-1).map(({ id }) => id)]),
  // The writer reads the page's place right before, so that a second run of what took effect is stale.
  steps: ({ page, from, to }) => [writeStep('move', () => ({ kind: 'move', page, from, to }), 'guarded')],
  observe: (plan, _before, _receipts, reader) => observeMove(plan, reader),
  restoring: moveRestoring,
  compare: compareMove,
  restore: restoreMove,
  combine: combineMove,
});
