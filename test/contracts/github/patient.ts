import { setTimeout as pause } from 'node:timers/promises';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { NotDone } from '#shared/tools/index.ts';

/** How long to wait before a write that GitHub did not take is tried again, in milliseconds. */
const againMs = 5_000;

/**
 * A writer that waits while GitHub takes no more writes, or the server's own pace holds them back, for `paceMs` at most.
 * `unavailable` proves that nothing was done, so that the same request may leave again.
 */
export function patient(write: RepoWriter, paceMs: number): RepoWriter {
  return new Proxy(write, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...input: unknown[]) => waiting(async () => Reflect.apply(method, target, input), paceMs);
    },
  });
}

async function waiting(work: () => Promise<unknown>, paceMs: number): Promise<unknown> {
  const until = Date.now() + paceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const held = error instanceof NotDone && error.kind === 'unavailable';
      if (!held || Date.now() + againMs > until) throw error;
      await pause(againMs);
    }
  }
}
