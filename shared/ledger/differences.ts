import type { DifferencesTable, LedgerDb, LedgerTx } from './schema.ts';

export type DifferenceRow = DifferencesTable;

/** Keeps what a restore found when it was planned. It is found once. */
export async function insertDifference(tx: LedgerTx, difference: DifferenceRow): Promise<void> {
  await tx.insertInto('differences').values(difference).execute();
}

/** What a restore found, or undefined while it is not planned, or when it was planned before this was kept. */
export function findDifference(db: LedgerDb, changeId: string): Promise<DifferenceRow | undefined> {
  return db.selectFrom('differences').selectAll().where('change_id', '=', changeId).executeTakeFirst();
}
