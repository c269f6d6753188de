import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { namespaceKey, pageId } from '#capabilities/knowledge/keys.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { combineCreate } from './create/combine.ts';
import { compareCreate, restoreCreate } from './create/compare.ts';
import { createRestoring, describeCreate } from './create/describe.ts';
import { lookAtMade, lookAtPlace, noneOf } from './create/look.ts';
import { type CreatePlan, createPlan, createState, createStep } from './create/plan.ts';
import { placeFor, planPage } from './create/prepare.ts';
import { createSteps, createStill } from './create/steps.ts';
import { textInput, titleInput } from './input.ts';
import { parentOf } from './places.ts';
import { asksAt, asksInto, asksNow, leftPage, targetOf, thingOf, toldOfPageAt, writeTool, writtenBy } from './tool.ts';

const input = z.strictObject({
  namespace: namespaceKey.describe('The namespace by its key, as list_pages shows it.'),
  parent: pageId.optional().describe('The page to put it under, by its id; the top of the namespace unless given.'),
  title: titleInput,
  text: textInput.describe('What it says, in Markdown, without the title.'),
  reason: reasonInput,
  after: afterInput,
  supersedes: supersedesInput,
  idempotency_key: idempotencyKeyInput,
});
type Input = z.infer<typeof input>;

/** A rule may decide it under a page of the agent's own: what no person decided waits until one accepts it. */
export const createPage = writeTool({
  name: createStep,
  title: 'Make a page',
  description:
    'Proposes a new page in a namespace. Nothing is written until it is approved; wait_for_change tells how it goes. What was approved without a person looking is seen by you alone until a person accepts it. A later change, with this one as its after, may refer to its page_url.',
  input,
  state: createState,
  plan: createPlan,
  // Which pages are above the parent, the backend alone can tell.
  asks: ({ namespace, parent }: Input) =>
    parent === undefined
      ? [{ want: 'write' as const, namespace, page: { id: null, above: [] } }]
      : [{ want: 'write' as const, namespace }],
  names: ({ parent }) => (parent === undefined ? {} : { parent }),
  snapshot: (wanted: Input, reader: KnowledgeReader) => lookAtPlace(reader, wanted),
  resolved: (_wanted, before) => [
    asksInto(placeFor(before)),
    ...(before.made === null ? [] : [asksAt(before.made.at, 'write')]),
  ],
  absent: noneOf,
  prepare: (wanted: Input, before, contents): CreatePlan => planPage(wanted, before, contents),
  told: ({ made }) => (made === null ? [] : [toldOfPageAt(made.at)]),
  carries: (_done, { made }) => (made === null ? [] : [toldOfPageAt(made.at)]),
  target: (plan) => {
    if (plan.kind !== 'create') return targetOf(plan);
    const { id, key } = plan.place.namespace;
    return { namespaceId: id, namespace: key, pageId: null };
  },
  describe: describeCreate,
  standsOn: (plan) =>
    subjectsOf(plan).map((page) => ({
      thing: thingOf({ page }),
      version: plan.kind === 'create' ? null : plan.revision,
    })),
  leaves: (plan, _before, receipts, { made }) =>
    leftPage(plan.kind === 'create' ? createStep : plan.kind, receipts, {
      at: made?.at ?? null,
      made: plan.kind === 'create',
    }),
  decidable: 'by_policy',
  follows: true,
  still: (plan: CreatePlan, _before, reader) => createStill(plan, reader),
  asksNow: (plan: CreatePlan, reader) => asksNow(reader, subjectsOf(plan)),
  steps: createSteps,
  receipt: {
    fields: { page_url: 'url', page_id: 'id' },
    of: (_plan, receipts) => {
      const made = writtenBy(receipts, createStep);
      return { page_url: made?.url ?? null, page_id: made?.id ?? null };
    },
  },
  observe: (plan, before, receipts, reader, contents) => lookAtMade(reader, { plan, before, receipts }, contents),
  restoring: createRestoring,
  compare: compareCreate,
  restore: restoreCreate,
  combine: combineCreate,
});

/** The page that a plan goes by: the one to put a new page under, where there is one, or the page itself. */
function subjectsOf(plan: CreatePlan): readonly string[] {
  if (plan.kind !== 'create') return [plan.page.id];
  const parent = parentOf(plan.place);
  return parent === undefined ? [] : [parent.id];
}
