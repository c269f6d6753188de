import type { Tell } from './audit.ts';

/** Something in the ledger that cannot have come about by itself. */
export type Finding = {
  readonly code:
    | 'event_edited'
    | 'chain_broken'
    | 'events_missing'
    | 'truncated'
    | 'illegal_move'
    | 'status'
    | 'row'
    | 'seal'
    | 'snapshot'
    | 'decision'
    | 'passkey'
    | 'step'
    | 'operator'
    | 'read'
    | 'settlement'
    | 'contents'
    | 'migrations';
  /** The event or change that it is about. */
  readonly where: string;
  readonly message: string;
};

/** More than anybody reads; of a ledger that is all wrong, the rest is only counted. */
const most = 10_000;

/** Collects what is found. */
export function findings(): { tell: Tell; kept: readonly Finding[]; count: () => number } {
  const kept: Finding[] = [];
  let count = 0;
  return {
    kept,
    count: () => count,
    tell: (code, where, message) => {
      count += 1;
      if (kept.length < most) kept.push({ code, where, message });
    },
  };
}
