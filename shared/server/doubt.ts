import { timeOfId } from '#shared/changes/ids.ts';
import type { Mark } from '#shared/tools/index.ts';

/** So far the clock of a backend may be behind ours, in milliseconds. */
const mostSkewMs = 5 * 60_000;

/**
 * Whether what our account did at a time (ISO 8601) may be the lost write of a change: not when it was before the change
 * was made. Where it may be, and what it wrote to is as it was, somebody has put it back: to write it again would undo that.
 */
export function mayBeOf({ changeId }: Mark, at: string): boolean {
  return Date.parse(at) >= timeOfId(changeId) - mostSkewMs;
}
