import type { Caller } from './auth.ts';

export type RateStatus = { limit: number; remaining: number; used: number; reset: number; resource: string };

/** Counts requests, most of them by the hour, for each credential and resource, as GitHub's headers show them. Nothing is refused for it. */
export type RateCounter = { count: (caller: Caller, resource: string, cost: number) => RateStatus };

type Allowance = { limit: number; seconds: number };
const usual: Allowance = { limit: 5000, seconds: 3600 };
const others: Partial<Record<string, Allowance>> = { code_search: { limit: 10, seconds: 60 } };

export function makeRateCounter(now: () => number): RateCounter {
  const windows = new Map<string, { reset: number; used: number }>();
  return {
    count: (caller, resource, cost) => {
      const seconds = Math.floor(now() / 1000);
      const { limit, seconds: length } = others[resource] ?? usual;
      const key = `${caller.kind === 'app' ? 'app' : caller.token.installation} ${resource}`;
      const known = windows.get(key);
      const window = known && known.reset > seconds ? known : { reset: seconds + length, used: 0 };
      window.used += cost;
      windows.set(key, window);
      return { limit, remaining: Math.max(0, limit - window.used), used: window.used, reset: window.reset, resource };
    },
  };
}
