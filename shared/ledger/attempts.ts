import { canonical, sha256 } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import type { Json, JsonObject } from '#shared/tools/index.ts';
import { appendEvent } from './events.ts';
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
 * ledger's constraints refuse a step out of order or one that took effect. `leaseTime`: now, by the clock that leases go
 * by (milliseconds since 1970).
 */
export async function beginAttempt(
  tx: LedgerTx,
  attempt: Parameters<typeof keepAttempt>[1] & { readonly leaseTime: number },
): Promise<void> {
  const holder = await tx
    .selectFrom('changes')
    .select('id')
    .where('id', '=', attempt.changeId)
    .where('status', '=', 'dispatched')
    .where('claimed_by', '=', attempt.executor)
    .where('lease_until', '>', attempt.leaseTime)
    .executeTakeFirst();
  if (!holder) throw new AppError('wrong_state', 'Another executor has taken the change over.');
  await keepAttempt(tx, attempt);
}

/** Keeps an attempt as begun, whoever holds the change. */
export async function keepAttempt(
  tx: LedgerTx,
  attempt: { changeId: string; step: number; attempt: number; name: string; executor: string; at: Date },
): Promise<void> {
  const { changeId, at, step, name, executor } = attempt;
  const begun = { step, attempt: attempt.attempt, name, executor };
  await tx
    .insertInto('attempts')
    .values({ change_id: changeId, ...begun, begun_at: at.toISOString() })
    .execute();
  await appendStepEvent(tx, { type: stepEvents.begun, changeId, at: at.toISOString(), body: begun });
}

/** The types of the events that tell of attempts and of how they ended. */
export const stepEvents = { begun: 'step.begun', ended: 'step.ended' } as const;

/** What a receipt is on record by; null for none. */
export function receiptDigest(receipt: string | null): string | null {
  return receipt === null ? null : sha256(receipt);
}

/** A step is begun and ended by the server whose change it is. */
async function appendStepEvent(
  tx: LedgerTx,
  event: { type: string; changeId: string; at: Timestamp; body: JsonObject },
): Promise<void> {
  const change = tx.selectFrom('changes').select('server').where('id', '=', event.changeId);
  const { server } = await change.executeTakeFirstOrThrow();
  await appendEvent(tx, { ...event, actor: { kind: 'server', server } });
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
  const { changeId, step, attempt, outcome, at } = end;
  const receipt = end.receipt === undefined ? null : canonical(end.receipt);
  await tx
    .insertInto('outcomes')
    .values({ change_id: changeId, step, attempt, outcome, receipt, ended_at: at })
    .execute();
  const body = { step, attempt, outcome, receipt: receiptDigest(receipt) };
  await appendStepEvent(tx, { type: stepEvents.ended, changeId, at, body });
}
