import * as z from 'zod';
import { wellFormed } from '#capabilities/common/text.ts';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { lookUpPage, noPage } from '#capabilities/knowledge/asks.ts';
import { pageId, revisionId } from '#capabilities/knowledge/keys.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import type { Contents } from '#shared/tools/index.ts';
import { assertFits } from './fits.ts';
import { longest, textInput, titleInput } from './input.ts';
import { documentIn } from './kept.ts';
import {
  asksAt,
  asksNow,
  leftPage,
  revisionStill,
  standsOnPage,
  targetOf,
  toldOfPageAt,
  writeStep,
  writeTool,
} from './tool.ts';
import { carriedBack } from './update/carried.ts';
import { combineUpdate, compareUpdate, restoreUpdate } from './update/compare.ts';
import { describeUpdate, updateRestoring } from './update/describe.ts';
import { stateOf } from './update/look.ts';
import { type UpdatePlan, type UpdateState, updatePlan, updateState, updateStep } from './update/plan.ts';
import { planUpdate } from './update/prepare.ts';
import { sectionInput } from './update/section.ts';

const edit = z.strictObject({
  find: wellFormed({ min: 1, max: longest }).describe('Text that is there once.'),
  replace: textInput.describe('What stands there then.'),
});

const input = z
  .strictObject({
    page: pageId.describe('The page by its id.'),
    expected_version: revisionId.describe('The `version` that read_page showed: else it is refused.'),
    title: titleInput.optional(),
    text: textInput.optional().describe('All that it shall say, in Markdown, without the title.'),
    edits: z
      .array(edit)
      .min(1)
      .max(50)
      .optional()
      .describe('Instead of text: each find must be there exactly once, as read_page shows it.'),
    section: sectionInput.optional().describe('Instead of text: one section of it.'),
    reason: reasonInput,
    after: afterInput,
    supersedes: supersedesInput,
    idempotency_key: idempotencyKeyInput,
  })
  .refine(({ text, edits, section }) => [text, edits, section].filter((one) => one !== undefined).length <= 1, {
    error: 'must have only one of text, edits and section',
  })
  .refine((wanted) => (wanted.title ?? wanted.text ?? wanted.edits ?? wanted.section) !== undefined, {
    error: 'must have a title, or one of text, edits and section',
  });
type Input = z.infer<typeof input>;

/** A rule may decide it on a page of the agent's own: what no person decided waits until one accepts it. */
export const updatePage = writeTool({
  name: updateStep,
  title: 'Change a page',
  description:
    'Proposes another title or text of a page; only what you give. Nothing is written until it is approved; wait_for_change tells how it goes. If the page changes before that, read it again and propose again. What was approved without a person looking is seen by you alone until a person accepts it.',
  input,
  state: updateState,
  plan: updatePlan,
  // An id may lead anywhere: only the backend can tell what the scope is to be asked.
  asks: () => [],
  names: ({ page }) => ({ page }),
  snapshot: async (wanted: Input, reader: KnowledgeReader, contents: Contents): Promise<UpdateState> => {
    assertFits(wanted, reader.backend);
    return stateOf(await lookUpPage(reader, wanted.page), reader, contents);
  },
  // What an edit finds, and that a text is another, is told by errors: so whoever may not read it may not change it.
  resolved: (_wanted, { at }) => [asksAt(at, 'write'), asksAt(at, 'read')],
  absent: ({ page }) => noPage(page),
  prepare: (wanted: Input, before, contents): UpdatePlan => planUpdate(wanted, before, contents),
  told: ({ at }) => [toldOfPageAt(at)],
  carries: (done, now, plan) => carriedBack(done, now, plan).map(toldOfPageAt),
  target: targetOf,
  describe: describeUpdate,
  standsOn: (_plan, { at }) => [standsOnPage(at)],
  leaves: (_plan, _before, receipts, { at }) => leftPage(updateStep, receipts, { at, made: false }),
  decidable: 'by_policy',
  follows: true,
  still: (_plan, { at }, reader) => revisionStill(at, reader),
  asksNow: ({ page }, reader) => asksNow(reader, [page.id]),
  // A page that was written over has another revision, so that a second run of what took effect is stale.
  steps: ({ page, revision, from, to }) => [
    writeStep(
      updateStep,
      (contents) => ({
        kind: 'update',
        page,
        revision,
        from: { title: from.title, body: documentIn(from.body, contents) },
        ...(to.title !== undefined && { title: to.title }),
        ...(to.body !== undefined && { body: documentIn(to.body, contents) }),
      }),
      'guarded',
    ),
  ],
  observe: async ({ page }, _before, _receipts, reader, contents) =>
    stateOf(await lookUpPage(reader, page.id), reader, contents),
  restoring: updateRestoring,
  compare: compareUpdate,
  restore: restoreUpdate,
  combine: combineUpdate,
});
