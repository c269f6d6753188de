import type { Rules } from './rules.ts';
import { begin } from './run-step.ts';
import { type Bounds, type Job, progressOf, type State } from './state.ts';
import { foundOf, haltVerified, isVerified, lets, movedBy, type Steps, type Turn, to, withOutcome } from './turn.ts';

export function settle(rules: Rules, state: State, who: 0 | 1): Steps[number] {
  if (!isVerified(rules, state)) return lets(state, who, 'it cannot be verified');
  const { open } = progressOf(state);
  const goesOn = haltVerified(rules, state) === null;
  if (open) return ['turns to the step in doubt', to(state, who, { at: 'look', ...open, goesOn })];
  return ['finds nothing in doubt', to(state, who, { at: 'course', goesOn })];
}

export function look(rules: Rules, state: State, { who, job }: Turn<Extract<Job, { at: 'look' }>>): Steps[number] {
  const { step, attempt, goesOn } = job;
  const found = job.found ?? foundOf(state, step);
  // Whoever asks for the time after the look may ask for it much later.
  if (!rules.checks.deadline && !job.found) return [`looks: ${found}`, to(state, who, { ...job, found })];
  const over = rules.over({ old: state.attempts[step]?.[attempt]?.old ?? false });
  const how = rules.afterLook({ found, repeat: rules.repeat, over, goesOn });
  if (how === 'wait') return [`looks: ${found}`, lets(state, who, '')[1]];
  return [`looks: ${found}`, to(state, who, { at: 'settled', step, attempt, how, goesOn })];
}

export function settled(
  rules: Rules,
  bounds: Bounds,
  state: State,
  { who, job }: Turn<Extract<Job, { at: 'settled' }>>,
): Steps[number] {
  const { step, attempt, how, goesOn } = job;
  if (how === 'repeat') return begin(rules, bounds, state, { who, job });
  const own = !rules.checks.claim || state.holder === who;
  const ended = own ? withOutcome(state, step, attempt, how) : null;
  if (!ended) return lets(state, who, 'it has ended otherwise');
  return [`records ${how}`, to(ended, who, { at: 'course', goesOn })];
}

export function course(
  rules: Rules,
  bounds: Bounds,
  state: State,
  { who, job: { goesOn } }: Turn<Extract<Job, { at: 'course' }>>,
): Steps[number] {
  const what = rules.afterSettling({ done: progressOf(state).next, steps: bounds.steps, goesOn });
  if (what === 'finish') return ['finds every step done', to(state, who, { at: 'finish doubt' })];
  if (what === 'end') return ['goes no further', to(state, who, { at: 'end', from: 'unknown', undone: 'failed' })];
  const after = movedBy(rules, state, who, { from: 'unknown', to: 'dispatched' });
  return after ? ['goes on', to(after, who, { at: 'next' })] : lets(state, who, 'it was moved');
}
