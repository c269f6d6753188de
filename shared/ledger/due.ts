import type { LedgerTx } from './schema.ts';

/**
 * Lets the executor take a change up at once, however long it meant to wait. What is `partial` waits for nothing by
 * itself: this makes it due. An executor that is at it loses its hold, as if its lease had ended.
 */
export async function makeDue(tx: LedgerTx, id: string, status: 'unknown' | 'partial'): Promise<void> {
  await tx.updateTable('changes').set({ lease_until: 0 }).where('id', '=', id).where('status', '=', status).execute();
}

/** What is `partial` waits for nothing any more. */
export async function endResume(tx: LedgerTx, id: string): Promise<void> {
  const rest = { claimed_by: null, lease_until: null };
  await tx.updateTable('changes').set(rest).where('id', '=', id).where('status', '=', 'partial').execute();
}
