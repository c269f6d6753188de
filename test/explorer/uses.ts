import type { TaskGrant } from '#shared/changes/grant.ts';
import { type Coverage, coverageOf, type FollowUp, type Grounds } from '#shared/changes/grant-coverage.ts';

/** One use of the grant, as the ledger keeps it: by which change. */
type Use = { readonly change: number; readonly number: number; readonly bytes: number };

type Change = 'pending' | 'approved' | 'begun' | 'written' | 'over';

/** Several changes that could come under one task grant, whoever decides them and carries them out. */
type State = {
  readonly changes: readonly Change[];
  readonly uses: readonly Use[];
  readonly ended: boolean;
  readonly late: boolean;
  /** Two approvals servers, each with what it has found and not kept yet. */
  readonly deciders: readonly ({ readonly change: number; readonly found: Use } | null)[];
  /** Two executors, each with the change that it holds. */
  readonly executors: readonly ({ readonly change: number; readonly at: 'verify' | 'begin' | 'leave' } | null)[];
  readonly broke: string | null;
};

/** What is asked where; each may be left out. */
export type UseRules = {
  readonly coverage: typeof coverageOf;
  /** The approvals server decides in one transaction. */
  readonly atomic: boolean;
  /** The ledger refuses a use that the grant does not go so far as. */
  readonly within: boolean;
  /** The executor holds the grant against the change itself, in its place among the uses. */
  readonly verified: boolean;
  /** Right before a step begins, and right before its request leaves, it is asked whether the grant has ended. */
  readonly begin: boolean;
  readonly leave: boolean;
  /** Whether what the ledger keeps is looked at, or only what was written. */
  readonly promise: 'kept' | 'written';
};

export const useRules: UseRules = {
  coverage: coverageOf,
  atomic: true,
  within: true,
  verified: true,
  begin: true,
  leave: true,
  promise: 'kept',
};

/** Bytes of the changes that are explored, of which no three and not every two come under the grant. */
const sizes: readonly number[] = [40, 60, 40];
const branch = 'branch:R_1/deps';
const early = '2027-01-01T00:00:00.000Z';

const grant: TaskGrant = {
  format: 'countersign/task-grant@1',
  id: `grt_${'0'.repeat(26)}`,
  origin: { change_id: `chg_${'0'.repeat(26)}`, seal: '0'.repeat(64) },
  agent: 'deps-bot',
  blueprint: 'deps',
  server: 'github',
  backend: 'github.test',
  target: { repository: 'acme/web' },
  tools: ['commit_files'],
  paths: ['src/*'],
  flags: [],
  changes: 2,
  bytes: 90,
  granted_at: early,
  expires_at: '2027-01-02T00:00:00.000Z',
  approver: { issuer: 'https://idp.test', subject: 'alice' },
};

const followUp = (path: string, bytes: number): FollowUp => ({
  requester: { kind: 'agent', agent: grant.agent },
  blueprint: { name: grant.blueprint, digest: '0'.repeat(64) },
  server: grant.server,
  backend: grant.backend,
  target: grant.target,
  tool: 'commit_files',
  effects: [
    {
      kind: 'file',
      path,
      before: null,
      after: { content: { sha256: '0'.repeat(64), bytes }, mode: '100644', binary: false },
    },
  ],
  flags: [],
  reaches: [],
  reversible: { kind: 'full' },
  stands_on: [{ thing: branch, version: 'v1' }],
});

const follows = sizes.map((bytes) => followUp('src/a.ts', bytes));
const outside = followUp('lib/a.ts', 1);

/** Walks everything that two approvals servers and two executors can do about one grant; the first broken promise, or null. */
export function exploreUses(rules: UseRules): { readonly states: number; readonly broken: string | null } {
  const seen = new Map<string, { readonly from: string; readonly what: string }>();
  const start: State = {
    changes: sizes.map(() => 'pending'),
    uses: [],
    ended: false,
    late: false,
    deciders: [null, null],
    executors: [null, null],
    broke: null,
  };
  const todo: State[] = [start];
  seen.set(keyOf(start), { from: '', what: 'three changes wait' });
  for (const state of todo) {
    const from = keyOf(state);
    const broken = brokenPromise(rules, state);
    if (broken) return { states: seen.size, broken: [broken, ...traceTo(seen, from)].join('\n  ') };
    for (const [what, next] of stepsFrom(rules, state)) {
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.set(key, { from, what });
      todo.push(next);
    }
  }
  return { states: seen.size, broken: null };
}

/** The same for the same state, also when the two of a kind have changed places. */
function keyOf({ changes, uses, ended, late, deciders, executors, broke }: State): string {
  const used = uses.map(({ change, number, bytes }) => `${change}/${number}/${bytes}`);
  const deciding = deciders.map((one) => (one ? `${one.change}/${one.found.number}` : '')).sort();
  const executing = executors.map((one) => (one ? `${one.change}/${one.at}` : '')).sort();
  return [...changes, ended, late, ...deciding, ...executing, broke, ...used].join();
}

function traceTo(seen: ReadonlyMap<string, { readonly from: string; readonly what: string }>, end: string): string[] {
  const lines: string[] = [];
  for (let one = seen.get(end); one; one = seen.get(one.from)) lines.unshift(one.what);
  return lines;
}

function brokenPromise({ promise }: UseRules, { uses, changes, broke }: State): string | null {
  if (broke) return broke;
  const counted = uses.filter(({ change }) => promise === 'kept' || changes[change] === 'written');
  const written = changes.flatMap((one, change) => (one === 'written' ? [sizes[change] ?? 0] : []));
  const bytes = promise === 'kept' ? counted.map((one) => one.bytes) : written;
  if (bytes.length > grant.changes) return 'more changes than the grant allows';
  if (sum(bytes) > grant.bytes) return 'more bytes than the grant allows';
  const numbers = new Set(counted.map(({ number }) => number));
  return numbers.size === counted.length ? null : 'two changes with one number';
}

const sum = (all: readonly number[]): number => all.reduce((one, other) => one + other, 0);

type Steps = [string, State][];

function stepsFrom(rules: UseRules, state: State): Steps {
  const { ended, late, uses } = state;
  const steps: Steps = [];
  if (!ended) steps.push(['the giver takes the grant back', { ...state, ended: true }]);
  if (!late) steps.push(['the time of the grant is over', { ...state, late: true }]);
  const breach = heldAgainst(rules, state, outside, uses);
  if (!(ended || breach.covered) && breach.ends) steps.push(['a change shows another task', { ...state, ended: true }]);
  for (const who of [0, 1]) steps.push(...decides(rules, state, who), ...carriesOut(rules, state, who));
  return steps;
}

function heldAgainst({ coverage }: UseRules, { late }: State, change: FollowUp, before: readonly Use[]): Coverage {
  const grounds: Grounds = {
    grant,
    origin: { reaches: [] },
    things: new Map([[branch, new Set(['v1'])]]),
    used: { changes: before.length, bytes: sum(before.map(({ bytes }) => bytes)) },
    at: late ? grant.expires_at : early,
  };
  return coverage(grounds, change);
}

/** As `decideAutomatically` with `grantDecider`: what is found and what is kept are one transaction. */
function decides(rules: UseRules, state: State, who: number): Steps {
  const doing = state.deciders[who];
  if (doing) {
    const idle = { ...state, deciders: put(state.deciders, who, null) };
    return [
      [`approvals ${who + 1} keeps what it has found`, kept(rules, idle, doing.found) ?? idle],
      [`approvals ${who + 1} dies`, idle],
    ];
  }
  return state.changes.flatMap((status, change): Steps => {
    const follow = follows[change];
    if (status !== 'pending' || state.ended || !follow) return [];
    const coverage = heldAgainst(rules, state, follow, state.uses);
    if (!coverage.covered) return [];
    const found = { change, number: coverage.number, bytes: coverage.bytes };
    const finds = `approvals ${who + 1} finds change ${change + 1} covered`;
    if (!rules.atomic) return [[finds, { ...state, deciders: put(state.deciders, who, { change, found }) }]];
    const after = kept(rules, state, found);
    return after ? [[finds, after]] : [];
  });
}

/** As the trigger `grant_uses_within` of the ledger; null when it refuses, and nothing of the transaction is kept. */
function kept(rules: UseRules, state: State, use: Use): State | null {
  if (state.changes[use.change] !== 'pending') return null;
  const isWithin =
    !(state.ended || state.late) &&
    use.number === state.uses.length + 1 &&
    use.number <= grant.changes &&
    sum(state.uses.map(({ bytes }) => bytes)) + use.bytes <= grant.bytes;
  if (rules.within && !isWithin) return null;
  const isOver = rules.promise === 'kept' && (state.ended || state.late);
  const broke = isOver ? 'a change came under a grant that had ended' : null;
  return { ...state, uses: [...state.uses, use], changes: put(state.changes, use.change, 'approved'), broke };
}

/** As an executor does, which may die at any moment; then another one takes the change up. */
function carriesOut(rules: UseRules, state: State, who: number): Steps {
  const job = state.executors[who];
  if (!job) {
    return state.changes.flatMap((status, change): Steps => {
      const isHeld = state.executors.some((one) => one?.change === change);
      if (isHeld || (status !== 'approved' && status !== 'begun')) return [];
      return [[`executor ${who + 1} takes up change ${change + 1}`, at(state, who, { change, at: 'verify' })]];
    });
  }
  return [...goesOn(rules, state, who, job), [`executor ${who + 1} dies`, at(state, who, null)]];
}

type Job = NonNullable<State['executors'][number]>;

function goesOn(rules: UseRules, state: State, who: number, { change, at: where }: Job): Steps {
  const name = `executor ${who + 1}`;
  const ends = (why: string): Steps => [
    [
      `${name} ends change ${change + 1}: ${why}`,
      at({ ...state, changes: put(state.changes, change, 'over') }, who, null),
    ],
  ];
  if (where === 'verify') {
    if (rules.verified && !isCounted(rules, state, change)) return ends('it did not come under the grant');
    return [[`${name} verifies change ${change + 1}`, at(state, who, { change, at: 'begin' })]];
  }
  // The end of its decision is that of the grant, which `haltOf` asks of every change.
  if (state.late || (rules[where] && state.ended)) return ends('the grant has ended');
  const broke = state.ended ? `${name} goes on under a grant that has ended` : null;
  if (where === 'begin') {
    const begun = { ...state, broke, changes: put(state.changes, change, 'begun') };
    return [[`${name} begins change ${change + 1}`, at(begun, who, { change, at: 'leave' })]];
  }
  const written = { ...state, broke, changes: put(state.changes, change, 'written') };
  return [[`${name} writes change ${change + 1}`, at(written, who, null)]];
}

/** As `underGrant`: it is the change of its number, and covered by what was left of the grant before it. */
function isCounted(rules: UseRules, state: State, change: number): boolean {
  const said = state.uses.find((one) => one.change === change);
  const own = state.uses.find(({ number }) => number === said?.number);
  const follow = follows[change];
  if (!(said && follow) || own?.change !== change || own.bytes !== said.bytes) return false;
  const before = state.uses.filter(({ number }) => number < said.number);
  // In its place is also when it was decided.
  const coverage = heldAgainst({ ...rules, coverage: coverageOf }, { ...state, late: false }, follow, before);
  return coverage.covered && coverage.number === said.number && coverage.bytes === said.bytes;
}

const at = (state: State, who: number, job: Job | null): State => ({
  ...state,
  executors: put(state.executors, who, job),
});

function put<T>(all: readonly T[], index: number, one: T): readonly T[] {
  return all.map((was, number) => (number === index ? one : was));
}
