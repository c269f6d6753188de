import type { ChangeRow } from './changes.ts';
import type { LedgerDb, LedgerTx } from './schema.ts';

/** Notes which changes a restore puts back, in the transaction that enters it. The ledger refuses any others. */
export async function insertRestored(tx: LedgerTx, changeId: string, originals: readonly string[]): Promise<void> {
  for (const original of originals) {
    await tx.insertInto('restored').values({ original, change_id: changeId }).execute();
  }
}

/** Restores that were asked for of a change, alone or with others, newest first; not those that are only tried out. */
export function restoresOf(db: LedgerDb, changeId: string): Promise<ChangeRow[]> {
  return db
    .selectFrom('restored as r')
    .innerJoin('changes as c', 'c.id', 'r.change_id')
    .selectAll('c')
    .where('r.original', '=', changeId)
    .where((eb) => eb(eb.fn('json_extract', ['c.restores', eb.val('$.dry_run')]), 'is', null))
    .orderBy('c.id', 'desc')
    .execute();
}
