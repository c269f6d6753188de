import { goneAhead, type Status } from '#shared/changes/transitions.ts';
import { progressOf, type State, tookEffect } from './state.ts';

/** Ends that say that nothing was done. */
const nothingDone: ReadonlySet<Status> = new Set([
  'rejected',
  'withdrawn',
  'expired',
  'superseded',
  'stale',
  'revoked',
  'failed',
]);

const wentOut: ReadonlySet<Status> = new Set(['dispatched', 'unknown', 'partial', 'applied', 'failed']);

/** The promise that a state breaks, or null. The states after an end are looked at too, so "now" is also "later". */
export function brokenPromise(state: State): string | null {
  const { status, effects } = state;
  if (state.broke) return state.broke;
  const isRejected = state.decision === 'reject';
  if (isRejected && (goneAhead as readonly Status[]).includes(status)) return 'what a person rejected goes ahead';
  if (status === 'rejected' && !isRejected) return 'what nobody rejected is called rejected';
  if (wentOut.has(status) && state.earlier !== 'none' && state.earlier !== 'applied') {
    return 'the change went out before the one that it comes after was applied';
  }
  if (effects.some((count) => count > 1)) return 'a step took effect twice';
  if (nothingDone.has(status) && effects.some((count) => count > 0)) {
    return `the change is called ${status}, and a step took effect`;
  }
  if (status === 'applied' && effects.includes(0))
    return 'the change is called applied, and a step did not take effect';
  if (status === 'partial' && !effects.includes(0)) return 'the change is called partial, and every step took effect';
  return lie(state);
}

/** Where the status does not say what the record says, or the record of a change at rest not what was done. */
export function lie(state: State): string | null {
  const { status, attempts, effects } = state;
  const recorded = attempts.map((all) => all.some(tookEffect));
  const { open } = progressOf(state);
  const resting = status === 'applied' || status === 'partial' || nothingDone.has(status);
  if (resting && open) return `the change is ${status} while a step is in doubt`;
  if (nothingDone.has(status) && recorded.includes(true)) return `the change is ${status}, and a step is on record`;
  if (status === 'applied' && (recorded.includes(false) || !state.after))
    return 'the change is applied without receipts';
  if (status === 'partial' && !recorded.includes(true)) return 'the change is partial, and no step is on record';
  if (status === 'partial' && recorded.some((done, step) => done !== (effects[step] ?? 0) > 0)) {
    return 'the change is partial, and its record is not what was done';
  }
  return null;
}

/**
 * Whether a change is at its end, or waits for somebody who is shown that it does: its approvers, the person who stopped
 * writes, or whoever is to look at a step in doubt.
 */
export function restsOrWaits(state: State, ends: ReadonlySet<Status>, repeat: 'guarded' | 'never'): boolean {
  if (ends.has(state.status) || state.status === 'partial' || state.stopped || state.cut) return true;
  if (state.status === 'planning' || state.status === 'pending') return !state.late;
  const { open } = progressOf(state);
  const old = open !== null && state.attempts[open.step]?.[open.attempt]?.old === true;
  return state.status === 'unknown' && old && (repeat === 'never' || !state.tells);
}
