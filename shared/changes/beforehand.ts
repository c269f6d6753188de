import type { ChangeRow } from '#shared/ledger/changes.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { earlierInSet, thingsLeftBy } from '#shared/ledger/sets.ts';
import type { Beforehand } from '#shared/tools/index.ts';
import { type RestoreRequest, restoredIds, restoreRequest } from './sealed.ts';

/** What the restores of the same set and server put back that go before this one, as the changes that they undo left it. */
export async function beforehandOf(
  db: LedgerDb,
  { id, server }: Pick<ChangeRow, 'id' | 'server'>,
  { set }: RestoreRequest,
): Promise<Beforehand> {
  if (set === undefined) return new Set();
  const before = await earlierInSet(db, { set, id, server });
  const undone = before.flatMap(({ restores }) => restoredIds(restoreRequest.parse(JSON.parse(restores ?? ''))));
  return new Set((await thingsLeftBy(db, undone)).map(({ thing }) => thing));
}
