import { brokenDecision, haltInLedger } from './automatic.ts';
import type { Rules } from './rules.ts';
import { type Bounds, type Job, progressOf, type State, withAttempt } from './state.ts';
import { foundOf, lets, movedBy, type Steps, type Turn, to, withOutcome } from './turn.ts';

/** As `beginStep`, and `beginAttempt` and the trigger `attempts_order` of the ledger. */
export function begin(
  rules: Rules,
  bounds: Bounds,
  state: State,
  { who, job }: Turn<Extract<Job, { step: number }>>,
): Steps[number] {
  const { step, attempt } = job;
  const repeats = job.at === 'settled';
  if (rules.checks.stop && state.stopped) return lets(state, who, 'writes are stopped');
  const halt = haltNow(rules, state);
  if (halt && repeats) return lets(state, who, `it is ${halt}`);
  if (halt) return [`finds it ${halt}`, to(state, who, { at: 'end', from: 'dispatched', undone: 'failed' })];
  const open = repeats ? withAttempt(state, step, attempt, { outcome: 'lost' }) : state;
  const there = repeats ? movedBy(rules, open, who, { from: 'unknown', to: 'dispatched' }) : open;
  const number = repeats ? attempt + 1 : attempt;
  if (there?.status !== 'dispatched') return lets(state, who, 'it was moved');
  const own = there.holder === who && there.held;
  const { open: doubt, next: due, attempts } = progressOf(there);
  if (rules.checks.lease && !own) return lets(state, who, 'another executor has taken it over');
  const granted = !rules.checks.granted || there.automatic !== 'grant' || there.grant !== 'ended';
  if (doubt || due !== step || attempts !== number || !granted) return lets(state, who, 'it may not begin');
  if (number >= bounds.attempts) return ['would begin once more', { ...to(state, who, null), cut: true }];
  const fresh = { outcome: null, request: 'unsent', answer: null, old: false } as const;
  const begun = { ...there, attempts: there.attempts.map((all, at) => (at === step ? [...all, fresh] : all)) };
  const broke = brokenBy(begun) ?? (own ? null : 'a step was begun by an executor that does not hold the change');
  return [`begins step ${step + 1}`, to({ ...begun, broke }, who, { at: 'send', step, attempt: number })];
}

/** What must hold when a step begins or its request leaves, whatever the executor asked. */
function brokenBy(state: State): string | null {
  const decision = brokenDecision(state);
  if (decision) return `a step goes out ${decision}`;
  if (!state.sealed) return 'a step goes out without a snapshot';
  return state.stopped ? 'a step goes out while writes are stopped' : null;
}

export function send(rules: Rules, state: State, { who, job }: Turn<Extract<Job, { step: number }>>): Steps[number] {
  const { step, attempt } = job;
  const kind = held(rules, state, { who, job });
  if (kind) {
    const gone = withAttempt(state, step, attempt, { request: 'gone' });
    return [`holds step ${step + 1} back`, to(gone, who, { at: 'judge', step, attempt, kind })];
  }
  const sent = withAttempt(state, step, attempt, { request: 'flying' });
  const broke =
    brokenBy(state) ?? (isOwn(state, { who, job }) ? null : 'a step goes out that is no longer the executor’s');
  return [`sends step ${step + 1}`, to({ ...sent, broke }, who, { at: 'wait', step, attempt })];
}

/** As `write`: what is asked once more before the request leaves. */
function held(
  rules: Rules,
  state: State,
  turn: Turn<Extract<Job, { step: number }>>,
): 'unavailable' | 'refused' | null {
  if (rules.checks.stop && state.stopped) return 'unavailable';
  if (haltNow(rules, state)) return 'refused';
  if (rules.checks.leave && !isOwn(state, turn)) return 'unavailable';
  const { step, attempt } = turn.job;
  return rules.checks.age && state.attempts[step]?.[attempt]?.old ? 'unavailable' : null;
}

/** Whether work was the agent's own is known from when the change was verified; what it is by now, the ledger tells. */
function haltNow(rules: Rules, state: State): 'expired' | 'revoked' | null {
  return haltInLedger(rules, state) ?? (rules.checks.halt ? rules.halt({ ...state, own: true }) : null);
}

/** The executor holds the change, and nobody has said how its attempt ended. */
function isOwn(state: State, { who, job: { step, attempt } }: Turn<Extract<Job, { step: number }>>): boolean {
  return state.holder === who && state.held && state.attempts[step]?.[attempt]?.outcome === null;
}

export function answers(rules: Rules, state: State, { who, job }: Turn<Extract<Job, { step: number }>>): Steps {
  const { step, attempt } = job;
  const answer = state.attempts[step]?.[attempt]?.answer ?? null;
  const read = withAttempt(state, step, attempt, { answer: null });
  const doubt: Job = rules.checks.doubt
    ? { at: 'doubt' }
    : { at: 'record', step, attempt, outcome: 'not_done', course: 'later' };
  const lost: Steps[number] = ['gets no answer', to(read, who, doubt)];
  if (answer === null) return [lost];
  if (answer !== 'done')
    return [[`is told: ${answer}`, to(read, who, { at: 'judge', step, attempt, kind: answer })], lost];
  return [['is told: done', to(read, who, { at: 'record', step, attempt, outcome: 'done', course: 'next' })], lost];
}

export function judge(rules: Rules, state: State, { who, job }: Turn<Extract<Job, { at: 'judge' }>>): Steps[number] {
  const { step, attempt, kind } = job;
  const earlier = rules.earlier(progressOf(state).lost);
  const found = rules.looksBack(kind) ? foundOf(state, step) : 'not_found';
  const what = rules.afterNotDone({ kind, earlier, found });
  if (what === 'doubt') return ['cannot tell about an earlier request', to(state, who, { at: 'doubt' })];
  const outcome = what === 'landed' ? 'landed' : 'not_done';
  const after = what === 'landed' ? 'next' : what;
  return [`takes it for ${what}`, to(state, who, { at: 'record', step, attempt, outcome, course: after })];
}

export function record(state: State, { who, job }: Turn<Extract<Job, { at: 'record' }>>): Steps[number] {
  const { step, attempt, outcome, course: after } = job;
  const ended = withOutcome(state, step, attempt, outcome);
  if (!ended) return lets(state, who, 'it has ended otherwise');
  const what = `records ${outcome}`;
  if (after === 'later') return [what, lets(ended, who, '')[1]];
  return [what, to(ended, who, after === 'next' ? { at: 'next' } : { at: 'end', from: 'dispatched', undone: after })];
}
