import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Json, Landed, Step } from '#shared/tools/index.ts';
import { sameText } from '../comment/plan.ts';
import type { PullRequestChange, RepoWriter } from '../ports.ts';
import type { FieldName, UpdatePlan } from './plan.ts';

type RepoStep = Step<RepoReader, RepoWriter>;

/** One call for each thing that the backend changes by itself: it is opened first and closed last. */
export function updateSteps(plan: UpdatePlan): readonly RepoStep[] {
  const { state, base, title, body, draft } = plan;
  return [
    ...(state?.to === 'open' ? [step('reopen_pull_request', plan, ['state'], { state: 'open' })] : []),
    ...(base === undefined ? [] : [step('change_base', plan, ['base'], { base: base.to })]),
    ...(title === undefined && body === undefined
      ? []
      : [
          step('edit_pull_request', plan, ['title', 'body'], {
            ...(title && { title: title.to }),
            ...(body && { body: body.to }),
          }),
        ]),
    ...(draft === undefined
      ? []
      : [step(draft.to ? 'convert_to_draft' : 'mark_ready', plan, ['draft'], { draft: draft.to })]),
    ...(state?.to === 'closed' ? [step('close_pull_request', plan, ['state'], { state: 'closed' })] : []),
  ];
}

/**
 * The backend has no precondition for a pull request. The writer reads the fields right before it changes them, so that
 * a second run of what took effect is stale, and one that overwrites somebody has the time of one request to do it in.
 */
function step(name: string, plan: UpdatePlan, of: readonly FieldName[], to: PullRequestChange): RepoStep {
  const { repository, pullRequest } = plan;
  const fields = of.filter((field) => plan[field] !== undefined);
  const from = Object.fromEntries(fields.map((field) => [field, plan[field]?.from]));
  const receipt: Json = { number: pullRequest.number };
  return {
    name,
    repeat: 'guarded',
    run: async ({ write }) => {
      await write.changePullRequest({ nodeId: pullRequest.nodeId, from, to });
      return receipt;
    },
    landed: async (reader): Promise<Landed> => {
      const found = await reader.pullRequest(repository.name, pullRequest.number);
      if (found === null || found.nodeId !== pullRequest.nodeId) return 'unclear';
      const is = (side: 'from' | 'to') => (field: FieldName) => same(found[field], plan[field]?.[side]);
      if (fields.every(is('to'))) return { landed: receipt };
      return fields.every(is('from')) ? 'not_found' : 'unclear';
    },
  };
}

function same(found: string | boolean, planned: string | boolean | undefined): boolean {
  return typeof found === 'string' && typeof planned === 'string' ? sameText(found, planned) : found === planned;
}
