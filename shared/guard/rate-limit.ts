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

/**
 * A token bucket for each key, kept as the one instant at which it will be full again (the generic cell rate
 * algorithm), so that no rounding adds up: who waits `retryAfterMs` is let through. Full buckets are forgotten, so
 * memory is bounded by the keys that are active within `burst / perMinute` minutes.
 */
export function rateLimit<Of>(options: RateLimitOptions<Of>): (of: Of) => RateDecision {
  const { perMinute, burst = perMinute, key, now } = options;
  if (!(perMinute > 0) || !(burst >= 1)) throw new RangeError('perMinute must be above 0 and burst at least 1.');
  const intervalMs = 60_000 / perMinute;
  const fullAt = new Map<string, number>();
  let sweptAt = now();

  return (of) => {
    const at = now();
    if (at - sweptAt >= burst * intervalMs) {
      sweptAt = at;
      for (const [name, full] of fullAt) if (full <= at) fullAt.delete(name);
    }
    const name = key(of);
    const full = Math.max(fullAt.get(name) ?? at, at);
    const waitMs = full - at - (burst - 1) * intervalMs;
    if (waitMs > 0) return { allowed: false, retryAfterMs: Math.ceil(waitMs) };
    fullAt.set(name, full + intervalMs);
    return { allowed: true };
  };
}
