import { afterLook, afterNotDone, afterSettling, earlierOf, endOf, isOver, looksBack } from '#shared/changes/course.ts';
import { type Move, moves } from '#shared/changes/transitions.ts';
import { type Decisions, decisionsInForce } from './halts.ts';

/** What the executor decides by: its own functions, unless a test breaks one of them on purpose. */
export type Rules = Decisions & {
  readonly moves: readonly Move[];
  readonly repeat: 'guarded' | 'never';
  readonly looksBack: typeof looksBack;
  readonly afterNotDone: typeof afterNotDone;
  readonly afterLook: typeof afterLook;
  readonly afterSettling: typeof afterSettling;
  readonly endOf: typeof endOf;
  readonly earlier: (lost: { readonly old: boolean } | null) => ReturnType<typeof earlierOf>;
  readonly over: (attempt: { readonly old: boolean }) => boolean;
  /** What is checked where: each is a line of the executor or of the ledger that may be left out. */
  readonly checks: Readonly<Record<Check, boolean>>;
};

/**
 * `signatures`: an approval is verified. `order`: nothing is taken up before what it comes after is applied. `claim`: who moves a change, or says how another’s attempt ended, has taken it up. `lease`: who begins a step holds the change.
 * `leave`: asked again when its request leaves. `stop`, `halt`: asked again when a step begins. `age`: no request leaves long after its step was begun.
 * `deadline`: whether a request is over is asked before the look. `doubt`: an answer that was lost is no refusal.
 */
export type Check =
  | 'signatures'
  | 'order'
  | 'claim'
  | 'lease'
  | 'leave'
  | 'stop'
  | 'halt'
  | 'age'
  | 'deadline'
  | 'doubt'
  | AutomaticCheck;

/**
 * `pending`: nothing but what waits is decided without a person. `lasting`: nothing comes under a grant that has ended.
 * `ledger`: whether a rule or a grant still holds is asked of the ledger, too. `granted`: the ledger begins no step under a
 * grant that has ended.
 */
export type AutomaticCheck = 'pending' | 'lasting' | 'ledger' | 'granted';

const begun = '2027-01-01T00:00:00.000Z';
const whenOld = new Date(Date.parse(begun) + 3_600_000);
const at = (old: boolean): Date => (old ? whenOld : new Date(begun));

/** The rules that are in force. */
export async function rulesInForce(): Promise<Rules> {
  return {
    ...(await decisionsInForce()),
    moves,
    repeat: 'guarded',
    looksBack,
    afterNotDone,
    afterLook,
    afterSettling,
    endOf,
    earlier: (lost) => earlierOf(lost && begun, at(lost?.old ?? false)),
    over: ({ old }) => isOver(begun, at(old)),
    checks: {
      signatures: true,
      order: true,
      claim: true,
      lease: true,
      leave: true,
      stop: true,
      halt: true,
      age: true,
      deadline: true,
      doubt: true,
      pending: true,
      lasting: true,
      ledger: true,
      granted: true,
    },
  };
}
