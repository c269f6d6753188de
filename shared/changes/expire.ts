import { AppError } from '#shared/errors.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';

/** Ends the changes that nobody decided, or nobody carried out, in time. Answers how many. */
export async function expireOverdue(ledger: Ledger, server: string, at: Date): Promise<number> {
  const now = at.toISOString();
  const overdue = await ledger.db
    .selectFrom('changes')
    .select(['id', 'status'])
    .where('status', 'in', ['planning', 'pending', 'approved'])
    .where('expires_at', '<=', now)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', at.getTime())]))
    .execute();
  let ended = 0;
  for (const { id, status } of overdue) {
    const actor = { kind: 'server', server } as const;
    try {
      await ledger.write((tx) => moveChange(tx, { id, from: status, to: 'expired', at: now, actor }));
      ended += 1;
    } catch (error) {
      // Somebody moved it in the meantime; the others are still overdue.
      if (!(error instanceof AppError && error.code === 'wrong_state')) throw error;
    }
  }
  return ended;
}
