import type { Log } from '#shared/telemetry/log.ts';
import type { Store } from '../store/store.ts';
import { shortened } from './passages.ts';
import type { Embedder } from './port.ts';
import { assertDimension, dimensionOf } from './table.ts';

/** How long a search waits for its vector, and how long after a failure none is asked for. Milliseconds. */
const [waitMs, afterFailureMs] = [1_000, 30_000];

/** So much of a search counts, in characters. */
const mostCharacters = 1_000;

/** The vector of what is searched for; null where there is none in time, so that words alone have to do. */
export type Ask = (text: string) => Promise<Float32Array | null>;

/** The log has the first failure, and the end. */
export function asking(
  store: Store,
  { embedder, log, signal }: { readonly embedder: Embedder; readonly log: Log; readonly signal: AbortSignal },
): Ask {
  let failedAt: number | null = null;
  return async (text) => {
    if (dimensionOf(store) === null || text.trim() === '') return null;
    if (failedAt !== null && performance.now() - failedAt < afterFailureMs) return null;
    try {
      const [vector] = await embedder.embed([shortened(text, mostCharacters)], { timeoutMs: waitMs, signal });
      if (vector === undefined) return null;
      assertDimension(store, vector);
      if (failedAt !== null) log(`${embedder.host} answers searches again`);
      failedAt = null;
      return vector;
    } catch (error) {
      if (failedAt === null) log(`searches are by words alone: ${embedder.host} gives no vectors in time`, { error });
      failedAt = performance.now();
      return null;
    }
  };
}
