import { isOverwritten, type PartNow, partsBack, refusalOf, standingOf } from '#capabilities/common/put-back.ts';
import type { FieldValues } from '#capabilities/ticket/types.ts';
import { type DoneBy, type Part, type Refusal, type RestoreChoice, referencesIn } from '#shared/tools/index.ts';
import { type FieldKey, fieldTitle, keysOf, pick, sameField, shownField, withValues } from '../fields/values.ts';
import { writtenBy } from '../tool.ts';
import { type DoneUpdate, type UpdatePlan, type UpdateState, updatePlan, updateState } from './plan.ts';

/** The step that writes the fields. */
export const updateStep = 'update_ticket';

/** Each field of the ticket that the change set: before, as it left it, and now. */
export function compareUpdate(done: DoneUpdate, now: UpdateState): readonly Part[] {
  return keysOf(done.plan.to).map((key) => ({
    name: partName(done.plan, key),
    before: side(key, done.first.fields),
    left: side(key, leftOf(done, key)),
    now: side(key, now.fields),
    ...standingOf(fieldNow(done, key, now)),
    later: [],
  }));
}

function side(key: FieldKey, values: FieldValues): Part['now'] {
  const text = shownField(key, values);
  return text === null ? null : { text };
}

function partName({ ticket, to }: UpdatePlan, key: FieldKey): string {
  return `${fieldTitle(key, to)} of ${ticket.key}`;
}

/**
 * The plan says what was left; what was read afterwards only where the backend made something else of it, or the plan has
 * references in it.
 */
function leftOf(
  { plan, after, receipts }: Pick<DoneUpdate, 'plan' | 'after' | 'receipts'>,
  key: FieldKey,
): FieldValues {
  const isReferring = key === 'description' && referencesIn(plan.to.description?.text ?? '').length > 0;
  const differs = writtenBy(receipts, updateStep)?.differs ?? [];
  const isOther = differs.some((name) => name === key || name === fieldTitle(key, plan.to) || key === `custom:${name}`);
  return isReferring || isOther ? after.fields : plan.to;
}

/** How a field is now. */
function fieldNow(done: DoneUpdate, key: FieldKey, now: UpdateState): PartNow {
  const is = (values: FieldValues) => sameField(key, now.fields, values);
  return {
    isBack: is(done.first.fields) && is(done.before.fields),
    isLeft: is(leftOf(done, key)),
    isBetween: done.between.includes(partName(done.plan, key)),
    obstacle: now.at.archived ? `${now.at.ref.key} is archived.` : null,
  };
}

/** Puts each field back that is as the change left it; what somebody changed since, only where that is to be overwritten. */
export function restoreUpdate(
  done: DoneUpdate,
  now: UpdateState,
  choice: RestoreChoice,
): { readonly plan: UpdatePlan } | Refusal {
  const wanted = (choice === 'overwrite' ? done.first : done.before).fields;
  const fields = keysOf(done.plan.to).map((key) => ({
    ...{ key, name: partName(done.plan, key), isWanted: sameField(key, now.fields, wanted) },
    ...fieldNow(done, key, now),
  }));
  const { back, conflicts } = partsBack(fields, choice);
  const refusal = refusalOf('ticket', { back, conflicts }, choice);
  if (refusal !== null) return refusal;
  const keys = back.map(({ key }) => key);
  const overwrites = back
    .filter((field) => isOverwritten(field, choice))
    .map(({ key }) => fieldTitle(key, done.plan.to));
  return { plan: { ticket: now.at.ref, from: pick(now.fields, keys), to: pick(wanted, keys), overwrites } };
}

/** Two changes of one ticket as one: each field from before the older to after the newer. */
export function combineUpdate(older: DoneUpdate, by: DoneBy): DoneUpdate | null {
  const plan = updatePlan.safeParse(by.plan).data;
  if (by.tool !== updateStep || plan?.ticket.id !== older.plan.ticket.id) return null;
  const newer = { ...states(by), plan, receipts: by.receipts };
  const olderKeys = keysOf(older.plan.to);
  const foreign = keysOf(plan.to).filter(
    (key) => olderKeys.includes(key) && !sameField(key, newer.before.fields, leftOf(older, key)),
  );
  const onlyOlder = olderKeys.filter((key) => !keysOf(plan.to).includes(key));
  const ours = olderKeys.filter((key) => !foreign.includes(key));
  const left = withValues(leftValues(older), leftValues(newer));
  return {
    plan: { ...older.plan, from: withValues(plan.from, older.plan.from), to: left },
    before: { ...older.before, fields: withValues(newer.before.fields, pick(older.before.fields, ours)) },
    first: { ...older.first, fields: withValues(newer.first.fields, older.first.fields) },
    after: { ...newer.after, fields: withValues(pick(older.after.fields, onlyOlder), newer.after.fields) },
    // What the backend made of either is in the plan by now.
    receipts: {},
    between: [...new Set([...older.between, ...by.between, ...foreign.map((key) => partName(older.plan, key))])],
  };
}

function leftValues(done: Pick<DoneUpdate, 'plan' | 'after' | 'receipts'>): FieldValues {
  const each = keysOf(done.plan.to).map((key) => pick(leftOf(done, key), [key]));
  return each.reduce<FieldValues>((all, values) => withValues(all, values), {});
}

function states({ before, after, first }: DoneBy): Pick<DoneUpdate, 'before' | 'after' | 'first'> {
  return { before: updateState.parse(before), after: updateState.parse(after), first: updateState.parse(first) };
}
