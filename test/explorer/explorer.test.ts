import { beforeAll, describe, expect, test } from 'vitest';
import { moves } from '#shared/changes/transitions.ts';
import { firstLie } from './careless.ts';
import { expectPromisesHold, expectPromisesHoldAlone } from './expect-promises.ts';
import { explore } from './explore.ts';
import { type AutomaticCheck, type Check, type Rules, rulesInForce } from './rules.ts';
import type { Bounds } from './state.ts';

type Facts = Parameters<Rules['decides']>[0];
type Under = Parameters<Rules['covers']>[0];

/** The longest takes two seconds of a processor, and on a busy machine has a small part of one. */
const patienceMs = 240_000;

let rules: Rules;
beforeAll(async () => {
  rules = await rulesInForce();
});

describe('whatever happens to a change, every promise holds', () => {
  // Those with more misfortunes, attempts and steps are in explorer.apart.test.ts.
  test.each([
    { repeat: 'guarded', steps: 1, attempts: 2, misfortunes: 1, atLeast: 20_000 },
    { repeat: 'guarded', steps: 2, attempts: 1, misfortunes: 1, atLeast: 15_000 },
    { repeat: 'never', steps: 2, attempts: 1, misfortunes: 1, atLeast: 5_000 },
  ] as const)(
    'with $steps steps ($repeat), $attempts attempts at each and $misfortunes misfortunes',
    { timeout: patienceMs },
    (exploration) => expectPromisesHold(rules, exploration),
  );
});

describe('and what is decided without a person', () => {
  test.each([
    { kind: 'rule', steps: 1, attempts: 1, misfortunes: 1, chained: true, atLeast: 9_000 },
    { kind: 'grant', steps: 1, attempts: 1, misfortunes: 1, chained: true, atLeast: 15_000 },
  ] as const)(
    'by a $kind with $steps steps, $attempts attempts at each and $misfortunes misfortunes',
    { timeout: patienceMs },
    (exploration) => expectPromisesHoldAlone(rules, exploration),
  );
});

const small = { steps: 1, attempts: 2, misfortunes: 1 };

/** The first broken promise when something is otherwise than it is. */
function brokenBy(change: Partial<Rules>, bounds: Bounds = small): string {
  return explore({ ...rules, ...change }, bounds).broken ?? 'no promise is broken';
}

test('a change that comes after another is never carried out before that one is applied, and ends when it is lost', () => {
  const chained = { steps: 1, attempts: 1, misfortunes: 1, chained: true };
  const whole = explore(rules, chained);
  expect(whole.broken).toBeNull();
  expect(whole.states).toBeGreaterThan(4_000);
  const without = moves.map((move) => ({ ...move, needs: move.needs.filter((one) => one !== 'earlier_applied') }));
  const unordered = { ...rules, moves: without, checks: { ...rules.checks, order: false } };
  expect(explore(unordered, chained).broken).toContain('went out before the one that it comes after was applied');
  // One of the two is enough: the executor does not take it up, and the ledger does not let it go out.
  expect(
    explore({ ...rules, checks: { ...rules.checks, order: false } }, { ...chained, misfortunes: 0 }).broken,
  ).toBeNull();
  expect(explore({ ...rules, moves: without }, { ...chained, misfortunes: 0 }).broken).toBeNull();
});

describe('a rule that is broken on purpose is found', () => {
  const checks: Readonly<Record<Exclude<Check, 'order' | AutomaticCheck>, string>> = {
    signatures: 'without a verified, unexpired decision',
    claim: 'moved by an executor that does not hold it',
    lease: 'does not hold the change',
    leave: 'no longer the executor’s',
    stop: 'while writes are stopped',
    halt: 'a step goes out without',
    age: 'is called failed, and a step took effect',
    deadline: 'is called failed, and a step took effect',
    doubt: 'a step took effect',
  };
  test.each(Object.entries(checks))('%s is not checked: %s', (check, promise) => {
    const without = { checks: { ...rules.checks, [check]: false } };
    const guarded = brokenBy(without);
    expect([guarded, guarded.startsWith('no') ? brokenBy({ ...without, repeat: 'never' }) : ''].join()).toContain(
      promise,
    );
  });

  test.each([
    { check: 'signatures', kind: 'rule', promise: 'without a verified, unexpired decision' },
    { check: 'ledger', kind: 'rule', promise: 'by a rule that does not hold any more' },
    { check: 'ledger', kind: 'grant', promise: 'under a task grant that has ended' },
    { check: 'halt', kind: 'rule', promise: 'goes out' },
    { check: 'halt', kind: 'grant', promise: 'goes out' },
    { check: 'pending', kind: 'rule', promise: 'rejection and an automatic approval are both in force' },
    { check: 'pending', kind: 'grant', promise: 'rejection and an automatic approval are both in force' },
    { check: 'lasting', kind: 'grant', promise: 'covers what it does not go so far as' },
  ] as const)('of what is decided by a $kind, $check is not checked: $promise', ({ check, kind, promise }) => {
    const bounds = { steps: 1, attempts: 1, misfortunes: check === 'halt' ? 1 : 2, kind };
    expect(brokenBy({ checks: { ...rules.checks, [check]: false } }, bounds)).toContain(promise);
  });

  const byRule = { steps: 1, attempts: 1, misfortunes: 1, kind: 'rule' } as const;
  const byGrant = { ...byRule, kind: 'grant' } as const;

  test.each([
    { what: 'others’ work', decides: (state: Facts) => rules.decides({ ...state, own: true }) },
    { what: 'under an edited blueprint', decides: (state: Facts) => rules.decides({ ...state, blueprint: 'live' }) },
  ])('a rule decides $what', ({ decides }) => {
    expect(brokenBy({ decides }, byRule)).toContain('a rule decides what does not come under it');
  });

  test.each([
    { what: 'others’ work', covers: (state: Under) => rules.covers({ ...state, own: true }) },
    { what: 'more than it allows', covers: (state: Under) => rules.covers({ ...state, grant: 'lasts' }) },
  ])('a task grant covers $what', ({ covers }) => {
    expect(brokenBy({ covers }, byGrant)).toContain('a task grant covers what it does not go so far as');
  });

  test.each([
    { kind: 'rule', blueprint: 'edited', promise: 'by a rule that does not hold any more' },
    { kind: 'grant', blueprint: 'unoffered', promise: 'under a task grant that is not offered any more' },
  ] as const)('a $kind lasts when its blueprint is $blueprint', ({ kind, blueprint: edit, promise }) => {
    const halt: Rules['halt'] = (state) =>
      rules.halt(state.blueprint === edit ? { ...state, blueprint: 'live' } : state);
    expect(brokenBy({ halt }, { ...byRule, kind })).toContain(promise);
  });

  test('the ledger refuses a step under a grant that has ended, whatever the executor asks', () => {
    const unasked = { ...rules.checks, ledger: false };
    const told = brokenBy({ checks: { ...unasked, granted: false } }, byGrant);
    expect(told).toContain('under a task grant that has ended');
    expect(told.trimEnd().split('\n').at(-1)).toContain('begins step 1');
    // With it, only what the executor has to ask when the request leaves is missing.
    expect(brokenBy({ checks: unasked }, byGrant).trimEnd().split('\n').at(-1)).toContain('sends step 1');
  });

  test('what is not found did not happen, where a repetition could do it twice', () => {
    const afterLook: Rules['afterLook'] = (known) => rules.afterLook({ ...known, repeat: 'guarded' });
    expect(brokenBy({ repeat: 'never', afterLook })).toContain('took effect twice');
  });

  test('an attempt is given up before the next one begins', () => {
    const afterLook: Rules['afterLook'] = (known) => {
      const how = rules.afterLook(known);
      return how === 'repeat' ? 'lost' : how;
    };
    expect(brokenBy({ afterLook })).toContain('is called failed, and a step took effect');
  });

  test('a refusal is believed while an earlier request is under way', () => {
    const afterNotDone: Rules['afterNotDone'] = (known) =>
      rules.afterNotDone(known.earlier === 'under_way' ? { ...known, earlier: 'over' } : known);
    expect(brokenBy({ afterNotDone })).toContain('is called failed, and a step took effect');
  });

  test('an earlier request is not looked for before a refusal is believed', () => {
    const change: Partial<Rules> = { looksBack: () => false };
    expect(brokenBy(change)).toContain('and a step took effect');
  });

  test('a change of which something was done is called failed: the ledger refuses, and it is stuck', () => {
    const endOf: Rules['endOf'] = (known) => rules.endOf({ ...known, done: 0 });
    expect(brokenBy({ endOf }, { steps: 2, attempts: 1, misfortunes: 0 })).toContain('stuck');
  });

  test('what is in doubt is never settled', () => {
    expect(brokenBy({ afterLook: () => 'wait' })).toContain('stuck');
  });

  test.each(['approved', 'dispatched', 'unknown'] as const)('nothing leads out of %s', (from) => {
    expect(brokenBy({ moves: moves.filter((move) => move.from !== from || move.by.includes('agent')) })).not.toMatch(
      /^no /,
    );
  });

  test('a broken promise is told as what happened, one line a step', () => {
    const told = brokenBy({ checks: { ...rules.checks, signatures: false } });
    expect(told.split('\n').slice(0, 4)).toEqual([
      'it goes out without a verified, unexpired decision',
      '  1. an agent proposes → planning, effects 0',
      '  2. agent: planning to pending → pending, effects 0',
      '  3. person: pending to approved (forged) → approved, effects 0',
    ]);
  });
});

describe('a program that obeys no rule gets no lie into the ledger', () => {
  test('with the table as it is', () => {
    expect(firstLie(moves)).toBeNull();
  });

  /** What other needs and triggers make impossible before these moves already; the table asks for it all the same. */
  const twice = new Set([
    'planning to failed: nothing_done',
    'planning to compared: nothing_done',
    'pending to approved: sealed',
    'approved to dispatched: sealed',
    'approved to stale: nothing_done',
    'approved to revoked: nothing_done',
    'approved to withdrawn: nothing_done',
    'approved to expired: nothing_done',
    'dispatched to applied: settled',
    'unknown to applied: settled',
    'partial to dispatched: settled',
  ]);
  const needs = moves.flatMap((move) =>
    move.needs.map((need) => ({ move, need, name: `${move.from} to ${move.to}: ${need}` })),
  );

  test.each(needs)('but for each need that is left out of the table: $name', ({ move, need, name }) => {
    const without = { ...move, needs: move.needs.filter((one) => one !== need) };
    const lie = firstLie(moves.map((one) => (one === move ? without : one)));
    if (twice.has(name)) expect(lie).toBeNull();
    else expect(lie).not.toBeNull();
  });
});
