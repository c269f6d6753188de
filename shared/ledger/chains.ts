import type { Status } from '#shared/changes/transitions.ts';
import type { Owner } from './changes.ts';
import type { EarlierView, LedgerDb, LedgerTx, StandingsView } from './schema.ts';

/** Keeps that a change comes after another; before the change is sealed. */
export async function insertAfter(
  tx: LedgerTx,
  after: { readonly change_id: string; readonly after_id: string; readonly depth: number },
): Promise<void> {
  await tx.insertInto('afters').values(after).execute();
}

/** Where the owner's change stands, on whichever server it is; undefined when it is somebody else's or nobody's. */
export function findStanding(db: LedgerDb, owner: Owner, id: string): Promise<StandingsView | undefined> {
  return db
    .selectFrom('standings')
    .selectAll()
    .where('id', '=', id)
    .where('agent', '=', owner.agent)
    .where('blueprint', '=', owner.blueprint)
    .executeTakeFirst();
}

/** The change that a change comes after, with what was sealed of it; undefined when it comes after none. */
export function findEarlier(db: LedgerDb, id: string): Promise<EarlierView | undefined> {
  return db.selectFrom('earlier').selectAll().where('change_id', '=', id).executeTakeFirst();
}

/** What the steps answered of the change that a change comes after, by step name. */
export async function earlierReceipts(db: LedgerDb, id: string): Promise<Record<string, unknown>> {
  const rows = await db
    .selectFrom('earlier_receipts')
    .select(['name', 'receipt'])
    .where('change_id', '=', id)
    .execute();
  return Object.fromEntries(rows.map(({ name, receipt }) => [name, receipt === null ? null : JSON.parse(receipt)]));
}

/** The changes that come right after a change, as far as this user of the ledger sees them; oldest first. */
export async function latersOf(db: LedgerDb, id: string): Promise<{ readonly id: string; readonly status: Status }[]> {
  return db
    .selectFrom('afters')
    .innerJoin('changes', 'changes.id', 'afters.change_id')
    .select(['changes.id', 'changes.status'])
    .where('afters.after_id', '=', id)
    .orderBy('changes.id')
    .execute();
}
