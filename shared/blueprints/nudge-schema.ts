import * as z from 'zod';
import { approverEntry, byReview } from './approvers.ts';
import type { ReviewRule, ReviewTime } from './blueprint.ts';
import { reviewTime } from './review-time.ts';

const orNone = <T extends z.ZodType>(what: T) => z.union([z.literal('none', 'This must be none.'), what]);

/** Who owns files is found out for each change; nobody of them is at hand to be told. */
const told = approverEntry
  .refine((entry) => entry !== 'codeowners', 'Code owners are others for each change: name groups or people.')
  .refine((entry) => entry !== byReview, 'Who may review on GitHub is not told from here: name groups or people.');

/** When those who decide are told again that something waits, as `default` and rules may say. */
export const nudges = {
  remind: orNone(reviewTime).optional(),
  escalate: orNone(
    z.strictObject({
      after: reviewTime,
      to: z.array(told).min(1, 'Somebody has to be told: name who.').max(50),
    }),
  ).optional(),
};

type Nudges = {
  readonly remind?: ReviewTime | 'none' | undefined;
  readonly escalate?: { readonly after: ReviewTime; readonly to: readonly string[] } | 'none' | undefined;
};

/** Says what is wrong with the times of a rule, or with whom it tells, at the key that it is about. */
export function checkNudges(
  { by, expires, remind, escalate }: Nudges & { readonly by: readonly string[]; readonly expires: ReviewTime },
  say: (key: 'remind' | 'escalate', message: string) => void,
): void {
  if (remind && remind !== 'none' && isNeverBefore(remind, expires)) {
    say('remind', 'The proposal has expired by then; this must be sooner, or none.');
  }
  if (!escalate || escalate === 'none') return;
  if (isNeverBefore(escalate.after, expires)) {
    say('escalate', 'The proposal has expired by then; this must be sooner, or none.');
  }
  const others = escalate.to.filter((one) => !by.includes(one));
  if (others.length > 0) {
    const message = `It tells only who may decide, and ${others.join(', ')} is not in by; name it there too, or write none.`;
    say('escalate', message);
  }
}

/** Absent where nobody is told again, so that digests stay what they were. */
export function nudgesOf({ remind, escalate }: Nudges): Pick<ReviewRule, 'remind' | 'escalate'> {
  return {
    ...(remind && remind !== 'none' && { remind }),
    ...(escalate && escalate !== 'none' && { escalate: { after: escalate.after, to: [...new Set(escalate.to)] } }),
  };
}

/** Whether one time can be told to be no shorter than the other; days of work and hours cannot be compared. */
function isNeverBefore(one: ReviewTime, other: ReviewTime): boolean {
  if ('expiresMs' in one) return 'expiresMs' in other && one.expiresMs >= other.expiresMs;
  return 'workingDays' in other && one.timeZone === other.timeZone && one.workingDays >= other.workingDays;
}
