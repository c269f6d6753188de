import * as z from 'zod';
import { reasonInput } from '#capabilities/inputs.ts';
import { noPage } from '#capabilities/knowledge/asks.ts';
import { pageId } from '#capabilities/knowledge/keys.ts';
import type { KnowledgeAsk } from '#capabilities/knowledge/types.ts';
import { combineAccept, compareAccept, restoreAccept } from './accept/compare.ts';
import { acceptRestoring, describeAccept } from './accept/describe.ts';
import { acceptStill, lookAtAccept, planAccept } from './accept/look.ts';
import { type AcceptPlan, type AcceptState, acceptPlan, acceptState } from './accept/plan.ts';
import { pageIn } from './accept/things.ts';
import type { KnowledgeWrite } from './ports.ts';
import { asksAt, asksNow, standsOnPage, targetOf, writeStep, writeTool } from './tool.ts';

const input = z.strictObject({
  page: pageId.describe('The page by its id.'),
  change: z
    .string()
    .regex(/^chg_[0-9a-z]{1,60}$/, { error: 'must be the id of a change, chg_…' })
    .describe('The change whose revision of the page, or comment on it, waits.'),
  reason: reasonInput,
});
type Input = z.infer<typeof input>;

/** For people alone: an agent that could accept what agents write would need no quarantine. */
export const acceptPage = writeTool({
  name: 'accept_page',
  title: 'Let others find what waits',
  description:
    'Lets everybody who may read a page find what a change wrote on it that no person had decided, and that waits in quarantine.',
  input,
  state: acceptState,
  plan: acceptPlan,
  door: 'people',
  about: ({ change }) => change,
  // What the newest was made on is let out with it.
  including: ({ earlier = [] }) => earlier.map(({ change }) => change),
  accepts: ({ id, left }) => {
    const page = pageIn(left);
    return page === null ? null : { page, change: id };
  },
  asks: (): readonly KnowledgeAsk[] => [],
  names: ({ page, change }) => ({ page, change }),
  snapshot: (wanted: Input, reader, contents): Promise<AcceptState> => lookAtAccept(wanted, reader, contents),
  resolved: (_wanted, { at }) => [asksAt(at, 'write'), asksAt(at, 'read')],
  absent: ({ page }) => noPage(page),
  prepare: (wanted, before): AcceptPlan => planAccept(wanted, before),
  target: targetOf,
  describe: (plan: AcceptPlan, before, contents) => describeAccept(plan, before, contents),
  standsOn: ({ of }, { at }) => [standsOnPage(at, of === 'page' ? 'revision' : 'page')],
  still: acceptStill,
  asksNow: ({ page }, reader) => asksNow(reader, [page.id]),
  // What is accepted does not wait any more, so that a second run of what took effect is stale.
  steps: (plan) => [writeStep(plan.kind, () => wantedBy(plan), 'guarded')],
  observe: ({ page, change }, _before, _receipts, reader, contents) =>
    lookAtAccept({ page: page.id, change }, reader, contents),
  restoring: acceptRestoring,
  compare: compareAccept,
  restore: restoreAccept,
  combine: combineAccept,
});

function wantedBy(plan: AcceptPlan): KnowledgeWrite {
  const { kind, page, change } = plan;
  if (plan.of === 'page') {
    const waiting = plan.waiting.revision;
    return { kind, page, revision: waiting.id, waiting, change };
  }
  const { id, url, replyTo, body: expect } = plan.comment;
  return { kind: `${kind}_comment`, page, comment: { id, url, replyTo }, expect, change };
}
