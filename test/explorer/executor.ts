import type { Actor, Status } from '#shared/changes/transitions.ts';
import type { Rules } from './rules.ts';
import { type Bounds, type Job, progressOf, type State, withAttempt } from './state.ts';
import { moved } from './table.ts';

/** What an executor does next from where it stands: one state, or several where the world decides. */
export function executorSteps(rules: Rules, bounds: Bounds, state: State, who: 0 | 1): [string, State][] {
  const job = state.jobs[who];
  const name = `executor ${who + 1}`;
  const step = job ? carryOut(rules, bounds, state, { who, job }) : takeUp(state, who);
  return step.map(([what, next]) => [`${name} ${what}`, next]);
}

type Steps = [string, State][];
type Turn<J extends Job = Job> = { readonly who: 0 | 1; readonly job: J };

/** As `dueWork` and `takeLease` of the ledger. */
function takeUp(state: State, who: 0 | 1): Steps {
  const first = { approved: 'verify', dispatched: 'resume', unknown: 'settle' } as const;
  const { status } = state;
  if (status !== 'approved' && status !== 'dispatched' && status !== 'unknown') return [];
  if (state.held || (state.stopped && status !== 'unknown')) return [];
  return [[`takes it up, which is ${status}`, to({ ...state, holder: who, held: true }, who, { at: first[status] })]];
}

function carryOut(rules: Rules, bounds: Bounds, state: State, { who, job }: Turn): Steps {
  switch (job.at) {
    case 'verify':
    case 'still':
    case 'dispatch':
      return [start(rules, state, { who, job })];
    case 'resume':
      return [resume(rules, state, who)];
    case 'next':
      return [next(bounds, state, who)];
    case 'begin':
      return [begin(rules, bounds, state, { who, job })];
    case 'send':
      return [send(rules, state, { who, job })];
    case 'wait':
      return answers(rules, state, { who, job });
    case 'judge':
      return [judge(rules, state, { who, job })];
    case 'record':
      return [record(state, { who, job })];
    case 'settle':
      return [settle(rules, state, who)];
    case 'look':
      return [look(rules, state, { who, job })];
    case 'settled':
      return [settled(rules, bounds, state, { who, job })];
    case 'course':
      return [course(rules, bounds, state, { who, job })];
    case 'go on':
      return [goOn(rules, state, who)];
    case 'end':
      return [end(rules, bounds, state, { who, job })];
    case 'ending':
      return [ending(rules, state, { who, job })];
    case 'finish':
    case 'finish doubt':
      return [finish(rules, state, { who, job })];
    case 'doubt':
      return [move(rules, state, who, 'dispatched', 'unknown')];
  }
}

function start(rules: Rules, state: State, { who, job }: Turn): Steps[number] {
  if (job.at === 'still') {
    if (!state.foreign.includes(true)) return ['sees that it still holds', to(state, who, { at: 'dispatch' })];
    return ['sees that somebody else wrote', to(state, who, { at: 'ending', from: 'approved', to: 'stale' })];
  }
  if (job.at === 'dispatch') {
    const after = moved(rules.moves, state, { from: 'approved', to: 'dispatched', by: 'executor' });
    return after ? ['moves it to dispatched', to(after, who, { at: 'next' })] : lets(state, who, 'it was moved');
  }
  const halt = isVerified(rules, state) ? rules.halt(state) : 'revoked';
  if (halt) return [`finds it ${halt}`, to(state, who, { at: 'ending', from: 'approved', to: halt })];
  return ['verifies it', to(state, who, { at: 'still' })];
}

function resume(rules: Rules, state: State, who: 0 | 1): Steps[number] {
  const { open, next } = progressOf(state);
  if (open) return ['finds a step begun', to(state, who, { at: 'doubt' })];
  if (isVerified(rules, state)) return ['verifies it again', to(state, who, { at: 'next' })];
  const end = rules.endOf({ from: 'dispatched', done: next, undone: 'failed' });
  return ['cannot verify it', to(state, who, { at: 'ending', from: 'dispatched', to: end })];
}

function next(bounds: Bounds, state: State, who: 0 | 1): Steps[number] {
  const progress = progressOf(state);
  if (progress.next === bounds.steps) return ['finds every step done', to(state, who, { at: 'finish' })];
  const job = { at: 'begin', step: progress.next, attempt: progress.attempts } as const;
  return [`comes to step ${progress.next + 1}`, to(state, who, job)];
}

/** As `beginStep`, and `beginAttempt` and the trigger `attempts_order` of the ledger. */
function begin(
  rules: Rules,
  bounds: Bounds,
  state: State,
  { who, job }: Turn<Extract<Job, { step: number }>>,
): Steps[number] {
  const { step, attempt } = job;
  const repeats = job.at === 'settled';
  if (rules.checks.stop && state.stopped) return lets(state, who, 'writes are stopped');
  const halt = rules.checks.halt ? rules.halt(state) : null;
  if (halt && repeats) return lets(state, who, `it is ${halt}`);
  if (halt) return [`finds it ${halt}`, to(state, who, { at: 'end', from: 'dispatched', undone: 'failed' })];
  const open = repeats ? withAttempt(state, step, attempt, { outcome: 'lost' }) : state;
  const there = repeats ? moved(rules.moves, open, { from: 'unknown', to: 'dispatched', by: 'executor' }) : open;
  const number = repeats ? attempt + 1 : attempt;
  if (there?.status !== 'dispatched') return lets(state, who, 'it was moved');
  const own = there.holder === who && there.held;
  const { open: doubt, next: due, attempts } = progressOf(there);
  if (rules.checks.lease && !own) return lets(state, who, 'another executor has taken it over');
  if (doubt || due !== step || attempts !== number) return lets(state, who, 'it may not begin');
  if (number >= bounds.attempts) return ['would begin once more', { ...to(state, who, null), cut: true }];
  const fresh = { outcome: null, request: 'unsent', answer: null, old: false } as const;
  const begun = { ...there, attempts: there.attempts.map((all, at) => (at === step ? [...all, fresh] : all)) };
  const broke = brokenBy(begun) ?? (own ? null : 'a step was begun by an executor that does not hold the change');
  return [`begins step ${step + 1}`, to({ ...begun, broke }, who, { at: 'send', step, attempt: number })];
}

/** What must hold when a step begins or its request leaves, whatever the executor asked. */
function brokenBy(state: State): string | null {
  if (state.decision !== 'approve' || state.late) return 'a step goes out without a verified, unexpired decision';
  if (!state.sealed) return 'a step goes out without a snapshot';
  if (state.blueprint !== 'live') return 'a step goes out without a live blueprint';
  return state.stopped ? 'a step goes out while writes are stopped' : null;
}

function send(rules: Rules, state: State, { who, job }: Turn<Extract<Job, { step: number }>>): Steps[number] {
  const { step, attempt } = job;
  const kind = held(rules, state, job);
  if (kind) {
    const gone = withAttempt(state, step, attempt, { request: 'gone' });
    return [`holds step ${step + 1} back`, to(gone, who, { at: 'judge', step, attempt, kind })];
  }
  const sent = withAttempt(state, step, attempt, { request: 'flying' });
  return [`sends step ${step + 1}`, to({ ...sent, broke: brokenBy(state) }, who, { at: 'wait', step, attempt })];
}

/** As `write`: what is asked once more before the request leaves. */
function held(
  rules: Rules,
  state: State,
  { step, attempt }: { readonly step: number; readonly attempt: number },
): 'unavailable' | 'refused' | null {
  if (rules.checks.stop && state.stopped) return 'unavailable';
  if (rules.checks.halt && rules.halt(state)) return 'refused';
  return rules.checks.age && state.attempts[step]?.[attempt]?.old ? 'unavailable' : null;
}

function answers(rules: Rules, state: State, { who, job }: Turn<Extract<Job, { step: number }>>): Steps {
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

function judge(rules: Rules, state: State, { who, job }: Turn<Extract<Job, { at: 'judge' }>>): Steps[number] {
  const { step, attempt, kind } = job;
  const earlier = rules.earlier(progressOf(state).lost);
  const found = rules.looksBack(kind) ? foundOf(state, step) : 'not_found';
  const what = rules.afterNotDone({ kind, earlier, found });
  if (what === 'doubt') return ['cannot tell about an earlier request', to(state, who, { at: 'doubt' })];
  const outcome = what === 'landed' ? 'landed' : 'not_done';
  const after = what === 'landed' ? 'next' : what;
  return [`takes it for ${what}`, to(state, who, { at: 'record', step, attempt, outcome, course: after })];
}

function record(state: State, { who, job }: Turn<Extract<Job, { at: 'record' }>>): Steps[number] {
  const { step, attempt, outcome, course: after } = job;
  const ended = withOutcome(state, step, attempt, outcome);
  if (!ended) return lets(state, who, 'it has ended otherwise');
  const what = `records ${outcome}`;
  if (after === 'later') return [what, lets(ended, who, '')[1]];
  return [what, to(ended, who, after === 'next' ? { at: 'next' } : { at: 'end', from: 'dispatched', undone: after })];
}

/** Outcomes are only ever added, and a step takes effect once. */
function withOutcome(
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

function settle(rules: Rules, state: State, who: 0 | 1): Steps[number] {
  if (!isVerified(rules, state)) return lets(state, who, 'it cannot be verified');
  const { open } = progressOf(state);
  const goesOn = rules.halt(state) === null;
  if (open) return ['turns to the step in doubt', to(state, who, { at: 'look', ...open, goesOn })];
  return ['finds nothing in doubt', to(state, who, { at: 'course', goesOn })];
}

/** Our mark is on what any attempt at the step wrote. */
function foundOf(state: State, step: number): 'landed' | 'not_found' | 'unclear' {
  if (!state.tells) return 'unclear';
  return state.attempts[step]?.some((one) => one.request === 'landed') ? 'landed' : 'not_found';
}

function look(rules: Rules, state: State, { who, job }: Turn<Extract<Job, { at: 'look' }>>): Steps[number] {
  const { step, attempt, goesOn } = job;
  const found = job.found ?? foundOf(state, step);
  // Whoever asks for the time after the look may ask for it much later.
  if (!rules.checks.deadline && !job.found) return [`looks: ${found}`, to(state, who, { ...job, found })];
  const over = rules.over({ old: state.attempts[step]?.[attempt]?.old ?? false });
  const how = rules.afterLook({ found, repeat: rules.repeat, over, goesOn });
  if (how === 'wait') return [`looks: ${found}`, lets(state, who, '')[1]];
  return [`looks: ${found}`, to(state, who, { at: 'settled', step, attempt, how, goesOn })];
}

function settled(
  rules: Rules,
  bounds: Bounds,
  state: State,
  { who, job }: Turn<Extract<Job, { at: 'settled' }>>,
): Steps[number] {
  const { step, attempt, how, goesOn } = job;
  if (how === 'repeat') return begin(rules, bounds, state, { who, job });
  const ended = withOutcome(state, step, attempt, how);
  if (!ended) return lets(state, who, 'it has ended otherwise');
  return [`records ${how}`, to(ended, who, { at: 'course', goesOn })];
}

function course(
  rules: Rules,
  bounds: Bounds,
  state: State,
  { who, job: { goesOn } }: Turn<Extract<Job, { at: 'course' }>>,
): Steps[number] {
  const what = rules.afterSettling({ done: progressOf(state).next, steps: bounds.steps, goesOn });
  if (what === 'finish') return ['finds every step done', to(state, who, { at: 'finish doubt' })];
  if (what === 'end') return ['goes no further', to(state, who, { at: 'end', from: 'unknown', undone: 'failed' })];
  const after = moved(rules.moves, state, { from: 'unknown', to: 'dispatched', by: 'executor' });
  return after ? ['goes on', to(after, who, { at: 'next' })] : lets(state, who, 'it was moved');
}

function end(
  rules: Rules,
  bounds: Bounds,
  state: State,
  { who, job }: Turn<Extract<Job, { at: 'end' }>>,
): Steps[number] {
  const done = progressOf(state).next;
  const finished = job.from === 'dispatched' ? 'finish' : 'finish doubt';
  if (rules.checks.recount && done === bounds.steps) return ['finds every step done', to(state, who, { at: finished })];
  const name = rules.endOf({ ...job, done });
  return [`comes to an end after ${done} steps`, to(state, who, { at: 'ending', from: job.from, to: name, done })];
}

function ending(rules: Rules, state: State, { who, job }: Turn<Extract<Job, { at: 'ending' }>>): Steps[number] {
  const went = job.to === 'partial' && job.done !== undefined && job.done !== progressOf(state).next;
  if (rules.checks.recount && went) return lets(state, who, 'it went on');
  return move(rules, state, who, job.from, job.to);
}

function finish(rules: Rules, state: State, { who, job }: Turn): Steps[number] {
  return move(rules, { ...state, after: true }, who, job.at === 'finish' ? 'dispatched' : 'unknown', 'applied', state);
}

/** As `resumePartial`: a person asked for the steps that are left. */
function goOn(rules: Rules, state: State, who: 0 | 1): Steps[number] {
  const halt = isVerified(rules, state) ? rules.halt(state) : 'revoked';
  const after = halt ? null : moved(rules.moves, state, { from: 'partial', to: 'dispatched', by: 'executor' });
  return after ? ['takes up what is left', to(after, who, { at: 'next' })] : lets(state, who, 'it stays partial');
}

/** Moves the change and is done with it; when the ledger refuses, nothing of the transaction is kept. */
function move(rules: Rules, state: State, who: 0 | 1, from: Status, end: Status, before = state): Steps[number] {
  const by: Actor = 'executor';
  const kept = end === 'partial' ? { ...state, after: true } : state;
  const after = moved(rules.moves, kept, { from, to: end, by });
  return after ? [`moves it to ${end}`, to(after, who, null)] : lets(before, who, 'the ledger refuses the move');
}

/** Lets the change go, to be taken up again. */
function lets(state: State, who: 0 | 1, why: string): Steps[number] {
  const held = state.holder === who ? false : state.held;
  return [`lets it go${why && `: ${why}`}`, to({ ...state, held }, who, null)];
}

function isVerified(rules: Rules, state: State): boolean {
  return !rules.checks.signatures || (state.decision === 'approve' && state.sealed);
}

/** The state with an executor elsewhere. */
function to(state: State, who: 0 | 1, job: Job | null): State {
  return { ...state, jobs: who === 0 ? [job, state.jobs[1]] : [state.jobs[0], job] };
}

/** Time passes until no request that has begun can take effect any more, unless it has. */
export function tick(state: State): State {
  const attempts = state.attempts.map((all) =>
    all.map((one) => ({ ...one, old: true, request: one.request === 'flying' ? ('gone' as const) : one.request })),
  );
  return { ...state, attempts };
}
