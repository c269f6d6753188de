import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '#shared/errors.ts';
import { NotDone } from '#shared/tools/index.ts';

/** How long to wait before what was not taken is tried again, in milliseconds. */
const againMs = 5_000;

/** Waits while a backend takes no more, for `paceMs` at most. `unavailable` proves that nothing was done. */
export async function patient<T>(work: () => Promise<T>, paceMs: number): Promise<T> {
  const until = Date.now() + paceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isHeldBack(error) || Date.now() + againMs > until) throw error;
      await pause(againMs);
    }
  }
}

function isHeldBack(error: unknown): boolean {
  if (error instanceof NotDone) return error.kind === 'unavailable';
  return error instanceof AppError && error.code === 'backend_unavailable';
}

/** A reader that waits so; the same one where nothing has to be waited for. */
export function patientReader<R extends object>(reader: R, paceMs: number): R {
  if (paceMs === 0) return reader;
  return new Proxy(reader, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...input: unknown[]) => patient(async () => Reflect.apply(method, target, input), paceMs);
    },
  });
}
