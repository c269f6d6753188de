import { AppError } from '#shared/errors.ts';
import type { Limits } from './blueprint.ts';

/** Whether one more change may be proposed; null when it may. The counts are those before it, of one blueprint. */
export function withinLimits(input: {
  readonly limits: Limits;
  /** Changes proposed in the last 60 minutes. */
  readonly writesLastHour: number;
  /** Changes that are open. */
  readonly pending: number;
}): AppError | null {
  const { limits, writesLastHour, pending } = input;
  if (pending >= limits.pending) {
    return new AppError(
      'limit_reached',
      `${pending} of your changes are still open, and the blueprint allows ${limits.pending} at once.`,
      { next: 'Try again when one of them is decided (wait_for_change tells), or withdraw one with withdraw_change.' },
    );
  }
  if (writesLastHour >= limits.writesPerHour) {
    return new AppError(
      'limit_reached',
      `You proposed ${writesLastHour} changes in the last 60 minutes, and the blueprint allows ${limits.writesPerHour}.`,
      {
        next: 'Each counts for 60 minutes: try again when the oldest is over an hour ago, and put more into one change.',
      },
    );
  }
  return null;
}
