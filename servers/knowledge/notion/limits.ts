import { setTimeout as sleep } from 'node:timers/promises';
import { Limited } from '#shared/http/limited.ts';
import { type WithinLimits, withinLimits } from '#shared/http/limits.ts';

/** Notion takes three requests a second on average, and some bursts beyond. https://developers.notion.com/reference/request-limits */
const usualPerSecond = 3;
const burst = 12;

/** The longest that a request waits for its turn, in milliseconds. */
const longestWaitMs = 20_000;

/** How long to wait where Notion does not say so, and at most. Milliseconds. */
const unsaidMs = 30_000;
const longestHoldMs = 60 * 60_000;
const mostAtOnce = 6;

/**
 * Keeps to Notion's limits: requests leave at its pace, however many are made at once, and none while it wants none. It
 * tells that with 429, or with 529 for all its customers, and `Retry-After`.
 */
export function notionLimits({
  now,
  perSecond = usualPerSecond,
}: {
  readonly now: () => number;
  readonly perSecond?: number;
}): WithinLimits {
  const within = withinLimits({
    now,
    most: mostAtOnce,
    resourceOf: () => 'all',
    read: async ({ status, headers }, time) => {
      const refused = status === 429 || status === 529;
      return { refused, hold: refused ? { scope: 'all', until: time + holdMs(headers) } : null };
    },
  });
  const turn = paced(now, 1000 / perSecond);
  return (subject, fetch) =>
    within(subject, async (input, init) => {
      await turn();
      return fetch(input, init);
    });
}

function holdMs(headers: Headers): number {
  const after = headers.get('retry-after') ?? '';
  return /^\d{1,6}$/.test(after) ? Math.min(Number(after) * 1000, longestHoldMs) : unsaidMs;
}

/** Resolves when the next request may leave. Throws `Limited` where that is too far away. */
function paced(now: () => number, gapMs: number): () => Promise<void> {
  // When all that left would have left at the even pace.
  let even = 0;
  return async () => {
    const time = now();
    const waitMs = Math.max(even, time) - (burst - 1) * gapMs - time;
    if (waitMs > longestWaitMs) throw new Limited(time + waitMs, true);
    even = Math.max(even, time) + gapMs;
    if (waitMs > 0) await sleep(waitMs);
  };
}
