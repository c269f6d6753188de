import type { Status } from '#shared/changes/transitions.ts';
import { brokenDecision, haltInLedger } from './automatic.ts';
import type { Rules } from './rules.ts';
import { carrierOf, type Job, type State, withAttempt } from './state.ts';
import { moved } from './table.ts';

export type Steps = [string, State][];

export type Turn<J extends Job = Job> = { readonly who: 0 | 1; readonly job: J };

/** Moves the change and is done with it; when the ledger refuses, nothing of the transaction is kept. */
export function move(rules: Rules, state: State, who: 0 | 1, from: Status, end: Status, before = state): Steps[number] {
  const kept = end === 'partial' ? { ...state, after: true } : state;
  const after = movedBy(rules, kept, who, { from, to: end });
  return after ? [`moves it to ${end}`, to(after, who, null)] : lets(before, who, 'the ledger refuses the move');
}

/** Moves the change on behalf of the executor that holds it; null when the table or the ledger refuses. */
export function movedBy(
  rules: Rules,
  state: State,
  who: 0 | 1,
  { from, to: there }: { readonly from: Status; readonly to: Status },
): State | null {
  if (rules.checks.claim && state.holder !== who) return null;
  const after = moved(rules.moves, state, { from, to: there, by: 'executor' });
  if (!after) return null;
  const own = state.holder === who ? null : 'a change is moved by an executor that does not hold it';
  return { ...after, broke: own ?? (there === 'dispatched' ? brokenDispatch(state) : null) };
}

/** What the blueprint says and what is the agent's own is asked before it goes out, and again before each step. */
function brokenDispatch(state: State): string | null {
  const broken = brokenDecision({ ...state, blueprint: 'live', own: true });
  return broken && `it goes out ${broken}`;
}

/** Why a change may not start or go on, as it is found where the change has just been verified. */
export function haltVerified(rules: Rules, state: State): 'expired' | 'revoked' | null {
  return rules.halt(state) ?? haltInLedger(rules, state);
}

/** Lets the change go, to be taken up again. */
export function lets(state: State, who: 0 | 1, why: string): Steps[number] {
  const held = state.holder === who ? false : state.held;
  return [`lets it go${why && `: ${why}`}`, to({ ...state, held }, who, null)];
}

export function isVerified(rules: Rules, state: State): boolean {
  return !rules.checks.signatures || (carrierOf(state) !== null && state.sealed);
}

/** The state with an executor elsewhere. */
export function to(state: State, who: 0 | 1, job: Job | null): State {
  return { ...state, jobs: who === 0 ? [job, state.jobs[1]] : [state.jobs[0], job] };
}

/** Outcomes are only ever added, and a step takes effect once. */
export function withOutcome(
  state: State,
  step: number,
  attempt: number,
  outcome: 'done' | 'landed' | 'not_done' | 'lost',
): State | null {
  const all = state.attempts[step] ?? [];
  const twice =
    (outcome === 'done' || outcome === 'landed') &&
    all.some((one) => one.outcome === 'done' || one.outcome === 'landed');
  if (all[attempt]?.outcome !== null || twice) return null;
  return withAttempt(state, step, attempt, { outcome });
}

/** Our mark is on what any attempt at the step wrote. */
export function foundOf(state: State, step: number): 'landed' | 'not_found' | 'unclear' {
  if (!state.tells) return 'unclear';
  return state.attempts[step]?.some((one) => one.request === 'landed') ? 'landed' : 'not_found';
}
