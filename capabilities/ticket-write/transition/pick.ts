import { sameName } from '#capabilities/ticket/keys.ts';
import type { TicketAsk, Transition } from '#capabilities/ticket/types.ts';
import { AppError } from '#shared/errors.ts';
import { listedNames, quoted } from '../names.ts';
import { asksAt } from '../tool.ts';
import type { TransitionState } from './plan.ts';

/** A transition as a call names it: by its own name, by where it leads, or both. */
export type WantedTransition = {
  readonly to_status?: string | undefined;
  readonly transition?: string | undefined;
};

/** All that the names could mean. */
export function matching(wanted: WantedTransition, transitions: readonly Transition[]): readonly Transition[] {
  const { to_status: to, transition: called } = wanted;
  return transitions.filter(
    ({ name, to: leadsTo }) =>
      (to === undefined || sameName(leadsTo.name, to)) && (called === undefined || sameName(name, called)),
  );
}

/** The ask of the status that a call wants; of the ticket alone where the backend knows no such transition. */
export function asksTransition(wanted: WantedTransition, before: TransitionState): readonly TicketAsk[] {
  const [one, ...others] = matching(wanted, before.transitions);
  const toStatus = one && others.length === 0 ? one.to.name : wanted.to_status;
  const place = asksAt(before.at, 'write');
  return [
    place,
    ...(toStatus === undefined ? [] : [{ ...place, toStatus }]),
    ...(before.at.ref.project.customers ? [{ ...place, customers: true as const }] : []),
  ];
}

/**
 * The one transition that is meant. Throws AppError `conflict` where there is none, `invalid_arguments` where there are
 * several, `unsupported` where it wants fields filled in. An error names only statuses that `may` covers.
 */
export function picked(
  wanted: WantedTransition,
  before: TransitionState,
  may: (ask: TicketAsk) => boolean,
): Transition {
  const [one, ...others] = matching(wanted, before.transitions);
  if (one === undefined) throw notThere(wanted, before, may);
  if (others.length > 0) throw ambiguous([one, ...others].filter(isGranted(before, may)), before);
  if (one.requires.length > 0) {
    throw new AppError(
      'unsupported',
      `To bring ${before.at.ref.key} to ${quoted(one.to.name)}, ${listedNames(one.requires)} must be filled in with it, which is not done here.`,
      { next: 'Ask a person to do it.' },
    );
  }
  return one;
}

function isGranted({ at }: TransitionState, may: (ask: TicketAsk) => boolean): (one: Transition) => boolean {
  return ({ to }) => may({ ...asksAt(at, 'write'), toStatus: to.name });
}

function notThere(
  { to_status: to, transition: called }: WantedTransition,
  before: TransitionState,
  may: (ask: TicketAsk) => boolean,
): AppError {
  const { key } = before.at.ref;
  if (called === undefined && to !== undefined && sameName(before.status.name, to)) {
    return new AppError('conflict', `${key} has the status ${quoted(before.status.name)} already.`);
  }
  const granted = before.transitions.filter(isGranted(before, may));
  const what = to === undefined ? `do ${quoted(called ?? '')}` : `be brought to ${quoted(to)}`;
  return new AppError('conflict', `${key} cannot ${what} from the status that it has.`, {
    next:
      granted.length === 0
        ? 'Nothing that is granted leads on from there.'
        : `What leads on from there, of what is granted: ${shown(granted)}.`,
  });
}

function ambiguous(meant: readonly Transition[], { at }: TransitionState): AppError {
  return new AppError('invalid_arguments', `Several transitions of ${at.ref.key} fit.`, {
    next:
      meant.length === 0
        ? 'Give both transition and to_status.'
        : `Give both transition and to_status, of one of these: ${shown(meant)}.`,
  });
}

function shown(transitions: readonly Transition[]): string {
  return transitions.map(({ name, to }) => `${quoted(name)} to ${quoted(to.name)}`).join(', ');
}
