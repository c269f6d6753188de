import { setTimeout as sleep } from 'node:timers/promises';
import { isLostConnection } from './connection.ts';
import { Limited } from './limited.ts';

/** How often and how long a read is tried. */
export type Patience = {
  /** For all tries together, milliseconds. */
  readonly budgetMs: number;
  readonly now: () => number;
  /** From 0 to 1; spreads those out that were refused at the same time. */
  readonly random?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
};

const tries = 3;

/** The longest wait before the first repetition; twice that before the next. */
const firstMs = 250;

const passing: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * A `fetch` that tries a read again where a backend may only have been busy: after a lost connection, 502, 503 and 504
 * with exponential backoff and full jitter, and after a limit when that ends within the budget. Never for a write.
 */
export function patientFetch(fetch: typeof globalThis.fetch, patience: Patience): typeof globalThis.fetch {
  const { budgetMs, now, random = Math.random, wait = sleep } = patience;
  return async (input, init) => {
    const end = now() + budgetMs;
    const signal = AbortSignal.timeout(budgetMs);
    for (let count = 1; ; count++) {
      const backoff = random() * firstMs * 2 ** (count - 1);
      const result = await fetch(input, { ...init, signal }).catch((error: unknown) => ({ error }));
      const delay = count < tries ? delayAfter(result, backoff, now()) : null;
      if (delay !== null && now() + delay < end) await wait(delay);
      else if ('error' in result) throw result.error;
      else return result;
    }
  };
}

/** How long to wait before the same is asked again, in milliseconds; null when this is the end of it. */
function delayAfter(result: Response | { readonly error: unknown }, backoff: number, now: number): number | null {
  if (!('error' in result)) return passing.has(result.status) ? backoff : null;
  if (result.error instanceof Limited) {
    // One waits for the end of the limit that it met; the others are told at once, and do not pile up behind it.
    return result.error.keptBack ? null : Math.max(0, result.error.until - now) + backoff;
  }
  return isLostConnection(result.error) ? backoff : null;
}
