import type { Insertable, Selectable } from 'kysely';
import type { DecisionsTable, LedgerDb, LedgerTx } from './schema.ts';

export type DecisionRow = Selectable<DecisionsTable>;

export async function insertDecision(tx: LedgerTx, decision: Insertable<DecisionsTable>): Promise<void> {
  await tx.insertInto('decisions').values(decision).execute();
}

/** Oldest first. */
export function decisionsOf(db: LedgerDb, changeId: string): Promise<DecisionRow[]> {
  return db.selectFrom('decisions').selectAll().where('change_id', '=', changeId).orderBy('id').execute();
}
