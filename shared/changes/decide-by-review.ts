import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { writability } from '#shared/blueprints/grants.ts';
import { canonical } from '#shared/crypto/canonical.ts';
import { lastSeen, type ReviewSeenRow, reviewsSeenOf } from '#shared/ledger/reviews-seen.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { People } from '#shared/people/people.ts';
import type { BackendReview } from '#shared/tools/index.ts';
import type { AutomaticBy } from './automatic.ts';
import type { Decider } from './decide-automatically.ts';
import { goesByReviews, type Judged, judgeReviews } from './reviewed.ts';
import type { SealedBody } from './sealed.ts';

export type ReviewBy = Extract<AutomaticBy, { kind: 'review' }>;

/** What is known besides what is sealed and what was seen on the backend. */
type Known = {
  /** As it is now; null when it is gone or cannot be used. */
  readonly blueprint: Blueprint | null;
  readonly people: (() => People) | undefined;
  readonly at: Date;
};

/** Decides by what reviewers were seen to say on the backend itself. */
export function reviewDecider(of: {
  readonly blueprint: (name: string) => Blueprint | null;
  readonly people?: (() => People) | undefined;
}): Decider {
  return async (tx, { body }, at) => {
    if (!goesByReviews(body) || body.blueprint === null) return null;
    const seen = lastSeen(await reviewsSeenOf(tx, body.change_id));
    const judged = judgeReviews(body, seen, of.people);
    const by = judged.denial === null ? reviewBy(body, judged) : null;
    if (by === null) return null;
    const known = { blueprint: of.blueprint(body.blueprint.name), people: of.people, at };
    return denyReviewed(body, by, known) === null ? { by } : null;
  };
}

/** What an automatic decision says of reviews that approve a change. */
function reviewBy({ blueprint, review, reviewable }: SealedBody, { counted }: Judged): ReviewBy | null {
  if (blueprint === null || review.rule === undefined || reviewable === undefined) return null;
  const { thing, head } = reviewable;
  const reviews = counted.map(({ id, person, account, login, submittedAt }) => ({
    ...{ id, person, account, login },
    submitted_at: submittedAt,
  }));
  return { kind: 'review', blueprint, rule: review.rule, thing, head, reviews };
}

/** Why the reviews that a decision names do not carry its change, by what is known of people now; null when they do. */
export function denyReviewed(body: SealedBody, by: ReviewBy, { blueprint, people, at }: Known): string | null {
  const { reviewable, review } = body;
  const isOfRule = canonical([by.blueprint, by.rule]) === canonical([body.blueprint, review.rule ?? null]);
  if (!isOfRule) return 'It was decided by another rule than was sealed.';
  if (by.thing !== reviewable?.thing || by.head !== reviewable.head)
    return 'They are of something else than was sealed.';
  if (blueprint === null || blueprint.digest !== body.blueprint?.digest) {
    return 'Its blueprint is not the one under which it was proposed.';
  }
  if (body.requester.kind !== 'agent' || blueprint.agent !== body.requester.agent) return 'Its agent is another.';
  const live = writability(blueprint, at);
  if (!live.live) return live.why;
  const { counted, denial } = judgeReviews(body, by.reviews.map(asSeen(by)), people);
  if (denial !== null) return denial;
  const isSame = by.reviews.every(({ id, person }) => counted.some((one) => one.id === id && one.person === person));
  return isSame ? null : 'Whose accounts these are has changed.';
}

/** Why what was seen on the backend is not what a decision says of it, or is not so any more; null when it is. */
export async function denyReviewsInLedger(db: LedgerDb, changeId: string, by: ReviewBy): Promise<string | null> {
  const rows = await reviewsSeenOf(db, changeId);
  return by.reviews.every((one) => isSeen(rows, by, one)) ? null : 'What was seen on GitHub is not what was signed.';
}

/** Whether the last that the account of a review was seen to say is just that approval. */
export function isSeen(rows: readonly ReviewSeenRow[], by: ReviewBy, one: ReviewBy['reviews'][number]): boolean {
  const last = lastSeen(rows).find(({ account }) => account === one.account);
  return last !== undefined && isStill(last, asSeen(by)(one));
}

/** Whether an answer is the same as before; what the account is called may be another by now. */
export function isStill(now: BackendReview, then: BackendReview): boolean {
  const fields = ['id', 'state', 'head', 'account', 'submittedAt', 'mayWrite'] as const;
  return fields.every((field) => now[field] === then[field]);
}

/** A review of a decision, as it was seen. */
export function asSeen({ head }: ReviewBy): (review: ReviewBy['reviews'][number]) => BackendReview {
  return ({ id, account, login, submitted_at: submittedAt }) => ({
    ...{ id, head, account, login, submittedAt },
    state: 'approved',
    mayWrite: true,
  });
}
