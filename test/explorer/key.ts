import type { Attempt, Job, State } from './state.ts';

/**
 * Answers the same short text for the same state, also when the two executors have changed places. The texts of one
 * call of this function can be compared with each other: every part of a state is one character, which stands for what
 * the part is in words.
 */
export function keys(): (state: State) => string {
  // The words of attempts come first, so that their numbers are small.
  const numbers = new Map(words.map((word, number) => [word, number]));
  const numberOf = (text: string): number => {
    const known = numbers.get(text) ?? numbers.size;
    if (known === numbers.size) numbers.set(text, known);
    return known;
  };
  const jobOf = (job: Job | null): number => numberOf(job === null ? 'none' : Object.values(job).join());
  const attemptOf = ({ outcome, request, answer, old }: Attempt): number => {
    const parts = [outcome ?? 'none', request, answer ?? 'none'].map(numberOf);
    if (parts.some((part) => part >= most)) throw new Error(`one of ${parts} does not fit into a character`);
    return parts.reduce((sum, part) => sum * most + part, 0) * 2 + (old ? 1 : 0);
  };
  return (state) => {
    const [first, second] = state.jobs;
    const a = jobOf(first);
    const b = jobOf(second);
    const swap = a > b || (a === b && state.holder === 1);
    const holder = swap && typeof state.holder === 'number' ? 1 - state.holder : state.holder;
    return String.fromCharCode(
      swap ? b : a,
      swap ? a : b,
      numberOf(`${holder}`),
      numberOf(state.status),
      numberOf(state.decision),
      numberOf(`${state.kind} ${state.automatic} ${state.grant}`),
      numberOf(state.blueprint),
      numberOf(state.earlier),
      numberOf(`${state.broke}`),
      state.left,
      bits([
        state.sealed,
        state.after,
        state.held,
        state.late,
        state.stopped,
        state.tells,
        state.cut,
        state.own,
        state.newer,
      ]),
      bits(state.foreign),
      ...state.effects,
      ...state.attempts.flatMap((all) => [all.length, ...all.map(attemptOf)]),
    );
  };
}

/** Three words of an attempt and a flag are the 16 bits of one character. */
const most = 32;

/** Every word that an attempt is told with. */
const words: readonly string[] = [
  ...['none', 'done', 'landed', 'not_done', 'lost'],
  ...['unsent', 'flying', 'gone'],
  ...['stale', 'refused', 'unavailable'],
];

const bits = (flags: readonly boolean[]): number => flags.reduce((sum, flag) => sum * 2 + (flag ? 1 : 0), 0);
