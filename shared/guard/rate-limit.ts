export type RateLimitOptions<Of> = {
  /** How many requests a minute are let through in the long run. */
  readonly perMinute: number;
  /** How many may come at once after a pause; `perMinute` unless given. */
  readonly burst?: number;
  /** Whose bucket a request is taken from. */
  readonly key: (of: Of) => string;
  /** Milliseconds that only grow. */
  readonly now: () => number;
};

/** Whether a request may go on, and if not, in how many milliseconds it could. */
export type RateDecision = { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number };

type Bucket = { tokens: number; at: number };

/**
 * A token bucket for each key. A key that was idle long enough for its bucket to be full again is forgotten, so memory
 * is bounded by how many keys are active within `burst / perMinute` minutes.
 */
export function rateLimit<Of>(options: RateLimitOptions<Of>): (of: Of) => RateDecision {
  const { perMinute, burst = perMinute, key, now } = options;
  if (!(perMinute > 0) || !(burst >= 1)) throw new RangeError('perMinute must be above 0 and burst at least 1.');
  const perMs = perMinute / 60_000;
  const fillMs = burst / perMs;
  const buckets = new Map<string, Bucket>();
  let sweptAt = now();

  return (of) => {
    const at = now();
    if (at - sweptAt >= fillMs) {
      sweptAt = at;
      for (const [name, bucket] of buckets) if (at - bucket.at >= fillMs) buckets.delete(name);
    }
    const name = key(of);
    const bucket = buckets.get(name) ?? { tokens: burst, at };
    bucket.tokens = Math.min(burst, bucket.tokens + (at - bucket.at) * perMs);
    bucket.at = at;
    buckets.set(name, bucket);
    if (bucket.tokens < 1) return { allowed: false, retryAfterMs: Math.ceil((1 - bucket.tokens) / perMs) };
    bucket.tokens -= 1;
    return { allowed: true };
  };
}
