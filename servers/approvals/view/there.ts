import { byReview } from '#shared/blueprints/approvers.ts';
import { goesByReviews, isApprovedThereOnly, judgeReviews } from '#shared/changes/reviewed.ts';
import type { SealedBody } from '#shared/changes/sealed.ts';
import { lastSeen, reviewsSeenOf } from '#shared/ledger/reviews-seen.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { People } from '#shared/people/people.ts';
import { linkOf } from './link.ts';
import { reveal } from './reveal.ts';

/** What a change that goes by reviews on its backend waits for there, and what was seen of it; null for any other. */
export async function thereView(db: LedgerDb, body: SealedBody, people: (() => People) | undefined) {
  const { reviewable, review } = body;
  if (!reviewable || !goesByReviews(body)) return null;
  const rows = await reviewsSeenOf(db, body.change_id);
  const { all, denial } = judgeReviews(body, lastSeen(rows), people);
  const others = review.by.filter((entry) => entry !== byReview);
  return {
    name: reveal(reviewable.name),
    url: linkOf(reviewable.url),
    head: reveal(reviewable.head),
    /** Whose reviews count; empty for anybody of the list but the sponsor. */
    by: others.map(reveal),
    /** Whether those who are named may approve it in the console too. */
    here: !isApprovedThereOnly(body),
    waits: denial === null ? null : reveal(denial),
    seen: all.map(({ login, person, state, head, not, submittedAt }) => ({
      ...{ login: reveal(login), person, state, at: submittedAt, head: reveal(head) },
      not: not === null ? null : reveal(not),
    })),
  };
}
