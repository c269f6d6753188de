import { entriesOf } from './code-owners.ts';
import type { SealedReview } from './review.ts';
import type { Sealed } from './sealed.ts';

/** One of those who could decide a change decides a person's restore of it, whatever the agent's blueprint says now. */
export function personsRestoreRule({ body }: Sealed): SealedReview {
  const { step_up: stepUp } = body.review;
  return {
    by: entriesOf(body.review).filter((entry) => entry !== 'codeowners'),
    quorum: 1,
    ...(stepUp && { step_up: stepUp }),
  };
}
