import { type Hold, type WithinLimits, withinLimits } from '#shared/http/limits.ts';
import { faultsIn, isNamed } from './failure.ts';

/** Linear names no number of requests at once; a server needs no more. */
const mostAtOnce = 20;

/** Linear's buckets are filled again all the time, so that after a minute there is something in them. */
const waitMs = 60_000;
const longestMs = 60 * 60_000;

/**
 * Keeps to Linear's limits of requests and complexity an hour. A request beyond them is answered with 400 and the code
 * RATELIMITED; a limit of one field alone names that field, which stands in the fragment of our URLs.
 * https://linear.app/developers/rate-limiting
 */
export function linearLimits({ now }: { readonly now: () => number }): WithinLimits {
  return withinLimits({
    now,
    most: mostAtOnce,
    resourceOf: (url) => new URL(url).hash,
    read: async (response, time) => {
      const refused = await isLimited(response);
      return { refused, hold: refused ? holdOf(response.headers, time) : null };
    },
  });
}

async function isLimited(response: Response): Promise<boolean> {
  if (response.status === 429) return true;
  if (response.status !== 400) return false;
  const answer = faultsIn(await response.json().catch(() => null));
  return answer?.faults.some((one) => isNamed(one, 'ratelimited')) ?? false;
}

function holdOf(headers: Headers, now: number): Hold {
  const scope = headers.has('x-ratelimit-endpoint-name') ? 'resource' : 'all';
  const after = numberOf(headers.get('retry-after'));
  if (after !== null) return { scope, until: now + Math.min(after * 1000, longestMs) };
  const resets = ['endpoint-requests', 'requests', 'complexity'].flatMap((kind) => {
    const left = numberOf(headers.get(`x-ratelimit-${kind}-remaining`));
    const reset = numberOf(headers.get(`x-ratelimit-${kind}-reset`));
    return left === 0 && reset !== null && reset > now ? [reset] : [];
  });
  return { scope, until: Math.min(now + waitMs, ...resets) };
}

function numberOf(header: string | null): number | null {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : null;
}
