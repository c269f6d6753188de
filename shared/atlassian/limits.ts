import { type Hold, type WithinLimits, withinLimits } from '#shared/http/limits.ts';
import type { Product } from './product.ts';

/** Atlassian publishes no number; a server needs no more at once. */
const mostAtOnce = 20;

/** How long to wait where nothing says so, and at most. Milliseconds. */
const unsaidMs = 30_000;
const longestMs = 60 * 60_000;

/**
 * Keeps to the limits of a product, which are told with 429 and `Retry-After` alone. A limit of writes to one thing holds
 * what goes to that, any other one all requests.
 * https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
 * https://developer.atlassian.com/cloud/confluence/rate-limiting/
 */
export function atlassianLimits(
  { thingOf = () => undefined }: Pick<Product, 'thingOf'>,
  { now }: { readonly now: () => number },
): WithinLimits {
  return withinLimits({
    now,
    most: mostAtOnce,
    resourceOf: (url) => thingOf(url) ?? 'all',
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
