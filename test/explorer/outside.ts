import type { Actor, Status } from '#shared/changes/transitions.ts';
import { approvedDecided, automatically, endsOfThem, givesGrant } from './automatic.ts';
import type { Rules } from './rules.ts';
import { type Job, type State, withAttempt } from './state.ts';
import { moved } from './table.ts';

type Steps = [string, State][];

/** What the backend, the clock and the leases do by themselves, sooner or later. */
export function courseOfThings(rules: Rules, state: State): Steps {
  const alone = state.held && !(typeof state.holder === 'number' && state.jobs[state.holder]);
  const lapse: Steps = alone ? [['the lease runs out', { ...state, held: false }]] : [];
  return [
    ...automatically(rules, state),
    ...clock(rules, state),
    ...lapse,
    ...backend(rules, state),
    ...earlier(rules, state),
  ];
}

/** What somebody may do or not: the agent, people, and after them whatever goes wrong, as often as is explored. */
export function interference(rules: Rules, state: State): Steps {
  const ended: Steps = state.stopped ? [['a person ends the stop', { ...state, stopped: false }]] : [];
  const asked = [...requests(rules, state), ...resumed(state), ...givesGrant(state), ...ended];
  if (state.left === 0) return asked;
  const bad = [
    ...stops(state),
    ...endsOfThem(state),
    ...refusals(state),
    ...repeated(rules, state),
    ...others(state),
    ...crashes(state),
    ...freezes(state),
  ];
  return [
    ...asked,
    ...bad.map(([what, next]): Steps[number] => [what, { ...next, left: Math.min(next.left, state.left - 1) }]),
  ];
}

function clock(rules: Rules, state: State): Steps {
  const steps: Steps = [];
  const young = state.attempts.some((all) => all.some((one) => !one.old));
  if (young) steps.push(['ten minutes pass', tick(state)]);
  if (!state.late) steps.push(['the approval expires', { ...state, late: true }]);
  if (state.late && !state.held) {
    for (const from of ['planning', 'pending', 'approved'] as const) {
      steps.push(...attempt(rules, state, 'clock', from, 'expired'));
    }
  }
  return steps;
}

/** The change that this one comes after is decided on and carried out, or is not; then this one ends at a later sweep. */
function earlier(rules: Rules, state: State): Steps {
  const lost: Steps = [['the earlier change ends without being applied', { ...state, earlier: 'lost' }]];
  switch (state.earlier) {
    case 'pending':
      return [...lost, ['the earlier change is approved', approvedDecided(rules, { ...state, earlier: 'approved' })]];
    case 'approved':
      return [...lost, ['the earlier change is applied', { ...state, earlier: 'applied' }]];
    case 'lost':
      return (['pending', 'approved'] as const).flatMap((from) => attempt(rules, state, 'clock', from, 'stale'));
    default:
      return [];
  }
}

function attempt(rules: Rules, state: State, by: Actor, from: Status, to: Status): Steps {
  const after = moved(rules.moves, state, { from, to, by });
  return after ? [[`${by}: ${from} to ${to}`, after]] : [];
}

/** Requests under way arrive. A guarded one has its effect only when nobody wrote since the plan was made. */
function backend(rules: Rules, state: State): Steps {
  return flying(state).map(({ step, number }) => {
    const clash = rules.repeat === 'guarded' && (state.foreign[step] === true || (state.effects[step] ?? 0) > 0);
    if (clash) return [`the backend refuses step ${step + 1} as stale`, arrived(state, step, number, 'gone', 'stale')];
    const effects = state.effects.map((count, index) => (index === step ? count + 1 : count));
    return [`step ${step + 1} takes effect`, { ...arrived(state, step, number, 'landed', 'done'), effects }];
  });
}

function flying({ attempts }: State): { readonly step: number; readonly number: number }[] {
  return attempts.flatMap((all, step) =>
    all.flatMap((one, number) => (one.request === 'flying' ? [{ step, number }] : [])),
  );
}

/** The backend's answer is kept only for an executor that still waits for it. */
function arrived(
  state: State,
  step: number,
  number: number,
  request: 'landed' | 'gone',
  answer: 'done' | 'stale' | 'refused' | 'unavailable',
): State {
  const waits = (job: Job | null): boolean => job?.at === 'wait' && job.step === step && job.attempt === number;
  return withAttempt(state, step, number, { request, answer: state.jobs.some(waits) ? answer : null });
}

/**
 * The network delivers a request twice: the second is refused, and that is what the executor is told. Nothing else goes
 * wrong after it: when the backend does not tell who wrote either, the refusal is believed, which is known.
 */
function repeated(rules: Rules, state: State): Steps {
  if (rules.repeat === 'never' || !state.tells) return [];
  return flying(state).flatMap(({ step, number }): Steps => {
    if (state.foreign[step] || (state.effects[step] ?? 0) > 0) return [];
    const effects = state.effects.map((count, index) => (index === step ? count + 1 : count));
    const after = { ...arrived(state, step, number, 'landed', 'stale'), effects, left: 0 };
    return [[`step ${step + 1} takes effect, and arrives once more, which is refused as stale`, after]];
  });
}

function refusals(state: State): Steps {
  return flying(state).flatMap(({ step, number }) =>
    (['refused', 'unavailable'] as const).map((answer): Steps[number] => [
      `the backend answers step ${step + 1}: ${answer}`,
      arrived(state, step, number, 'gone', answer),
    ]),
  );
}

function requests(rules: Rules, state: State): Steps {
  const sealed = { ...state, sealed: true };
  const steps: Steps = [
    ...attempt(rules, sealed, 'agent', 'planning', 'pending'),
    ...attempt(rules, { ...state, newer: true }, 'agent', 'pending', 'superseded'),
    ...(['planning', 'pending', 'approved'] as const).flatMap((from) => [
      ...attempt(rules, state, 'agent', from, 'withdrawn'),
    ]),
  ];
  if (state.status !== 'pending') return steps;
  const decided = (decision: State['decision'], to: Status): Steps =>
    attempt(rules, { ...state, decision }, 'person', 'pending', to).map(([what, after]) => [
      `${what} (${decision})`,
      after,
    ]);
  return [
    ...steps,
    ...decided('approve', 'approved'),
    ...(state.kind === 'rule' ? forgedRule(rules, state) : decided('forged', 'approved')),
    ...decided('reject', 'rejected'),
  ];
}

/** The row of a rule's decision that nobody signed. */
function forgedRule(rules: Rules, state: State): Steps {
  if (state.automatic !== 'none') return [];
  return attempt(rules, { ...state, automatic: 'forged' }, 'rule', 'pending', 'approved').map(([what, after]) => [
    `${what} (forged)`,
    after,
  ]);
}

/** A person asks for what is left of a partial change, and an executor takes it up. */
function resumed(state: State): Steps {
  if (state.status !== 'partial' || state.held || state.stopped || state.jobs[0]) return [];
  const jobs: State['jobs'] = [{ at: 'go on' }, state.jobs[1]];
  return [['a person asks to go on, and executor 1 takes it up', { ...state, holder: 0, held: true, jobs }]];
}

function stops(state: State): Steps {
  const steps: Steps = state.stopped ? [] : [['a person stops writes', { ...state, stopped: true }]];
  if (!state.stopped && (state.grant === 'lasts' || state.grant === 'used up')) {
    steps.push(['a person stops the agent, which ends its grants', { ...state, stopped: true, grant: 'ended' }]);
  }
  if (state.blueprint === 'gone') return steps;
  steps.push(['the blueprint is removed', { ...state, blueprint: 'gone' }]);
  const { blueprint: was } = state;
  for (const blueprint of was === 'live' ? editsOf[state.kind] : (['live'] as const)) {
    steps.push([`the blueprint is edited: ${blueprint}`, { ...state, blueprint }]);
  }
  return steps;
}

/** The edits that make a difference to somebody's decision. */
const editsOf: Readonly<Record<State['kind'], readonly State['blueprint'][]>> = {
  people: ['narrowed'],
  rule: ['edited'],
  grant: ['edited', 'unoffered'],
};

function others(state: State): Steps {
  if (!['approved', 'dispatched', 'unknown'].includes(state.status)) return [];
  const steps: Steps = state.foreign.flatMap((was, step) => {
    const foreign = state.foreign.map((one, index) => one || index === step);
    const what = `somebody else writes to what step ${step + 1} writes to`;
    return was ? [] : [[what, { ...state, foreign }] as Steps[number]];
  });
  if (state.tells) steps.push(['nobody can tell any more who wrote', { ...state, tells: false }]);
  return steps;
}

function crashes(state: State): Steps {
  return ([0, 1] as const).flatMap((who) => {
    const job = state.jobs[who];
    if (!job) return [];
    const unread = job.at === 'wait' ? withAttempt(state, job.step, job.attempt, { answer: null }) : state;
    const jobs: State['jobs'] = who === 0 ? [null, state.jobs[1]] : [state.jobs[0], null];
    const holder = state.holder === who ? ('dead' as const) : state.holder;
    return [[`executor ${who + 1} dies (${job.at})`, { ...unread, jobs, holder }] as Steps[number]];
  });
}

/** An executor gives no sign of life for longer than its lease, and may wake up any time later. */
function freezes(state: State): Steps {
  const { holder, jobs, held } = state;
  if (!held || typeof holder !== 'number' || !jobs[holder]) return [];
  return [[`executor ${holder + 1} freezes until its lease has run out`, { ...state, held: false }]];
}

/** Time passes until no request that has begun can take effect any more, unless it has. */
function tick(state: State): State {
  const attempts = state.attempts.map((all) =>
    all.map((one) => ({ ...one, old: true, request: one.request === 'flying' ? ('gone' as const) : one.request })),
  );
  return { ...state, attempts };
}
