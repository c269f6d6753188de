import { executorSteps } from './executor.ts';
import { keys } from './key.ts';
import { courseOfThings, interference } from './outside.ts';
import { brokenPromise, restsOrWaits } from './properties.ts';
import type { Rules } from './rules.ts';
import { type Bounds, type State, startOf } from './state.ts';
import { endsOf } from './table.ts';

/** What was found: how much was looked at, and the shortest way to a broken promise, if there is one. */
export type Exploration = {
  readonly states: number;
  readonly steps: number;
  /** States at which the exploration stopped because more attempts are needed than it looks at. */
  readonly cut: number;
  readonly reached: ReadonlySet<State['status']>;
  readonly broken: string | null;
};

type Seen = { readonly state: State; readonly from: number; readonly what: string };

/** Walks everything that can happen, nearest first, and stops at the first promise that is broken. */
export function explore(rules: Rules, bounds: Bounds): Exploration {
  const seen: Seen[] = [];
  const numbers = new Map<string, number>();
  const keyOf = keys();
  // Steps that come about sooner or later, the other way round: from where they lead to where they start.
  const back: number[][] = [];
  let steps = 0;
  const numberOf = (state: State, from: number, what: string): number => {
    const key = keyOf(state);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, seen.length);
    back.push([]);
    return seen.push({ state, from, what }) - 1;
  };
  numberOf(startOf(bounds), -1, 'an agent proposes');
  for (let at = 0; at < seen.length; at += 1) {
    const { state } = seen[at] as Seen;
    const why = brokenPromise(state);
    if (why) return result(seen, steps, `${why}\n${traceTo(seen, at)}`);
    if (state.cut) continue;
    const sure = [...executorSteps(rules, bounds, state, 0), ...executorSteps(rules, bounds, state, 1)];
    for (const [what, next] of [...sure, ...courseOfThings(rules, state)]) {
      back[numberOf(next, at, what)]?.push(at);
      steps += 1;
    }
    for (const [what, next] of interference(rules, state)) {
      numberOf(next, at, what);
      steps += 1;
    }
  }
  const stuck = firstStuck(seen, back, rules);
  return result(seen, steps, stuck < 0 ? null : `the change is stuck\n${traceTo(seen, stuck)}`);
}

/** The first state from which nothing that comes about by itself leads to an end or to a person; -1 when there is none. */
function firstStuck(seen: readonly Seen[], back: readonly (readonly number[])[], rules: Rules): number {
  const ends = endsOf();
  const good = new Uint8Array(seen.length);
  const todo = seen.flatMap(({ state }, at) => (restsOrWaits(state, ends, rules.repeat) ? [at] : []));
  for (const at of todo) good[at] = 1;
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    for (const before of back[at] ?? []) {
      if (good[before]) continue;
      good[before] = 1;
      todo.push(before);
    }
  }
  return good.indexOf(0);
}

function result(seen: readonly Seen[], steps: number, broken: string | null): Exploration {
  const reached = new Set(seen.map(({ state }) => state.status));
  return { states: seen.length, steps, cut: seen.filter(({ state }) => state.cut).length, reached, broken };
}

/** What happened, one line a step, with where the change then was. */
function traceTo(seen: readonly Seen[], end: number): string {
  const lines: string[] = [];
  for (let at = end; at >= 0; at = seen[at]?.from ?? -1) {
    const { what, state } = seen[at] as Seen;
    const effects = state.effects.join(', ');
    lines.unshift(`${what} → ${state.status}, effects ${effects}`);
  }
  return lines.map((line, index) => `${String(index + 1).padStart(3)}. ${line}`).join('\n');
}
