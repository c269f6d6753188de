import { isOverwritten, isPutBack, type PartNow, standingOf } from '#capabilities/common/put-back.ts';
import type { Status, Transition } from '#capabilities/ticket/types.ts';
import type { DoneBy, Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { listedNames, quoted } from '../names.ts';
import {
  type DoneTransition,
  type TransitionPlan,
  type TransitionState,
  transitionPlan,
  transitionState,
} from './plan.ts';

/** The status: before, as the change left it, and now. */
export function compareTransition(done: DoneTransition, now: TransitionState): readonly Part[] {
  const { standing, why } = standingOf(statusNow(done, now, done.first.status));
  return [
    {
      name: partName(done.plan),
      before: text(done.first.status),
      left: text(done.plan.transition.to),
      now: text(now.status),
      standing,
      later: [],
      why,
    },
  ];
}

function partName({ ticket }: TransitionPlan): string {
  return `status of ${ticket.key}`;
}

function text({ name }: Status): { readonly text: string } {
  return { text: name };
}

/** How the status is now, if it is to be brought to another. */
function statusNow({ plan, between }: DoneTransition, now: TransitionState, wanted: Status): PartNow {
  return {
    isBack: now.status.id === wanted.id,
    isLeft: now.status.id === plan.transition.to.id,
    isBetween: between.length > 0,
    obstacle: wayTo(wanted, now) === null ? noWay(wanted, now) : null,
  };
}

/** The listed transition that leads to a status and wants nothing filled in. */
function wayTo(wanted: Status, { transitions }: TransitionState): Transition | null {
  return transitions.find(({ to, requires }) => to.id === wanted.id && requires.length === 0) ?? null;
}

function noWay(wanted: Status, { at, status, transitions }: TransitionState): string {
  const there = transitions.filter(({ to }) => to.id === wanted.id).flatMap(({ requires }) => requires);
  if (there.length > 0) {
    return `To bring ${at.ref.key} back to ${quoted(wanted.name)}, ${listedNames(there)} must be filled in.`;
  }
  const listedThere = [...new Set(transitions.map(({ to }) => to.name))];
  const others = listedThere.length === 0 ? 'nothing does' : `only ${listedNames(listedThere)}`;
  return `${quoted(wanted.name)} cannot be reached from ${quoted(status.name)}, the status that ${at.ref.key} has now; ${others}.`;
}

/** Brings the ticket back by a transition that is listed; over what somebody did since only where that is wanted. */
export function restoreTransition(
  done: DoneTransition,
  now: TransitionState,
  choice: RestoreChoice,
): { readonly plan: TransitionPlan } | Refusal {
  const wanted = (choice === 'overwrite' ? done.first : done.before).status;
  const part = statusNow(done, now, wanted);
  const { standing, why } = standingOf(part);
  if (standing === 'back') return { refused: 'There is nothing left to undo.', conflicts: [] };
  const way = wayTo(wanted, now);
  if (standing === 'cannot' || way === null) return { refused: why ?? '', conflicts: [] };
  if (!isPutBack(part, choice)) {
    const conflicts = [`${partName(done.plan)}: ${why}`];
    return { refused: 'The status is no longer as this change left it.', conflicts };
  }
  const overwrites = isOverwritten(part, choice);
  return { plan: { ticket: now.at.ref, from: now.status, transition: way, overwrites } };
}

/** Two transitions of one ticket as one: from the status before the older to the one after the newer. */
export function combineTransition(older: DoneTransition, by: DoneBy): DoneTransition | null {
  const plan = transitionPlan.safeParse(by.plan).data;
  if (by.tool !== 'transition_ticket' || plan?.ticket.id !== older.plan.ticket.id) return null;
  const [before, after] = [transitionState.parse(by.before), transitionState.parse(by.after)];
  const isForeign = before.status.id !== older.plan.transition.to.id;
  return {
    plan: { ...older.plan, transition: plan.transition },
    before: isForeign ? before : older.before,
    first: older.first,
    after,
    receipts: { ...older.receipts, ...by.receipts },
    between: [...new Set([...older.between, ...by.between, ...(isForeign ? [partName(plan)] : [])])],
  };
}
