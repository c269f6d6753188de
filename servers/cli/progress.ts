import type { Progress } from '#shared/changes/audit.ts';

/** How long a command is silent, and how often it speaks after that, in milliseconds. */
const everyMs = 2_000;

/** Says on standard error how far a long command is. */
export function progressOnStderr(): Progress {
  let last = performance.now();
  return (of, done) => {
    const now = performance.now();
    if (now - last < everyMs) return;
    last = now;
    console.error(`${done} ${of} …`);
  };
}
