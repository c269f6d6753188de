import { AppError } from '#shared/errors.ts';
import { lostNote, moveChange } from '#shared/ledger/changes.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { lostEnds } from './transitions.ts';

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
  const actor = { kind: 'server', server } as const;
  return endEach(ledger, overdue, ({ id, status }) => ({ id, from: status, to: 'expired', at: now, actor }));
}

/**
 * Ends the changes that come after one that was never applied and never will be, where that was not done as it ended:
 * a server's own user of PostgreSQL does not see the changes of other servers. Answers how many.
 */
export async function endOrphans(ledger: Ledger, server: string, at: Date): Promise<number> {
  const orphans = await ledger.db
    .selectFrom('changes')
    .innerJoin('earlier', 'earlier.change_id', 'changes.id')
    .select(['changes.id', 'changes.status', 'earlier.id as earlier', 'earlier.status as end'])
    .where('changes.status', 'in', ['pending', 'approved'])
    .where('earlier.status', 'in', [...lostEnds])
    .execute();
  const actor = { kind: 'server', server } as const;
  return endEach(ledger, orphans, ({ id, status, earlier, end }) => {
    const note = lostNote({ id: earlier, status: end });
    return { id, from: status, to: 'stale', at: at.toISOString(), actor, note };
  });
}

async function endEach<T>(
  ledger: Ledger,
  found: readonly T[],
  end: (one: T) => Parameters<typeof moveChange>[1],
): Promise<number> {
  let ended = 0;
  for (const one of found) {
    try {
      await ledger.write((tx) => moveChange(tx, end(one)));
      ended += 1;
    } catch (error) {
      // Somebody moved it in the meantime; the others are still to be ended.
      if (!(error instanceof AppError && error.code === 'wrong_state')) throw error;
    }
  }
  return ended;
}
