/**
 * The value that a share `of` (0 to 1) of the samples does not exceed, by nearest rank: always one of the samples.
 * Throws when there are none.
 */
function percentile(samples: readonly number[], of: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * of) - 1)];
  if (found === undefined) throw new RangeError('There are no samples.');
  return found;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** Median, 99th percentile and number of samples, as the last columns of a table. */
export function spread(samples: readonly number[]): [p50: number, p99: number, samples: number] {
  return [median(samples), percentile(samples, 0.99), samples.length];
}

export const spreadColumns = [
  { name: 'p50 (ms)', digits: 2 },
  { name: 'p99 (ms)', digits: 2 },
  { name: 'samples' },
] as const;

/** Runs the work and answers its result with the milliseconds that it took. */
export async function timed<T>(work: () => Promise<T>): Promise<[result: T, ms: number]> {
  const from = performance.now();
  const result = await work();
  return [result, performance.now() - from];
}
