import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { noPage } from '#capabilities/knowledge/asks.ts';
import { pageId, revisionId } from '#capabilities/knowledge/keys.ts';
import type { KnowledgeAsk } from '#capabilities/knowledge/types.ts';
import { AppError } from '#shared/errors.ts';
import { asksAt, asksNow, leftPage, standsOnPage, targetOf, toldOfPageAt, writeStep, writeTool } from './tool.ts';
import { combineTrash, compareTrash, restoreTrash } from './trash/compare.ts';
import { describeTrash, trashRestoring } from './trash/describe.ts';
import { assertNoneUnder, lookAtTrash, trashStill } from './trash/look.ts';
import { type TrashPlan, type TrashState, trashPlan, trashState } from './trash/plan.ts';

const input = z.strictObject({
  page: pageId.describe('The page by its id. It must not have pages under it.'),
  expected_version: revisionId.describe('The `version` that read_page showed.'),
  reason: reasonInput,
  after: afterInput,
  supersedes: supersedesInput,
  idempotency_key: idempotencyKeyInput,
});
type Input = z.infer<typeof input>;

/** Pages are put into the trash and never deleted: what is in it can be brought back with all that is on it. */
export const trashPage = writeTool({
  name: 'trash_page',
  title: 'Put a page into the trash',
  description:
    'Proposes to put a page without any under it into the trash: searches do not find it any more, and it can be brought back. Nothing is written until a person approves; wait_for_change tells how it goes.',
  input,
  state: trashState,
  plan: trashPlan,
  asks: (): readonly KnowledgeAsk[] => [],
  names: ({ page }) => ({ page }),
  snapshot: ({ page }: Input, reader, contents): Promise<TrashState> => lookAtTrash(page, null, reader, contents),
  // Its text is shown, and its version is an answer to a guess.
  resolved: (_wanted, { at }) => [asksAt(at, 'write'), asksAt(at, 'read')],
  absent: ({ page }) => noPage(page),
  prepare,
  told: ({ at }) => [toldOfPageAt(at)],
  // Its words stay as they are.
  carries: (_done, { at }) => [toldOfPageAt(at)],
  target: targetOf,
  describe: (plan: TrashPlan) => describeTrash(plan),
  standsOn: (_plan, { at }) => [standsOnPage(at)],
  leaves: ({ kind }, _before, receipts, { at }) => leftPage(kind, receipts, { at, made: false }),
  still: trashStill,
  asksNow: ({ page }, reader) => asksNow(reader, [page.id]),
  // The writer reads the page right before, so that a second run of what took effect is stale.
  steps: ({ kind, page, place, revision }) => [
    writeStep(kind, () => (kind === 'trash' ? { kind, page, place, revision } : { kind, page, place }), 'guarded'),
  ],
  observe: ({ page, was }, _before, _receipts, reader, contents) => lookAtTrash(page.id, was, reader, contents),
  restoring: trashRestoring,
  compare: compareTrash,
  restore: restoreTrash,
  combine: combineTrash,
});

function prepare({ expected_version: expected }: Input, before: TrashState): TrashPlan {
  const { at, body, others, place } = before;
  if (at.trashed || place === null) {
    throw new AppError('conflict', `The page ${at.ref.id} is in the trash already.`);
  }
  if (at.revision !== expected) {
    throw new AppError('conflict', `The page ${at.ref.id} is no longer at that version.`, {
      next: 'Read it again: what would go is not what you saw.',
    });
  }
  assertNoneUnder(before);
  return {
    ...{ kind: 'trash', page: at.ref, was: place, place, revision: at.revision, body, overwrites: false },
    ...(others !== undefined && { others }),
  };
}
