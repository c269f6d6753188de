import type { Timestamp } from '#shared/ledger/schema.ts';
import type { Landed, NotDone, Step } from '#shared/tools/index.ts';
import { overAt } from './request-age.ts';

/**
 * What follows from what is known of a change under way. Pure, so that the same functions decide in the executor and in
 * the exhaustive exploration of everything that can go wrong.
 */

/** Whether a request of an attempt can no longer take effect. Ask before you look: what lands after a look is not seen. */
export function isOver(begunAt: Timestamp, now: Date): boolean {
  return overAt(begunAt) <= now.getTime();
}

/** Earlier attempts at a step that were given up for lost: none, none that can take effect now, or one that still may. */
export type Earlier = 'none' | 'over' | 'under_way';

/** `lost`: when the latest of those attempts was begun. */
export function earlierOf(lost: Timestamp | null, now: Date): Earlier {
  if (lost === null) return 'none';
  return isOver(lost, now) ? 'over' : 'under_way';
}

/** Whether an earlier run of a step took effect, without its receipt. */
export type Found = 'landed' | 'not_found' | 'unclear';

export function foundOf(landed: Landed): Found {
  return typeof landed === 'object' ? 'landed' : landed;
}

/**
 * Whether a look at what is there is needed before a refusal is believed: an earlier attempt may be what is in the way,
 * or this very request, where the network delivered it twice and the answer is the second one's.
 */
export function looksBack(kind: NotDone['kind']): boolean {
  return kind !== 'unavailable';
}

/**
 * What an attempt comes to whose own request did not happen. An earlier request that was given up for lost may have come
 * through in the meantime, or may yet, and nobody may say before that is over that nothing was done. Only a precondition
 * that failed says that the earlier one, which has the same, can do nothing either.
 */
export function afterNotDone(known: {
  readonly kind: NotDone['kind'];
  readonly earlier: Earlier;
  readonly found: Found;
}): 'landed' | 'doubt' | 'later' | 'stale' | 'failed' {
  const { kind, earlier, found } = known;
  if (kind === 'unavailable') return earlier === 'none' ? 'later' : 'doubt';
  if (found === 'landed') return 'landed';
  if (earlier === 'none') return kind === 'stale' ? 'stale' : 'failed';
  if (found === 'unclear') return 'doubt';
  if (kind === 'stale') return 'stale';
  return earlier === 'over' ? 'failed' : 'doubt';
}

/**
 * What a look at an attempt in doubt comes to. A request that may still be under way is no danger where the backend lets
 * only one of two take effect; without a second one it could take effect after we had said that nothing was done.
 * `lost`: it did not happen and cannot. `repeat`: given up for another attempt, which has to begin at once. `wait`: for
 * the time when it is over, or for a person.
 */
export function afterLook(known: {
  readonly found: Found;
  readonly repeat: Step<never, never>['repeat'];
  /** Whether, before the look, its request could no longer take effect. */
  readonly over: boolean;
  /** Whether further writes may start. */
  readonly goesOn: boolean;
}): 'landed' | 'lost' | 'repeat' | 'wait' {
  if (known.found === 'landed') return 'landed';
  if (known.found === 'unclear' || known.repeat === 'never') return 'wait';
  if (known.over) return 'lost';
  return known.goesOn ? 'repeat' : 'wait';
}

/** What becomes of a change of which every attempt has ended. */
export function afterSettling(known: {
  readonly done: number;
  readonly steps: number;
  readonly goesOn: boolean;
}): 'finish' | 'end' | 'go on' {
  if (known.done === known.steps) return 'finish';
  return known.goesOn ? 'go on' : 'end';
}

/** How a change is called that goes no further. `undone`: how it is, when none of its steps took effect. */
export function endOf(known: {
  readonly from: 'dispatched' | 'unknown';
  readonly done: number;
  readonly undone: 'stale' | 'failed';
}): 'partial' | 'stale' | 'failed' {
  if (known.done > 0) return 'partial';
  // From `unknown` nothing leads to `stale`: what was in doubt and did not happen has failed.
  return known.from === 'unknown' ? 'failed' : known.undone;
}
