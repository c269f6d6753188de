import type { Finding } from '#shared/doctor/report.ts';
import type { Log } from '#shared/telemetry/log.ts';
import type { Found } from '../search/found.ts';
import type { Store } from '../store/store.ts';
import { type Ask, asking } from './ask.ts';
import { examineVectors } from './examine.ts';
import { fillAll, keepFilled, type Progress } from './fill.ts';
import { nearestIn, type Within } from './nearest.ts';
import type { Embedder } from './port.ts';
import { beginVectors } from './table.ts';

/** Vectors of a knowledge base. */
export type Vectors = {
  readonly ask: Ask;
  readonly nearest: (within: Within, vector: Float32Array) => readonly Found[];
  /** Says where texts go, and keeps the vectors those of the passages from now on, for as long as it is open. */
  readonly start: (log: Log) => void;
  /** Does so once; rejects where the endpoint fails. */
  readonly fill: () => Promise<void>;
  readonly examine: () => Promise<readonly Finding[]>;
  readonly close: () => Promise<void>;
};

/** Vectors in a file that is attached. Nothing is asked of the endpoint before it is started, but for searches. */
export function openVectors(store: Store, embedder: Embedder): Vectors {
  beginVectors(store, embedder.model);
  const stop = new AbortController();
  const { signal } = stop;
  const progress: Progress = { to: null };
  let log: Log = () => {};
  let filling: Promise<void> | null = null;
  let broken = false;
  return {
    ask: asking(store, { embedder, signal, log: (what, fields) => log(what, fields) }),
    nearest: (within, vector) => {
      try {
        return nearestIn(store, within, vector, progress.to ?? 0);
      } catch (error) {
        if (!broken) log('searches are by words alone: the vectors cannot be read', { error });
        broken = true;
        return [];
      }
    },
    start: (to) => {
      log = to;
      log(
        `pages that everybody sees, and what is searched for, go to ${embedder.host}, for their vectors (${embedder.model})`,
      );
      filling ??= keepFilled(store, { embedder, progress, signal, log });
    },
    fill: () => fillAll(store, { embedder, progress, signal }),
    examine: () => examineVectors(store, embedder),
    close: async () => {
      stop.abort();
      await filling;
    },
  };
}
