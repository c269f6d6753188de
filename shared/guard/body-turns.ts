/** Lets large bodies in one after the other, so that what they take in memory has a bound. */
export type BodyTurns = {
  /** From this length on a body is large; bytes. */
  readonly largeBytes: number;
  /** Resolves to how to give the turn back, or to null when there was none to be had in time. */
  readonly take: (bytes: number) => Promise<(() => void) | null>;
};

type Waiting = { readonly bytes: number; readonly start: () => void };

/**
 * So many bytes of large bodies may be under way at once, from before they are read until they are answered: one body of
 * the largest kind, or a few smaller ones. Who comes too late waits in line, but not for ever.
 */
export function bodyTurns({
  largeBytes = 1024 * 1024,
  mostBytes = 32 * 1024 * 1024,
  waitMs = 30_000,
  mostWaiting = 50,
} = {}): BodyTurns {
  const line: Waiting[] = [];
  let inside = 0;
  const fits = (bytes: number): boolean => inside === 0 || inside + bytes <= mostBytes;
  const enter = (bytes: number): (() => void) => {
    inside += bytes;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside -= bytes;
      admit();
    };
  };
  const admit = (): void => {
    for (let next = line[0]; next && fits(next.bytes); next = line[0]) {
      line.shift();
      next.start();
    }
  };
  const wait = (bytes: number): Promise<(() => void) | null> =>
    new Promise((resolve) => {
      const waiting: Waiting = {
        bytes,
        start: () => {
          clearTimeout(timer);
          resolve(enter(bytes));
        },
      };
      const timer = setTimeout(() => {
        line.splice(line.indexOf(waiting), 1);
        resolve(null);
        // Whoever gave up may have been too large for the room that there is.
        admit();
      }, waitMs);
      line.push(waiting);
    });
  return {
    largeBytes,
    take: async (bytes) => {
      if (line.length === 0 && fits(bytes)) return enter(bytes);
      return line.length < mostWaiting ? wait(bytes) : null;
    },
  };
}
