import type { Caller } from './auth.ts';

export type RateStatus = { limit: number; remaining: number; used: number; reset: number; resource: string };

/** Counts requests an hour for each credential and resource, as GitHub's headers show them. Nothing is refused for it. */
export type RateCounter = { count: (caller: Caller, resource: string, cost: number) => RateStatus };

const limit = 5000;
const hour = 3600;

export function makeRateCounter(now: () => number): RateCounter {
  const windows = new Map<string, { reset: number; used: number }>();
  return {
    count: (caller, resource, cost) => {
      const seconds = Math.floor(now() / 1000);
      const key = `${caller.kind === 'app' ? 'app' : caller.token.installation} ${resource}`;
      const known = windows.get(key);
      const window = known && known.reset > seconds ? known : { reset: seconds + hour, used: 0 };
      window.used += cost;
      windows.set(key, window);
      return { limit, remaining: Math.max(0, limit - window.used), used: window.used, reset: window.reset, resource };
    },
  };
}
