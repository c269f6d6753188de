import { setImmediate as turn } from 'node:timers/promises';

/** So long the process does nothing else while a push is read [ms]. */
const slice = 10;

/** Lets others have their turn from time to time, where something that is long would keep them from it. */
export function breather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < slice) return;
    await turn();
    since = performance.now();
  };
}
