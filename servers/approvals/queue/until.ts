import type { Ledger } from '#shared/ledger/ledger.ts';
import type { Cancellation } from '#shared/tools/index.ts';

/**
 * Waits until `done` answers true, asking again after each commit to the ledger; at most `ms` milliseconds, and no
 * longer than anybody waits. Answers whether it did. Rejects with what `done` throws.
 */
export async function untilCommit(options: {
  readonly ledger: Ledger;
  readonly ms: number;
  readonly done: () => Promise<boolean>;
  readonly signal?: Cancellation;
}): Promise<boolean> {
  const { ledger, ms, done, signal } = options;
  let over = signal?.aborted ?? false;
  let wake = (): void => {};
  const end = (): void => {
    over = true;
    wake();
  };
  let committed = false;
  // Listening starts before the first look, so that no commit falls between a look and the wait after it.
  const quiet = ledger.onCommit(() => {
    committed = true;
    wake();
  });
  const timer = setTimeout(end, ms);
  signal?.addEventListener('abort', end);
  try {
    for (;;) {
      committed = false;
      if (await done()) return true;
      if (over) return false;
      if (!committed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    quiet();
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}
