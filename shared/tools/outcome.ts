import type { Json } from './json.ts';

/**
 * A write that certainly did not happen. A writer throws this only when the backend's answer, or the fact that the
 * request never left, proves it. Any other error leaves the write in doubt, and the executor treats it so.
 */
export class NotDone extends Error {
  override readonly name = 'NotDone';
  /**
   * `stale`: the backend's own precondition failed, the target is no longer as it was. `refused`: the backend will
   * not do it (a rule, a missing permission, bad input). `unavailable`: it cannot now, the same request may do later.
   */
  readonly kind: 'stale' | 'refused' | 'unavailable';

  constructor(kind: 'stale' | 'refused' | 'unavailable', message: string, options: { cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
  }
}

/** Whether a step whose answer was lost took effect. `unclear` means that a person has to look. */
export type Landed = { readonly landed: Json } | 'not_found' | 'unclear';

/** Whether what a plan would write is still as it was when the plan was made. */
export type StillHolds = 'holds' | { readonly stale: string };

/** What a restore does about parts that someone changed since. */
export type RestoreChoice = 'refuse' | 'untouched' | 'overwrite';

/** Why a restore cannot be planned; `conflicts` names each part that stands in the way. */
export type Refusal = { readonly refused: string; readonly conflicts: readonly string[] };
