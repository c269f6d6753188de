import { holdOf, isLimited, Limited } from './hold.ts';

/** Wraps a `fetch` in the limits of one subject: an installation, or the App itself. */
export type WithinLimits = (subject: string, fetch: typeof globalThis.fetch) => typeof globalThis.fetch;

/** GitHub takes 100 requests at once of one App. */
const mostAtOnce = 100;

/**
 * Keeps to GitHub's limits: a subject's requests do not go out while GitHub wants none of them, but end at once with
 * `Limited`; and no more than GitHub takes are under way at once, first come, first served.
 */
export function withinLimits({ now, most = mostAtOnce }: { now: () => number; most?: number }): WithinLimits {
  const holds = new Map<string, number>();
  const inTurn = turns(most);
  const untilOf = (keys: readonly string[]): number => Math.max(...keys.map((key) => holds.get(key) ?? 0));
  return (subject, fetch) => async (input, init) => {
    const resource = `${subject} ${resourceOf(String(input))}`;
    return inTurn(async () => {
      const until = untilOf([subject, resource]);
      if (until > now()) throw new Limited(until, true);
      const response = await fetch(input, init);
      const limited = await refusedForNow(response);
      const hold = holdOf(response, limited, now());
      if (hold) holds.set(hold.scope === 'all' ? subject : resource, hold.until);
      if (hold && limited) throw new Limited(hold.until, false);
      return response;
    });
  };
}

/** What GitHub counts apart: https://docs.github.com/en/rest/search/search#rate-limit */
function resourceOf(url: string): 'graphql' | 'code_search' | 'core' {
  if (url.endsWith('/graphql')) return 'graphql';
  return new URL(url).pathname.endsWith('/search/code') ? 'code_search' : 'core';
}

async function refusedForNow(response: Response): Promise<boolean> {
  const { status, headers } = response;
  if (status !== 403 && status !== 429) return false;
  return isLimited(status, Object.fromEntries(headers), await response.clone().text());
}

/** Lets so many pieces of work run at once; the others wait in the order in which they came. */
function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // A turn is handed on, so that nobody who comes now is served before those who wait.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
