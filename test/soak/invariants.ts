import type { Answered } from '#test/e2e/people.ts';
import type { Effects } from './prepare.ts';

/** What a fault may lead to: `applied` where nothing but time is lost, `refused` where the backend said no. */
export type Expected = 'applied' | 'refused';

/** What is wrong with how a change stands, compared with what is really there; null when all of it is true. */
export function violationOf(change: Answered, effects: Effects, expected: Expected): string | null {
  const counts = Object.entries(effects);
  const doubled = counts.filter(([, count]) => count > 1).map(([step]) => step);
  if (doubled.length > 0) return `done more than once: ${doubled.join(', ')}`;
  const done = counts.filter(([, count]) => count === 1).map(([step]) => step);
  return untruth(change, done, counts.length) ?? lost(change, expected);
}

function untruth({ status, note, steps }: Answered, done: readonly string[], all: number): string | null {
  const there = done.length === 0 ? 'nothing' : done.join(', ');
  switch (status) {
    case 'applied':
      return done.length === all ? null : `applied, and there is ${there}`;
    case 'failed':
    case 'stale':
    case 'expired':
    case 'revoked':
      if (note === null) return `${status} without a reason`;
      return done.length === 0 ? null : `${status}, and there is ${there}`;
    case 'partial': {
      const claimed = steps.filter((step: Answered) => step.state === 'done').map((step: Answered) => step.name);
      return claimed.join() === done.join() && note !== null ? null : `partial as to ${claimed}, and there is ${there}`;
    }
    case 'unknown':
      return note === null ? 'unknown without a reason' : null;
    default:
      return `${status} (${note}) long after the fault`;
  }
}

function lost({ status, note }: Answered, expected: Expected): string | null {
  if (status === 'applied') return null;
  if (expected === 'refused' && status !== 'unknown') return null;
  return `the write was lost: ${status} (${note})`;
}
