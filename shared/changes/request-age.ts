/** How long a request may be under way after nobody waits for its answer any more; milliseconds. */
const requestMs = 10 * 60_000;

/** From when on (milliseconds since 1970) a request that was begun then can no longer take effect. */
export function overAt(begunAt: string): number {
  return Date.parse(begunAt) + requestMs;
}
