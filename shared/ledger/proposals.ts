import { sql } from 'kysely';
import { openStatuses, type Status } from '#shared/changes/transitions.ts';
import type { ChangeRow, Owner } from './changes.ts';
import type { LedgerDb, LedgerTx, SealedTable, SnapshotsTable, Timestamp } from './schema.ts';
import { keepSearched } from './search/keep.ts';

/** Keeps what was sealed with its snapshot of the state before, and lets it be searched. All of it is final. */
export async function insertSealed(
  tx: LedgerTx,
  sealed: SealedTable,
  snapshot: { body: string; taken_at: Timestamp },
  touches: readonly string[],
): Promise<void> {
  await insertSnapshot(tx, { change_id: sealed.change_id, phase: 'before', digest: sealed.snapshot, ...snapshot });
  await tx.insertInto('sealed').values(sealed).execute();
  for (const resource of new Set(touches)) {
    await tx.insertInto('touches').values({ change_id: sealed.change_id, resource }).execute();
  }
  await keepSearched(tx, sealed.body);
}

export async function insertSnapshot(tx: LedgerTx, snapshot: SnapshotsTable): Promise<void> {
  await tx.insertInto('snapshots').values(snapshot).execute();
}

export function findSealed(db: LedgerDb, changeId: string): Promise<SealedTable | undefined> {
  return db.selectFrom('sealed').selectAll().where('change_id', '=', changeId).executeTakeFirst();
}

/** Those of several changes. */
export function findSealedOf(db: LedgerDb, changeIds: readonly string[]): Promise<SealedTable[]> {
  if (changeIds.length === 0) return Promise.resolve([]);
  return db.selectFrom('sealed').selectAll().where('change_id', 'in', changeIds).execute();
}

/** The resources by which a change is put in order with others, sorted. */
export async function touchesOf(db: LedgerDb, changeId: string): Promise<readonly string[]> {
  const rows = await db.selectFrom('touches').select('resource').where('change_id', '=', changeId).execute();
  return rows.map(({ resource }) => resource).sort();
}

export function findSnapshot(
  db: LedgerDb,
  changeId: string,
  phase: 'before' | 'after',
): Promise<SnapshotsTable | undefined> {
  return db
    .selectFrom('snapshots')
    .selectAll()
    .where('change_id', '=', changeId)
    .where('phase', '=', phase)
    .executeTakeFirst();
}

/** In the words of the index of open changes, which a value that is bound is not. */
const isOpen = sql<boolean>`status in (${sql.join(openStatuses.map((status) => sql.lit(status)))})`;

/** The open change of the same content, if there is one. */
export function findOpenTwin(db: LedgerDb, fingerprint: string): Promise<ChangeRow | undefined> {
  return db.selectFrom('changes').selectAll().where('fingerprint', '=', fingerprint).where(isOpen).executeTakeFirst();
}

const waiting: readonly Status[] = ['planning', 'pending'];

/**
 * What the limits of a blueprint are counted by, over all servers: proposals since a time, and those that wait for a
 * decision.
 */
export async function countProposals(
  db: LedgerDb,
  owner: Owner,
  since: Timestamp,
): Promise<{ recent: number; pending: number; oldest: Timestamp | null }> {
  const own = db.selectFrom('proposed').where('agent', '=', owner.agent).where('blueprint', '=', owner.blueprint);
  const recent = await own
    .where('created_at', '>', since)
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('created_at').as('oldest')])
    .executeTakeFirstOrThrow();
  const pending = await own
    .where('status', 'in', waiting)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { recent: recent.count, pending: pending.count, oldest: recent.oldest };
}
