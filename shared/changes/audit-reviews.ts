import { canonical } from '#shared/crypto/canonical.ts';
import { type ReviewSeenRow, reviewSeenEvent } from '#shared/ledger/reviews-seen.ts';
import type { Tell } from './audit.ts';
import type { Kept } from './audit-page.ts';
import { verifyAutomatic } from './automatic.ts';
import { automaticIssuers } from './automatic-issuers.ts';
import { isSeen, type ReviewBy } from './decide-by-review.ts';
import type { VerificationKeys } from './keys.ts';

/**
 * What was seen of reviews on the backend is what its events tell of, and a decision by them names just such: seen before
 * it was made, and again before the change was written.
 */
export function auditReviews(kept: Kept, keys: VerificationKeys, tell: Tell): void {
  const { row, events, reviews } = kept;
  const said = events
    .filter(({ type }) => type === reviewSeenEvent)
    .map(({ at, actor, body }) => canonical([at, actor, body]));
  const actor = canonical({ kind: 'server', server: row.server });
  const there = reviews.map((one) => canonical([one.seen_at, actor, canonical(bodyOf(one))]));
  if (canonical(said.sort()) !== canonical(there.sort())) {
    tell('decision', row.id, 'The reviews that were seen are not those that its events tell of.');
  }
  const by = decidedBy(kept, keys);
  if (by !== null && !isSupported(kept, by)) {
    tell('decision', row.id, 'The reviews that approved it are not as they were seen.');
  }
}

function bodyOf({ id: _id, change_id: _change, seen_at: _at, ...said }: ReviewSeenRow) {
  return said;
}

function decidedBy({ decisions }: Kept, keys: VerificationKeys): ReviewBy | null {
  const row = decisions.find(({ issuer }) => issuer === automaticIssuers.review);
  try {
    const by = row && verifyAutomatic(keys, row.envelope).by;
    return by?.kind === 'review' ? by : null;
  } catch {
    // That no key signed it is said elsewhere.
    return null;
  }
}

function isSupported({ row, reviews, outcomes }: Kept, by: ReviewBy): boolean {
  const waiting = reviews.filter(({ phase }) => phase === 'waiting');
  if (!by.reviews.every((one) => isSeen(waiting, by, one))) return false;
  const isWritten = row.status === 'applied' && outcomes.some(({ outcome }) => outcome === 'done');
  const writing = reviews.filter(({ phase }) => phase === 'writing');
  return !isWritten || by.reviews.every((one) => isSeen(writing, by, one));
}
