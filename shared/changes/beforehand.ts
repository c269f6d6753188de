import type { ChangeRow } from '#shared/ledger/changes.ts';
import { findDifference } from '#shared/ledger/differences.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { earlierInSet, thingsLeftBy } from '#shared/ledger/sets.ts';
import type { Beforehand } from '#shared/tools/index.ts';
import { readDifference } from './difference.ts';
import { type RestoreRequest, restoredIds, restoreRequest } from './sealed.ts';

/** What the restores of the same set and server put back that go before this one, as the changes that they undo left it. */
export async function beforehandOf(
  db: LedgerDb,
  { id, server }: Pick<ChangeRow, 'id' | 'server'>,
  { set }: RestoreRequest,
): Promise<Beforehand> {
  if (set === undefined) return new Set();
  const undone: string[] = [];
  for (const earlier of await earlierInSet(db, { set, id, server })) {
    // One that has no plan puts nothing back, unless what it would is put back apart.
    if (earlier.status === 'failed' && !(await isApart(db, earlier.id))) continue;
    undone.push(...restoredIds(restoreRequest.parse(JSON.parse(earlier.restores ?? ''))));
  }
  return new Set((await thingsLeftBy(db, undone)).map(({ thing }) => thing));
}

async function isApart(db: LedgerDb, id: string): Promise<boolean> {
  const row = await findDifference(db, id);
  return row !== undefined && readDifference(row).apart !== undefined;
}
