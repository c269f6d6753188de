import { inPlaceOf } from '#capabilities/common/mark-comment.ts';
import { AppError } from '#shared/errors.ts';
import { plain, sameText } from '../comment/plan.ts';
import { change, changedFields, type UpdatePlan, type UpdateState, type Values } from './plan.ts';

/** What a call may ask of a pull request. */
export type WantedFields = { readonly [F in keyof Values]?: Values[F] | undefined } & {
  readonly state?: 'open' | 'closed' | undefined;
};

/** The plan of what differs from what is there. Throws AppError when the backend could not do it. */
export function planUpdate(wanted: WantedFields, before: UpdateState): UpdatePlan {
  const { repository, pullRequest: was } = before;
  const { title = was.title, base = was.base, draft = was.draft, state = was.state } = wanted;
  const plan: UpdatePlan = {
    repository,
    pullRequest: { number: was.number, nodeId: was.nodeId },
    ...change('title', was.title, title.trim()),
    ...change('body', was.body, bodyOf(wanted.body, was.body)),
    ...change('base', was.base, base),
    ...change('draft', was.draft, draft),
    ...change('state', was.state, state),
    overwrites: [],
  };
  const fields = changedFields(plan);
  if (fields.length === 0) {
    throw new AppError('invalid_arguments', 'There is no change: the pull request already is as you want it.');
  }
  const obstacle = fields.map((field) => obstacleTo(field, plan, before)).find((one) => one !== null);
  if (obstacle) throw new AppError('conflict', obstacle);
  return plan;
}

function bodyOf(wanted: string | undefined, was: string): string {
  if (wanted === undefined) return was;
  const body = inPlaceOf(was, plain(wanted));
  return sameText(body, was) ? was : body;
}

/** Why the backend would not change a field of this pull request; null when it would. */
export function obstacleTo(
  field: keyof Values,
  plan: Pick<UpdatePlan, 'state' | 'base'>,
  { pullRequest: { number, state, head, headOid }, head: branch, bases }: UpdateState,
): string | null {
  if (field === 'title' || field === 'body') return null;
  if (state === 'merged') return `Pull request ${number} is merged: nothing but its words can be changed.`;
  const reopens = plan.state?.to === 'open';
  if (field === 'state') {
    return reopens && branch !== headOid
      ? `Pull request ${number} cannot be reopened: its branch ${head} is gone, or not where it was.`
      : null;
  }
  if (state === 'closed' && !reopens) return `Pull request ${number} is closed: only an open one can be changed so.`;
  const base = plan.base?.to;
  if (field !== 'base' || base === undefined) return null;
  if (base === head) return `Pull request ${number} comes from ${base} and cannot be merged into it.`;
  return bases.some(({ name, exists }) => name === base && exists)
    ? null
    : `There is no branch ${JSON.stringify(base)}.`;
}
