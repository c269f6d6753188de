import type { Json } from '#shared/tools/index.ts';
import type { Permit, Purpose } from './permit.ts';

/** How long a permit lasts: enough to open a writer, too short to keep. Milliseconds. */
const permitMs = 5_000;

const live = new WeakMap<object, { readonly purpose: Purpose<Json>; readonly until: number }>();

/**
 * Makes a permit, after the step's intent is committed. A file of its own because `run-steps.ts` alone may import it,
 * which the architecture test holds.
 */
export function mintPermit<T extends Json>(purpose: Purpose<T>): Permit<T> {
  const permit = Object.freeze({}) as Permit<T>;
  live.set(permit, { purpose, until: performance.now() + permitMs });
  return permit;
}

/** What a permit is for, once; null for one that was taken up, is too old, or was never minted. */
export function takeUp<T extends Json>(permit: Permit<T>): Purpose<T> | null {
  const entry = live.get(permit);
  live.delete(permit);
  return entry !== undefined && performance.now() <= entry.until ? (entry.purpose as Purpose<T>) : null;
}
