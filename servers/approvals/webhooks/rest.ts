import type { Ledger } from '#shared/ledger/ledger.ts';

/**
 * Rests for so many milliseconds, or where it is given null until something is committed to the ledger, also since the last
 * rest; in any case no longer than the signal lets it. `end` stops listening.
 */
export function restUntil(
  ledger: Pick<Ledger, 'onCommit'>,
  signal: AbortSignal,
): ((ms: number | null) => Promise<void>) & { readonly end: () => void } {
  let committed = false;
  let wake = (): void => {};
  const end = ledger.onCommit(() => {
    committed = true;
    wake();
  });
  const rest = (ms: number | null): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted || (ms === null && committed)) {
        committed = false;
        return resolve();
      }
      const timer = ms === null ? undefined : setTimeout(() => done(), ms);
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        wake = () => {};
        if (ms === null) committed = false;
        resolve();
      };
      signal.addEventListener('abort', done);
      if (ms === null) wake = done;
    });
  return Object.assign(rest, { end });
}
