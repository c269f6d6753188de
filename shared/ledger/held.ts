import { AppError } from '#shared/errors.ts';
import type { LedgerDb, LedgerTx } from './schema.ts';

/**
 * Throws AppError `wrong_state` when somebody else took the change up since this executor did. Asked in the transaction
 * that moves it, this keeps an executor that was frozen from moving what is no longer its own.
 */
export async function assertHeld(
  tx: LedgerTx,
  held: { readonly id: string; readonly executor: string },
): Promise<void> {
  const { id, executor } = held;
  const own = tx.selectFrom('changes').select('id').where('id', '=', id).where('claimed_by', '=', executor);
  if (!(await own.executeTakeFirst())) throw takenOver();
}

/**
 * Throws AppError `wrong_state` unless the executor may say how an attempt ended: it began it, or it has taken the change
 * up since and has found out.
 */
export async function assertMayEnd(
  tx: LedgerTx,
  end: { readonly changeId: string; readonly step: number; readonly attempt: number; readonly executor: string },
): Promise<void> {
  const { changeId, step, attempt, executor } = end;
  const own = await tx
    .selectFrom('attempts as a')
    .innerJoin('changes as c', 'c.id', 'a.change_id')
    .select('a.step')
    .where('a.change_id', '=', changeId)
    .where('a.step', '=', step)
    .where('a.attempt', '=', attempt)
    .where((eb) => eb.or([eb('a.executor', '=', executor), eb('c.claimed_by', '=', executor)]))
    .executeTakeFirst();
  if (!own) throw takenOver();
}

/**
 * Whether the request of an attempt may leave now: this executor began it, nobody has said how it ended, and nobody else
 * may take the change up before `until` (milliseconds since 1970, by the clock that leases go by).
 */
export async function mayLeave(
  db: LedgerDb,
  attempt: { changeId: string; step: number; attempt: number; executor: string; until: number },
): Promise<boolean> {
  const open = await db
    .selectFrom('changes as c')
    .innerJoin('attempts as a', 'a.change_id', 'c.id')
    .leftJoin('outcomes as o', (join) =>
      join.onRef('o.change_id', '=', 'a.change_id').onRef('o.step', '=', 'a.step').onRef('o.attempt', '=', 'a.attempt'),
    )
    .select('c.id')
    .where('c.id', '=', attempt.changeId)
    .where('c.status', '=', 'dispatched')
    .where('c.claimed_by', '=', attempt.executor)
    .where('c.lease_until', '>', attempt.until)
    .where('a.step', '=', attempt.step)
    .where('a.attempt', '=', attempt.attempt)
    .where('a.executor', '=', attempt.executor)
    .where('o.outcome', 'is', null)
    .executeTakeFirst();
  return open !== undefined;
}

const takenOver = (): AppError => new AppError('wrong_state', 'Another executor has taken the change over.');
