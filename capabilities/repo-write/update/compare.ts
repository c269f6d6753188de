import { isOverwritten, isPutBack, type PartNow, refusalOf, standingOf } from '#capabilities/common/put-back.ts';
import type { Done, DoneBy, Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { referencesIn } from '#shared/tools/index.ts';
import { sameText } from '../comment/plan.ts';
import {
  change,
  changedFields,
  type FieldName,
  fieldNames,
  partName,
  shown,
  type UpdatePlan,
  type UpdateState,
  updatePlan,
  updateState,
} from './plan.ts';
import { obstacleTo } from './prepare.ts';

export type DoneUpdate = Done<UpdateState, UpdatePlan>;

/** Each field of the pull request that the change set: before, as it left it, and now. */
export function compareUpdate(done: DoneUpdate, now: UpdateState): readonly Part[] {
  return changedFields(done.plan).map((field) => {
    const text = (value: string | boolean) => ({ text: shown(field, value) });
    return {
      name: partName(done.plan, field),
      before: text(done.first.pullRequest[field]),
      left: text(leftOf(done, field)),
      now: text(now.pullRequest[field]),
      ...standingOf(fieldNow(done, field, now)),
      later: [],
    };
  });
}

/** The plan says what was left; what was read afterwards only where the plan has references in it. */
function leftOf({ plan, after }: Pick<DoneUpdate, 'plan' | 'after'>, field: FieldName): string | boolean {
  const to = plan[field]?.to ?? after.pullRequest[field];
  return typeof to === 'string' && referencesIn(to).length > 0 ? after.pullRequest[field] : to;
}

function same(one: string | boolean, other: string | boolean): boolean {
  return typeof one === 'string' && typeof other === 'string' ? sameText(one, other) : one === other;
}

/** How a field is now. */
function fieldNow(done: DoneUpdate, field: FieldName, now: UpdateState): PartNow {
  const is = (value: string | boolean) => same(now.pullRequest[field], value);
  return {
    isBack: is(done.first.pullRequest[field]) && is(done.before.pullRequest[field]),
    isLeft: is(leftOf(done, field)),
    isBetween: done.between.includes(partName(done.plan, field)),
    obstacle: obstacleTo(field, { ...turned(done, now), ...valueBack(done, 'base', now, 'refuse') }, now),
  };
}

/** Whether the restore opens or closes it, on which hangs what else can be put back. */
function turned(done: DoneUpdate, now: UpdateState): Partial<UpdatePlan> {
  return done.plan.state === undefined ? {} : valueBack(done, 'state', now, 'refuse');
}

/** The change that puts one field back; what others did between our changes comes back unless it is to be overwritten. */
function valueBack(done: DoneUpdate, field: FieldName, now: UpdateState, choice: RestoreChoice): Partial<UpdatePlan> {
  if (done.plan[field] === undefined) return {};
  const wanted = (choice === 'overwrite' ? done.first : done.before).pullRequest[field];
  return change(field, now.pullRequest[field], wanted);
}

/** Puts each field back that is as the change left it; what somebody changed since, only where that is to be overwritten. */
export function restoreUpdate(
  done: DoneUpdate,
  now: UpdateState,
  choice: RestoreChoice,
): { readonly plan: UpdatePlan } | Refusal {
  const conflicts: string[] = [];
  const overwrites: FieldName[] = [];
  let fields: Partial<UpdatePlan> = {};
  for (const field of changedFields(done.plan)) {
    const part = fieldNow(done, field, now);
    const { standing, why } = standingOf(part);
    if (standing === 'back') continue;
    if (!isPutBack(part, choice)) {
      conflicts.push(`${partName(done.plan, field)}: ${why}`);
      continue;
    }
    const more = { ...fields, ...valueBack(done, field, now, choice) };
    // It may be that it is not opened after all.
    const obstacle = obstacleTo(field, more, now);
    if (obstacle !== null) {
      conflicts.push(`${partName(done.plan, field)}: ${obstacle}`);
      continue;
    }
    fields = more;
    if (isOverwritten(part, choice)) overwrites.push(field);
  }
  const { number, nodeId } = now.pullRequest;
  const plan = { repository: now.repository, pullRequest: { number, nodeId }, ...fields, overwrites };
  return refusalOf('pull request', { back: changedFields(plan), conflicts }, choice) ?? { plan };
}

/** Two changes of one pull request as one: each field from before the older to after the newer. */
export function combineUpdate(older: DoneUpdate, by: DoneBy): DoneUpdate | null {
  const plan = updatePlan.safeParse(by.plan).data;
  const same_ = plan?.pullRequest.nodeId === older.plan.pullRequest.nodeId;
  if (by.tool !== 'update_pull_request' || plan === undefined || !same_) return null;
  const newer = { plan, ...states(by) };
  const foreign = changedFields(plan).filter((field) => {
    return older.plan[field] !== undefined && !same(newer.before.pullRequest[field], leftOf(older, field));
  });
  const joined = fieldNames.flatMap((field) => {
    const [one, other] = [older.plan[field], plan[field]];
    if (one === undefined && other === undefined) return [];
    return [[field, { from: (one ?? other)?.from, to: other?.to ?? leftOf(older, field) }]];
  });
  const olderOf = (field: FieldName): boolean => older.plan[field] !== undefined;
  return {
    plan: { ...older.plan, ...Object.fromEntries(joined) },
    before: withFields(newer.before, older.before, (field) => olderOf(field) && !foreign.includes(field)),
    first: withFields(newer.first, older.first, olderOf),
    after: newer.after,
    receipts: { ...older.receipts, ...by.receipts },
    between: [...new Set([...older.between, ...by.between, ...foreign.map((field) => partName(older.plan, field))])],
  };
}

function states({ before, after, first }: DoneBy): Pick<DoneUpdate, 'before' | 'after' | 'first'> {
  return { before: updateState.parse(before), after: updateState.parse(after), first: updateState.parse(first) };
}

/** A state with some fields of another. */
function withFields(state: UpdateState, other: UpdateState, from: (field: FieldName) => boolean): UpdateState {
  const taken = fieldNames.filter(from).map((field) => [field, other.pullRequest[field]]);
  return { ...state, pullRequest: { ...state.pullRequest, ...Object.fromEntries(taken) } };
}
