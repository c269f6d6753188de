import { type Hold, type WithinLimits, withinLimits } from '#shared/http/limits.ts';

/** Jira publishes no number; a server needs no more at once. */
const mostAtOnce = 20;

/** How long to wait where Jira does not say, and at most. Milliseconds. */
const unsaidMs = 30_000;
const longestMs = 60 * 60_000;

/**
 * Keeps to Jira's limits, which it tells with 429 and `Retry-After` alone. A limit of writes to one issue holds what goes to
 * that issue, any other one all requests.
 * https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
 */
export function jiraLimits({ now }: { readonly now: () => number }): WithinLimits {
  return withinLimits({
    now,
    most: mostAtOnce,
    resourceOf: (url) => /\/issue\/([^/?]+)/.exec(url)?.[1] ?? 'all',
    read: async ({ status, headers }, time) => ({
      refused: status === 429,
      hold: status === 429 ? holdOf(headers, time) : null,
    }),
  });
}

function holdOf(headers: Headers, now: number): Hold {
  const scope = headers.get('ratelimit-reason') === 'jira-per-issue-on-write' ? 'resource' : 'all';
  return { scope, until: now + Math.min(Math.max(waitMs(headers, now), 0), longestMs) };
}

function waitMs(headers: Headers, now: number): number {
  const after = headers.get('retry-after') ?? '';
  if (/^\d{1,9}$/.test(after)) return Number(after) * 1000;
  const reset = Date.parse(headers.get('x-ratelimit-reset') ?? '');
  return Number.isNaN(reset) ? unsaidMs : reset - now;
}
