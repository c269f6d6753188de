import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { branchName } from '#capabilities/repo/branch.ts';
import { thingOf } from '#capabilities/repo/things.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Receipts, StillHolds } from '#shared/tools/index.ts';
import { pullRequestText, pullRequestTitle } from './message.ts';
import {
  existingPullRequest,
  noPullRequest,
  numberInput,
  placeOf,
  pullRequestStill,
  standsOnPullRequest,
} from './pull-request/existing.ts';
import { refOf } from './state.ts';
import { repositoryInput, targetOf, writeTool } from './tool.ts';
import { combineUpdate, compareUpdate, restoreUpdate } from './update/compare.ts';
import { describeUpdate, updateRestoring } from './update/describe.ts';
import { changedFields, type UpdatePlan, type UpdateState, updatePlan, updateState } from './update/plan.ts';
import { obstacleTo, planUpdate } from './update/prepare.ts';
import { updateSteps } from './update/steps.ts';

const input = z
  .strictObject({
    repository: repositoryInput,
    number: numberInput,
    title: pullRequestTitle.optional().describe('A new title, one line of at most 256 characters.'),
    body: pullRequestText
      .optional()
      .describe('A new text in the place of the old one, in Markdown. May refer to the change in after.'),
    base: branchName.optional().describe('Another branch to merge into.'),
    draft: z.boolean().optional().describe('true makes it a draft; false marks it ready for review.'),
    state: z.enum(['open', 'closed']).optional().describe('closed closes it without merging; open reopens it.'),
    reason: reasonInput,
    after: afterInput,
    supersedes: supersedesInput,
    idempotency_key: idempotencyKeyInput,
  })
  .refine((wanted) => [wanted.title, wanted.body, wanted.base, wanted.draft, wanted.state].some(isGiven), {
    error: 'must have at least one of title, body, base, draft and state',
  });
type Input = z.infer<typeof input>;

function isGiven(value: unknown): boolean {
  return value !== undefined;
}

/**
 * A task grant covers new words and going back to a draft. Closing, reopening, asking for reviews and another base
 * branch are flags (`closes`, `publishes`, `retargets`), so that a grant covers them only where a rule names them; no
 * review rule decides any of it without a person.
 */
export const updatePullRequest = writeTool({
  name: 'update_pull_request',
  title: 'Change a pull request',
  description:
    'Proposes to change a pull request: its title, text, base branch, draft or ready for review, open or closed; only what you give. Nothing is written until a person approves; wait_for_change tells how it goes. If somebody changes the same before that, propose again. To change its files use commit_files.',
  input,
  state: updateState,
  plan: updatePlan,
  asks: ({ repository, base, ...wanted }) => [
    { want: 'write', repository, ...(base === undefined ? {} : { base }) },
    ...readsOf(repository, wanted),
  ],
  snapshot: (wanted: Input, reader: RepoReader) => look(reader, wanted, wanted.base === undefined ? [] : [wanted.base]),
  resolved: ({ base, ...wanted }, before) => [
    placeOf(before),
    ...(base === undefined ? [] : [{ ...placeOf(before), base }]),
    ...readsOf(before.repository.name, wanted),
  ],
  absent: noPullRequest,
  prepare: planUpdate,
  target: targetOf,
  describe: (plan: UpdatePlan, _before, contents) => describeUpdate(plan, contents),
  standsOn: (_plan, before) => standsOnPullRequest(before),
  leaves: ({ pullRequest }: UpdatePlan, _before, receipts: Receipts) =>
    Object.keys(receipts).length === 0 ? [] : [{ thing: thingOf({ pullRequest }), version: null, made: false }],
  follows: true,
  still,
  steps: updateSteps,
  texts: (plan: UpdatePlan, each) =>
    plan.body === undefined ? plan : { ...plan, body: { ...plan.body, to: each(plan.body.to) } },
  observe: ({ repository, pullRequest, base }: UpdatePlan, _before, _receipts, reader: RepoReader) =>
    look(
      reader,
      { repository: repository.name, number: pullRequest.number },
      base === undefined ? [] : [base.from, base.to],
    ),
  restoring: updateRestoring,
  compare: compareUpdate,
  restore: restoreUpdate,
  combine: combineUpdate,
});

/** Whoever may not read a text may not learn by a write whether it has guessed it. */
function readsOf(repository: string, { title, body }: Pick<Input, 'title' | 'body'>) {
  return title === undefined && body === undefined ? [] : [{ want: 'read' as const, repository }];
}

async function look(
  reader: RepoReader,
  wanted: { readonly repository: string; readonly number: number },
  bases: readonly string[],
): Promise<UpdateState> {
  const repository = refOf(await reader.repository(wanted.repository));
  const { name } = repository;
  const pullRequest = await existingPullRequest(reader, { repository: name, number: wanted.number });
  const [head, ...found] = await Promise.all([pullRequest.head, ...bases].map((branch) => reader.head(name, branch)));
  return {
    repository,
    pullRequest,
    head: head ?? null,
    bases: bases.map((base, index) => ({ name: base, exists: (found[index] ?? null) !== null })),
  };
}

async function still(plan: UpdatePlan, before: UpdateState, reader: RepoReader): Promise<StillHolds> {
  const holds = await pullRequestStill(before, reader);
  if ('stale' in holds) return holds;
  const { number } = plan.pullRequest;
  const other = changedFields(plan).find((field) => holds.found[field] !== plan[field]?.from);
  if (other !== undefined) return { stale: `The ${other} of pull request ${number} is another by now.` };
  const head = plan.state?.to === 'open' ? await reader.head(plan.repository.name, holds.found.head) : before.head;
  const obstacle = obstacleTo('state', plan, { ...before, pullRequest: holds.found, head });
  return plan.state === undefined || obstacle === null ? 'holds' : { stale: obstacle };
}
