import { AppError } from '#shared/errors.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { insertReviewSeen, lastSeen, reviewsSeenOf } from '#shared/ledger/reviews-seen.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { type BackendReview, type Json, NotDone } from '#shared/tools/index.ts';
import { asSeen, isStill } from './decide-by-review.ts';
import type { ExecutorContext } from './executor-context.ts';
import { readerOf } from './origin.ts';
import { judgeReviews } from './reviewed.ts';
import type { VerifiedChange } from './verify.ts';

/** Reviews of one change that are kept at most: whoever has more of them than people has a machine answer. */
const mostKept = 500;

/** Keeps what is new of what reviewers say of a change that waits. Answers whether anything is. */
export async function keepNewReviews(
  { ledger, server, now }: { readonly ledger: Ledger; readonly server: string; readonly now: () => Date },
  changeId: string,
  reviews: readonly BackendReview[],
): Promise<boolean> {
  const actor = { kind: 'server', server } as const;
  return ledger.write(async (tx) => {
    const row = await tx.selectFrom('changes').select('status').where('id', '=', changeId).executeTakeFirst();
    if (row?.status !== 'pending') return false;
    const known = await reviewsSeenOf(tx, changeId);
    const last = lastSeen(known);
    const isKnown = (one: BackendReview) => last.some((other) => isStill(one, other) && one.login === other.login);
    const fresh = reviews.filter((one) => !isKnown(one)).slice(0, Math.max(0, mostKept - known.length));
    const at = now().toISOString();
    for (const one of fresh) await insertReviewSeen(tx, { changeId, phase: 'waiting', actor }, one, at);
    return fresh.length > 0;
  });
}

/**
 * Reads the reviews that approved a change once more, right before it is written, and keeps what they are by then.
 * Throws `NotDone`, stale when one of them does not count any more or somebody asks for changes.
 */
export async function assertStillReviewed<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  { automatic, granted: { tool }, plan, sealed: { body } }: VerifiedChange<R, W, A, T>,
): Promise<void> {
  if (automatic?.by.kind !== 'review') return;
  const { by } = automatic;
  const reviews = (await tool.reviews?.read(plan, readerOf(context, body)).catch(unread)) ?? [];
  const at = context.now().toISOString();
  const actor = { kind: 'server', server: context.server } as const;
  await context.ledger.write(async (tx) => {
    const seen = { changeId: body.change_id, phase: 'writing', actor } as const;
    for (const one of reviews.slice(0, mostKept)) await insertReviewSeen(tx, seen, one, at);
  });
  for (const one of by.reviews) {
    const now = reviews.find(({ account }) => account === one.account);
    if (now && isStill(now, asSeen(by)(one))) continue;
    const how = now?.state === 'dismissed' ? 'was dismissed' : 'is not as it was';
    throw new NotDone('stale', `The review of ${one.person} on GitHub ${how}; propose it again.`);
  }
  // Who approved is judged by what was signed; who is against it, by what is there now.
  const { all } = judgeReviews(body, reviews, context.approvers?.people);
  const against = all.find(({ state, head, person, mayWrite }) => {
    return state === 'changes_requested' && head === by.head && person !== null && mayWrite;
  });
  if (against) throw new NotDone('stale', `${against.person} asks for changes at this very commit, on GitHub.`);
}

function unread(cause: unknown): never {
  const isPassing = !(cause instanceof AppError) || cause.retryable;
  throw new NotDone(isPassing ? 'unavailable' : 'refused', 'Its reviews on GitHub could not be read.', { cause });
}

/** The changes of a server that wait for reviews on its backend, oldest first. */
export async function awaitingReviews(
  db: LedgerDb,
  { server, tools }: { readonly server: string; readonly tools: readonly string[] },
): Promise<readonly string[]> {
  if (tools.length === 0) return [];
  const rows = await db
    .selectFrom('changes as c')
    .innerJoin('sealed as s', 's.change_id', 'c.id')
    .select('c.id')
    .where('c.status', '=', 'pending')
    .where('c.server', '=', server)
    .where('c.tool', 'in', [...tools])
    .where('s.body', 'like', '%"github_review"%')
    .orderBy('c.id')
    .execute();
  return rows.map(({ id }) => id);
}
