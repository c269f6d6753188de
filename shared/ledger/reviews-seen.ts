import type { Selectable } from 'kysely';
import type { BackendReview } from '#shared/tools/index.ts';
import { appendEvent, type EventActor } from './events.ts';
import type { LedgerDb, LedgerTx, ReviewsSeenTable, Timestamp } from './schema.ts';

export type ReviewSeenRow = Selectable<ReviewsSeenTable>;

/** The type of the event that tells of one. */
export const reviewSeenEvent = 'review.seen';

/** `waiting`: while the change waits for them. `writing`: right before it is written. */
type Seen = { readonly changeId: string; readonly phase: ReviewsSeenTable['phase']; readonly actor: EventActor };

/** Keeps what a reviewer was seen to say, as evidence. */
export async function insertReviewSeen(
  tx: LedgerTx,
  { changeId, phase, actor }: Seen,
  review: BackendReview,
  at: Timestamp,
): Promise<void> {
  const { id, state, head, account, login, mayWrite, submittedAt } = review;
  const said = { phase, review: id, state, head, account, login, may_write: mayWrite ? 1 : 0 };
  await tx
    .insertInto('reviews_seen')
    .values({ change_id: changeId, ...said, submitted_at: submittedAt, seen_at: at })
    .execute();
  await appendEvent(tx, { at, type: reviewSeenEvent, changeId, actor, body: { ...said, submitted_at: submittedAt } });
}

/** All that was seen of a change, oldest first. */
export function reviewsSeenOf(db: LedgerDb, changeId: string): Promise<ReviewSeenRow[]> {
  return db.selectFrom('reviews_seen').selectAll().where('change_id', '=', changeId).orderBy('id').execute();
}

/** What each account was last seen to say. */
export function lastSeen(rows: readonly ReviewSeenRow[]): readonly BackendReview[] {
  const last = new Map(rows.map((row) => [row.account, row]));
  return [...last.values()].map(({ review, state, head, account, login, may_write, submitted_at }) => ({
    ...{ id: review, state, head, account, login },
    ...{ mayWrite: may_write === 1, submittedAt: submitted_at },
  }));
}
