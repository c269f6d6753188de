import * as z from 'zod';
import { reasonInput } from '#capabilities/inputs.ts';
import { asksOfAll, noNamespace } from '#capabilities/knowledge/asks.ts';
import { namespaceKey } from '#capabilities/knowledge/keys.ts';
import { AppError } from '#shared/errors.ts';
import { combineBringBack, compareBringBack, restoreBringBack } from './bring-back/compare.ts';
import { bringBackRestoring, describeBringBack } from './bring-back/describe.ts';
import { lookAtNamespace } from './bring-back/look.ts';
import { observePages, pagesStill } from './bring-back/observe.ts';
import { type BringBackPlan, type BringBackState, bringBackPlan, bringBackState } from './bring-back/plan.ts';
import { bringBackWrite } from './bring-back/steps.ts';
import { thingOf, writeStep, writeTool } from './tool.ts';

const input = z.strictObject({
  namespace: namespaceKey.describe('The namespace by its key.'),
  at: z.iso.datetime({ offset: true }).describe('The moment, as 2026-11-22T08:00:00Z: what was so then is so again.'),
  reason: reasonInput,
});
type Input = z.infer<typeof input>;

/** For people alone: it takes back what others did, whoever they are. */
export const bringBackNamespace = writeTool({
  name: 'bring_back_namespace',
  title: 'Bring a namespace back to a moment',
  description:
    'Makes the pages of a namespace what everybody saw at a moment: texts, titles and places as they were, what was put away since out of the trash, what was made since into it. All of it or nothing.',
  input,
  state: bringBackState,
  plan: bringBackPlan,
  door: 'people',
  // Whoever decides what is written anywhere in it.
  asks: ({ namespace }: Input) => [asksOfAll(namespace, 'write')],
  offers: ({ namespace }) => ({ namespace }),
  snapshot: (wanted: Input, reader, contents): Promise<BringBackState> => lookAtNamespace(wanted, reader, contents),
  resolved: (_wanted, { namespace: { key } }) => [asksOfAll(key, 'write')],
  absent: ({ namespace }) => noNamespace(namespace),
  prepare: ({ at }, { namespace, pages, stays }): BringBackPlan => {
    const differing = pages.flatMap(({ page, now, to, overwrites }) =>
      now === null || to === null ? [] : [{ page, from: now, to, overwrites }],
    );
    if (differing.length > 0) return { namespace, at: new Date(at).toISOString(), pages: differing, stays };
    const left = stays.length === 0 ? '' : ', but for pages of which it cannot be made so';
    throw new AppError('conflict', `${namespace.key} is as it was then${left}.`);
  },
  target: ({ namespace: { id, key } }) => ({ namespaceId: id, namespace: key, pageId: null }),
  describe: describeBringBack,
  leaves: ({ pages }, _before, receipts, after) =>
    Object.keys(receipts).length === 0
      ? []
      : pages.map(({ page }, index) => ({
          thing: thingOf({ page: page.id }),
          version: after.pages[index]?.now?.revision ?? null,
          made: false,
        })),
  still: (plan: BringBackPlan, _before, reader) => pagesStill(plan, reader),
  // Each part of it expects what it changes, so that a second run of what took effect is stale.
  steps: (plan) => [writeStep('bring_back', (contents) => bringBackWrite(plan, contents), 'guarded')],
  observe: (plan, _before, _receipts, reader, contents) => observePages(plan, reader, contents),
  restoring: bringBackRestoring,
  compare: compareBringBack,
  restore: restoreBringBack,
  combine: combineBringBack,
});
