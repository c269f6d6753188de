import type { Found } from '#shared/changes/course.ts';
import type { Status } from '#shared/changes/transitions.ts';
import type { OutcomesTable } from '#shared/ledger/schema.ts';
import type { NotDone } from '#shared/tools/index.ts';

/** One attempt at a step: what the ledger knows of it, and what became of its request at the backend. */
export type Attempt = {
  readonly outcome: OutcomesTable['outcome'] | null;
  /** `gone`: it can have no effect any more. */
  readonly request: 'unsent' | 'flying' | 'landed' | 'gone';
  /** What the backend answered, as long as the executor has not read it. */
  readonly answer: 'done' | NotDone['kind'] | null;
  /** So long ago that a request of it is over. */
  readonly old: boolean;
};

/** Where an executor stands in its work. Between two of these it may be frozen or die; each is one read, write or call. */
export type Job =
  | {
      readonly at:
        | 'verify'
        | 'still'
        | 'dispatch'
        | 'next'
        | 'resume'
        | 'go on'
        | 'settle'
        | 'doubt'
        | 'finish'
        | 'finish doubt';
    }
  | { readonly at: 'begin' | 'send' | 'wait'; readonly step: number; readonly attempt: number }
  | { readonly at: 'judge'; readonly step: number; readonly attempt: number; readonly kind: NotDone['kind'] }
  | {
      readonly at: 'record';
      readonly step: number;
      readonly attempt: number;
      readonly outcome: 'done' | 'landed' | 'not_done';
      readonly course: 'next' | 'later' | 'stale' | 'failed';
    }
  | {
      readonly at: 'look';
      readonly step: number;
      readonly attempt: number;
      readonly goesOn: boolean;
      readonly found?: Found;
    }
  | {
      readonly at: 'settled';
      readonly step: number;
      readonly attempt: number;
      readonly how: 'landed' | 'lost' | 'repeat';
      readonly goesOn: boolean;
    }
  | { readonly at: 'course'; readonly goesOn: boolean }
  | { readonly at: 'end'; readonly from: 'dispatched' | 'unknown'; readonly undone: 'stale' | 'failed' }
  | { readonly at: 'ending'; readonly from: Status; readonly to: Status };

/** Everything that matters about one change, its executors and its backend. Steps are counted from 0. */
export type State = {
  readonly status: Status;
  readonly sealed: boolean;
  /** `forged`: the row of an approval whose signature is not that of the approvals server. */
  readonly decision: 'none' | 'approve' | 'reject' | 'forged';
  /** Who may decide it by what is sealed: people alone, a rule of its blueprint, or whoever gives a task grant. */
  readonly kind: 'people' | 'rule' | 'grant';
  /** What approved it without a person; `forged`: a row that nobody signed. */
  readonly automatic: 'none' | 'rule' | 'grant' | 'forged';
  /** The task grant that the change could come under. */
  readonly grant: 'none' | 'lasts' | 'used up' | 'ended';
  /** All that it builds on is its agent's own work, by what the ledger tells. */
  readonly own: boolean;
  /** The next version of it is sealed. */
  readonly newer: boolean;
  /** The state that was left is kept. */
  readonly after: boolean;
  readonly attempts: readonly (readonly Attempt[])[];
  /** How often a step took effect at the backend. */
  readonly effects: readonly number[];
  /** Whether somebody else wrote to what a step writes to. */
  readonly foreign: readonly boolean[];
  readonly holder: Holder | null;
  /** Whether the holder's time has not run out. */
  readonly held: boolean;
  readonly jobs: readonly [Job | null, Job | null];
  /** The approval, or the time to give one, is over. */
  readonly late: boolean;
  /** Where the change stands that this one comes after. */
  readonly earlier: 'none' | 'pending' | 'approved' | 'applied' | 'lost';
  readonly stopped: boolean;
  /** `edited`: it means the same. `unoffered`: its rules offer no task grant any more. */
  readonly blueprint: 'live' | 'edited' | 'unoffered' | 'narrowed' | 'gone';
  /** Whether the backend tells who wrote what. */
  readonly tells: boolean;
  /** How many misfortunes may still happen. */
  readonly left: number;
  /** A rule that the last step broke. */
  readonly broke: string | null;
  /** More attempts are needed than are explored. */
  readonly cut: boolean;
};

/** An executor by its number, or one that is no more. */
export type Holder = 0 | 1 | 'dead';

/** How much is explored. */
export type Bounds = {
  readonly steps: number;
  readonly attempts: number;
  /** Whether the change comes after another one. */
  readonly chained?: boolean;
  /** Who may decide the change; people alone unless given. */
  readonly kind?: State['kind'];
  /** How many misfortunes happen at most, of all kinds together. */
  readonly misfortunes: number;
};

export function startOf({ steps, misfortunes, chained = false, kind = 'people' }: Bounds): State {
  const each = <T>(value: T): T[] => Array.from({ length: steps }, () => value);
  return {
    status: 'planning',
    sealed: false,
    decision: 'none',
    kind,
    automatic: 'none',
    grant: 'none',
    own: true,
    newer: false,
    after: false,
    attempts: each([]),
    effects: each(0),
    foreign: each(false),
    holder: null,
    held: false,
    jobs: [null, null],
    late: false,
    earlier: chained ? 'pending' : 'none',
    stopped: false,
    blueprint: 'live',
    tells: true,
    left: misfortunes,
    broke: null,
    cut: false,
  };
}

/** Whose approval carries a change: that of people, where there is one, as `verifyApproved` asks. */
export function carrierOf({
  decision,
  automatic,
}: Pick<State, 'decision' | 'automatic'>): 'people' | 'rule' | 'grant' | null {
  if (decision === 'approve') return 'people';
  return automatic === 'rule' || automatic === 'grant' ? automatic : null;
}

/** Where a change stands among its steps, as `progressOf` of the ledger answers. */
export function progressOf({ attempts }: State): {
  readonly next: number;
  readonly attempts: number;
  readonly lost: Attempt | null;
  readonly open: { readonly step: number; readonly attempt: number } | null;
} {
  const next = attempts.filter((all) => all.some(tookEffect)).length;
  const step = attempts.findIndex((all) => all.some((one) => one.outcome === null));
  const attempt = attempts[step]?.findIndex((one) => one.outcome === null) ?? -1;
  const here = attempts[next] ?? [];
  return {
    next,
    attempts: here.length,
    lost: here.findLast((one) => one.outcome === 'lost') ?? null,
    open: step < 0 ? null : { step, attempt },
  };
}

export function tookEffect({ outcome }: Attempt): boolean {
  return outcome === 'done' || outcome === 'landed';
}

export function withAttempt(state: State, step: number, attempt: number, change: Partial<Attempt>): State {
  const attempts = state.attempts.map((all, index) =>
    index === step ? all.map((one, number) => (number === attempt ? { ...one, ...change } : one)) : all,
  );
  return { ...state, attempts };
}
