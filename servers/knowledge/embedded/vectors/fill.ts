import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#shared/telemetry/log.ts';
import type { Store } from '../store/store.ts';
import { fillBatch } from './batch.ts';
import type { Embedder } from './port.ts';
import { purgeStrangers, purgeVectors } from './table.ts';

/** How often is looked whether passages came or went; and the longest pause after failures. Milliseconds. */
const [lookMs, longestMs] = [1_000, 5 * 60_000];

/** So many vectors are taken out in one transaction. */
const mostPurged = 500;

/** Up to which number no passage waits; null before that was looked at. */
export type Progress = { to: number | null };

type Options = {
  readonly embedder: Embedder;
  readonly progress: Progress;
  /** Without it, nothing is asked of the endpoint. */
  readonly signal: AbortSignal;
};

/** Makes the vectors those of the passages that there are, until none is left over and none waits. */
export async function fillAll(store: Store, { embedder, progress, signal }: Options): Promise<void> {
  const purge = progress.to === null ? purgeStrangers : purgeVectors;
  while (store.write(() => purge(store, mostPurged)) === mostPurged) await pause(0, signal);
  progress.to ??= 0;
  for (let after: number | null = progress.to; after !== null; progress.to = after ?? progress.to) {
    signal.throwIfAborted();
    after = await fillBatch(store, { embedder, after, signal });
  }
}

/**
 * Does so for as long as the server runs. After a failure it pauses, longer each time; the log has the first of them, and
 * the end. Resolves once it is stopped.
 */
export async function keepFilled(store: Store, options: Options & { readonly log: Log }): Promise<void> {
  const { signal, log, embedder } = options;
  let [done, failures] = ['', 0];
  while (!signal.aborted) {
    try {
      const state = stateOf(store);
      if (state !== done) await fillAll(store, options);
      if (failures > 0) log(`${embedder.host} gives vectors again`);
      [done, failures] = [state, 0];
    } catch (error) {
      if (signal.aborted) return;
      if (failures === 0) log(`passages wait for their vectors, from ${embedder.host}`, { error });
      failures += 1;
    }
    await pause(Math.min(lookMs * 2 ** failures, longestMs), signal);
  }
}

/** Another whenever passages came or went: numbers are not used twice. */
function stateOf(store: Store): string {
  const passages = 'select (select max(id) from passage) as last, (select sum(passages) from namespace) as count';
  return JSON.stringify(store.one(passages));
}

/** Ends early where it is stopped. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => {});
}
