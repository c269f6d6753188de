import { canonical } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import type { Json } from '#shared/tools/index.ts';
import type { LedgerDb, LedgerTx, OutcomesTable, Timestamp } from './schema.ts';

/** Where a change stands among its steps. */
export type Progress = {
  /** Receipts of the steps that took effect, by name. */
  readonly receipts: { readonly [step: string]: Json };
  /** The index of the first step that did not take effect yet. */
  readonly next: number;
  /** How often that step was begun. */
  readonly attempts: number;
  /** When the latest attempt at that step was begun that was given up for lost, if one was. */
  readonly lost: Timestamp | null;
  /** The attempt that was begun and whose end is not known, if there is one. */
  readonly open: { readonly step: number; readonly attempt: number; readonly begunAt: Timestamp } | null;
};

export async function progressOf(db: LedgerDb, changeId: string): Promise<Progress> {
  const rows = await db
    .selectFrom('attempts as a')
    .leftJoin('outcomes as o', (join) =>
      join.onRef('o.change_id', '=', 'a.change_id').onRef('o.step', '=', 'a.step').onRef('o.attempt', '=', 'a.attempt'),
    )
    .where('a.change_id', '=', changeId)
    .orderBy('a.step')
    .orderBy('a.attempt')
    .select(['a.step', 'a.attempt', 'a.name', 'a.begun_at', 'o.outcome', 'o.receipt'])
    .execute();
  const done = rows.filter((row) => row.outcome === 'done' || row.outcome === 'landed');
  const open = rows.find((row) => row.outcome === null);
  const lost = rows.findLast((row) => row.step === done.length && row.outcome === 'lost');
  return {
    receipts: Object.fromEntries(done.map((row) => [row.name, JSON.parse(row.receipt ?? 'null')])),
    next: done.length,
    attempts: rows.filter((row) => row.step === done.length).length,
    lost: lost?.begun_at ?? null,
    open: open ? { step: open.step, attempt: open.attempt, begunAt: open.begun_at } : null,
  };
}

/**
 * Commits the intent to run a step, before the call goes out. The executor must hold the lease at that moment; the
 * ledger's constraints refuse a step out of order or one that took effect.
 */
export async function beginAttempt(
  tx: LedgerTx,
  attempt: { changeId: string; step: number; attempt: number; name: string; executor: string; at: Date },
): Promise<void> {
  const holder = await tx
    .selectFrom('changes')
    .select('id')
    .where('id', '=', attempt.changeId)
    .where('status', '=', 'dispatched')
    .where('claimed_by', '=', attempt.executor)
    .where('lease_until', '>', attempt.at.getTime())
    .executeTakeFirst();
  if (!holder) throw new AppError('wrong_state', 'Another executor has taken the change over.');
  await tx
    .insertInto('attempts')
    .values({
      change_id: attempt.changeId,
      step: attempt.step,
      attempt: attempt.attempt,
      name: attempt.name,
      executor: attempt.executor,
      begun_at: attempt.at.toISOString(),
    })
    .execute();
}

/** Commits how an attempt ended; `receipt` is what the backend answered, for the outcomes that have one. */
export async function endAttempt(
  tx: LedgerTx,
  end: {
    changeId: string;
    step: number;
    attempt: number;
    outcome: OutcomesTable['outcome'];
    receipt?: Json;
    at: Timestamp;
  },
): Promise<void> {
  await tx
    .insertInto('outcomes')
    .values({
      change_id: end.changeId,
      step: end.step,
      attempt: end.attempt,
      outcome: end.outcome,
      receipt: end.receipt === undefined ? null : canonical(end.receipt),
      ended_at: end.at,
    })
    .execute();
}
