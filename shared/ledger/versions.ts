import type { LedgerDb, LedgerTx, VersionsTable } from './schema.ts';

/** Keeps that a change is a new version of another; before the change is sealed. */
export async function insertVersion(tx: LedgerTx, version: VersionsTable): Promise<void> {
  await tx.insertInto('versions').values(version).execute();
}

/** Which version a change is, and of what; undefined for a first one. */
export function findVersion(db: LedgerDb, changeId: string): Promise<VersionsTable | undefined> {
  return db.selectFrom('versions').selectAll().where('change_id', '=', changeId).executeTakeFirst();
}

/** The change that is the next version of a change, or undefined. */
export async function nextVersionOf(db: LedgerDb, changeId: string): Promise<string | undefined> {
  const next = db.selectFrom('versions').select('change_id').where('supersedes', '=', changeId);
  return (await next.executeTakeFirst())?.change_id;
}
