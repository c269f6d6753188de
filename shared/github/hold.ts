import type { Hold } from '../http/limits.ts';

/** GitHub asks to wait this long where it does not say for how long. */
const unsaidMs = 60_000;

/** A primary limit ends within the hour; nothing that an answer says holds requests back for longer. */
const longestMs = 61 * 60_000;

/** GitHub's primary limit sets `x-ratelimit-remaining: 0`; its secondary one `retry-after`, or only says so. */
export function isLimited(status: number, headers: Readonly<Record<string, unknown>>, message: string): boolean {
  if (status === 429) return true;
  const marked = 'retry-after' in headers || headers['x-ratelimit-remaining'] === '0';
  return status === 403 && (marked || /secondary rate limit|abuse detection/i.test(message));
}

/**
 * The hold that an answer asks for, or null. An answer that was given in earnest can be the last for a while too.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function holdOf({ headers }: Response, limited: boolean, now: number): Hold | null {
  const bounded = (ms: number): number => now + Math.min(Math.max(ms, 0), longestMs);
  const after = secondsOf(headers.get('retry-after'));
  if (limited && after !== null) return { scope: 'all', until: bounded(after * 1000) };
  const reset = secondsOf(headers.get('x-ratelimit-reset'));
  if (headers.get('x-ratelimit-remaining') === '0' && reset !== null) {
    return { scope: 'resource', until: bounded(reset * 1000 - now) };
  }
  return limited ? { scope: 'all', until: bounded(unsaidMs) } : null;
}

function secondsOf(header: string | null): number | null {
  return header !== null && /^\d{1,12}$/.test(header) ? Number(header) : null;
}
