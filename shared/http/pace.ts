import { Limited } from './limited.ts';

/** So many requests in so many milliseconds. */
export type Allowance = { readonly count: number; readonly withinMs: number };

/** Counts a write of a subject that is about to leave. Throws `Limited` instead when it would be one too many. */
export type Pace = (subject: string) => void;

/**
 * Keeps writes below what a backend takes, so that it has no reason to refuse them, and reads with them. Whoever is held
 * back is told until when, and comes again; nobody waits in a line here.
 */
export function writePace({
  now,
  allowances,
}: {
  readonly now: () => number;
  readonly allowances: readonly Allowance[];
}): Pace {
  const sent = new Map<string, readonly number[]>();
  const longest = Math.max(0, ...allowances.map(({ withinMs }) => withinMs));
  return (subject) => {
    const time = now();
    // Nothing was sent in the future: the clock was set back.
    const counted = (sent.get(subject) ?? []).filter((one) => one <= time && one > time - longest);
    const until = Math.max(0, ...allowances.map((allowance) => freeAt(counted, allowance, time)));
    if (until > time) throw new Limited(until, true);
    sent.set(subject, [...counted, time]);
  };
}

/** From when on one more request is within the allowance. */
function freeAt(sent: readonly number[], { count, withinMs }: Allowance, time: number): number {
  const recent = sent.filter((one) => one > time - withinMs);
  const first = recent[recent.length - count];
  return first === undefined ? time : first + withinMs;
}
