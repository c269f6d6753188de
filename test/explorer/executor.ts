import type { Rules } from './rules.ts';
import { answers, begin, judge, record, send } from './run-step.ts';
import { course, look, settle, settled } from './settle-doubt.ts';
import { type Bounds, type Job, progressOf, type State } from './state.ts';
import { haltVerified, isVerified, lets, move, movedBy, type Steps, type Turn, to } from './turn.ts';

/** What an executor does next from where it stands: one state, or several where the world decides. */
export function executorSteps(rules: Rules, bounds: Bounds, state: State, who: 0 | 1): [string, State][] {
  const job = state.jobs[who];
  const name = `executor ${who + 1}`;
  const step = job ? carryOut(rules, bounds, state, { who, job }) : takeUp(rules, state, who);
  return step.map(([what, next]) => [`${name} ${what}`, next]);
}

/** As `dueWork` and `takeLease` of the ledger. */
function takeUp(rules: Rules, state: State, who: 0 | 1): Steps {
  const first = { approved: 'verify', dispatched: 'resume', unknown: 'settle' } as const;
  const { status } = state;
  if (status !== 'approved' && status !== 'dispatched' && status !== 'unknown') return [];
  if (state.held || (state.stopped && status !== 'unknown')) return [];
  const waits = status === 'approved' && state.earlier !== 'none' && state.earlier !== 'applied';
  if (waits && rules.checks.order) return [];
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
      return [end(rules, state, { who, job })];
    case 'ending':
      return [move(rules, state, who, job.from, job.to)];
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
    const after = movedBy(rules, state, who, { from: 'approved', to: 'dispatched' });
    return after ? ['moves it to dispatched', to(after, who, { at: 'next' })] : lets(state, who, 'it was moved');
  }
  const halt = isVerified(rules, state) ? haltVerified(rules, state) : 'revoked';
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

function end(rules: Rules, state: State, { who, job }: Turn<Extract<Job, { at: 'end' }>>): Steps[number] {
  const done = progressOf(state).next;
  const name = rules.endOf({ ...job, done });
  return [`comes to an end after ${done} steps`, to(state, who, { at: 'ending', from: job.from, to: name })];
}

function finish(rules: Rules, state: State, { who, job }: Turn): Steps[number] {
  return move(rules, { ...state, after: true }, who, job.at === 'finish' ? 'dispatched' : 'unknown', 'applied', state);
}

/** As `resumePartial`: a person asked for the steps that are left. */
function goOn(rules: Rules, state: State, who: 0 | 1): Steps[number] {
  const halt = isVerified(rules, state) ? haltVerified(rules, state) : 'revoked';
  const after = halt ? null : movedBy(rules, state, who, { from: 'partial', to: 'dispatched' });
  return after ? ['takes up what is left', to(after, who, { at: 'next' })] : lets(state, who, 'it stays partial');
}
