import type { Move, Status } from '#shared/changes/transitions.ts';
import { keys } from './key.ts';
import { lie } from './properties.ts';
import { progressOf, type State, startOf, withAttempt } from './state.ts';
import { moved } from './table.ts';

/**
 * What the ledger holds by itself: a program that obeys no rule tries every move of a table at any time, and writes
 * every row that the ledger takes. Answers the first lie that it gets into the ledger, or null.
 */
export function firstLie(moves: readonly Move[]): string | null {
  const seen = new Set<string>();
  const keyOf = keys();
  const bounds = { steps: 2, attempts: 2, misfortunes: 0 };
  const one = { ...bounds, steps: 1 };
  const automatic = (['rule', 'grant'] as const).map((kind) => startOf({ ...one, attempts: 1, kind }));
  const todo = [startOf(bounds), startOf({ ...one, chained: true }), ...automatic];
  for (let state = todo.pop(); state !== undefined; state = todo.pop()) {
    const key = keyOf(state);
    if (seen.has(key)) continue;
    seen.add(key);
    for (const move of moves) {
      for (const by of move.by.slice(0, 1)) {
        const after = moved(moves, state, { ...move, by });
        const wrong = after && (lie(after) ?? wrongMove(state, move.to) ?? wrongOrder(state, move.to));
        if (wrong) return wrong;
        if (after) todo.push(after);
      }
    }
    todo.push(...rows(state));
  }
  return null;
}

/** What makes a move wrong at the moment that it is made. */
function wrongMove(state: State, to: Status): string | null {
  const isApproved = !state.late && (state.decision === 'approve' || byNobody(state));
  const { open } = progressOf(state);
  if (to === 'pending' && !state.sealed) return 'what is not sealed waits for a decision';
  if (to === 'approved' && !(isApproved && state.sealed)) return 'approved without an approval';
  if (to === 'rejected' && (state.decision !== 'reject' || state.late)) return 'rejected without a rejection';
  if (to === 'dispatched') return wrongDispatch(state, isApproved);
  if (to === 'superseded' && !state.newer) return 'superseded by nothing';
  return to === 'unknown' && !open ? 'in doubt about nothing' : null;
}

function wrongDispatch(state: State, isApproved: boolean): string | null {
  if (!(isApproved && state.sealed)) return 'goes out without an approval';
  if (state.holder === null) return 'goes out, and nobody holds it';
  return progressOf(state).open ? 'goes on while a step is in doubt' : null;
}

/** Whether a rule that the seal leaves it to, or a task grant that lasts, has decided. */
function byNobody({ kind, automatic, grant }: State): boolean {
  return (kind === 'rule' && automatic === 'rule') || (automatic === 'grant' && grant !== 'ended');
}

/** The same, of a change that comes after another. */
function wrongOrder(state: State, to: Status): string | null {
  const first = state.earlier === 'none' || state.earlier === 'applied';
  if (to === 'approved' && !first && state.earlier !== 'approved') return 'approved before what it comes after';
  if (to === 'dispatched' && !first) return 'goes out before what it comes after';
  if (to === 'stale' && state.status === 'pending' && state.earlier !== 'lost') return 'ended for nothing';
  return null;
}

/** Every row that the ledger takes in a state. */
function rows(state: State): State[] {
  const next: State[] = [
    { ...state, late: true },
    { ...state, sealed: state.sealed || state.status === 'planning' },
    { ...state, after: true },
    { ...state, holder: 0, held: true },
  ];
  if (state.status === 'pending' && state.decision === 'none') {
    next.push({ ...state, decision: 'approve' }, { ...state, decision: 'reject' });
  }
  // Only what waits or was rejected has a next version, and of what is over there is nothing to lie about.
  if (state.status === 'pending') next.push({ ...state, newer: true });
  return [...next, ...automatic(state), ...earlier(state), ...begun(state), ...ended(state)];
}

/** Rows of rules and task grants; a use is only taken of a grant that lasts. */
function automatic(state: State): State[] {
  const next: State[] = [];
  const isOpen = state.status === 'pending' && state.automatic === 'none';
  if (isOpen && state.attempts.length === 1) next.push({ ...state, automatic: 'rule' });
  if (state.kind !== 'grant') return next;
  if (state.grant === 'none') next.push({ ...state, grant: 'lasts' });
  if (state.grant === 'lasts') next.push({ ...state, grant: 'ended' });
  if (isOpen && state.grant === 'lasts') next.push({ ...state, automatic: 'grant' });
  return next;
}

/** Where the change can stand next that this one comes after. */
function earlier(state: State): State[] {
  const ways = {
    none: [],
    pending: ['approved', 'lost'],
    approved: ['applied', 'lost'],
    applied: [],
    lost: [],
  } as const;
  return ways[state.earlier].map((one) => ({ ...state, earlier: one }));
}

function begun(state: State): State[] {
  const { next, attempts, open } = progressOf(state);
  if (state.status !== 'dispatched' || isTakenBack(state) || open || next === state.attempts.length || attempts === 2)
    return [];
  const fresh = { outcome: null, request: 'unsent', answer: null, old: false } as const;
  return [{ ...state, attempts: state.attempts.map((all, step) => (step === next ? [...all, fresh] : all)) }];
}

function isTakenBack({ automatic, grant }: State): boolean {
  return automatic === 'grant' && grant === 'ended';
}

function ended(state: State): State[] {
  const { open } = progressOf(state);
  if (!open) return [];
  const effects = state.effects.map((count, step) => (step === open.step ? 1 : count));
  return [
    withAttempt(state, open.step, open.attempt, { outcome: 'not_done' }),
    { ...withAttempt(state, open.step, open.attempt, { outcome: 'done' }), effects },
  ];
}
