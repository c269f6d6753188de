import { sql } from 'kysely';
import type { Status } from '#shared/changes/transitions.ts';
import type { LedgerDb, LedgerTx } from './schema.ts';
import { stopped } from './stops.ts';

/** States in which an executor has something to do. */
const workable = ['planning', 'approved', 'dispatched', 'unknown', 'partial'] as const satisfies Status[];

/** A change that an executor of its server may take up now. */
export type DueWork = { readonly id: string; readonly status: (typeof workable)[number] };

/** The decision that approved a change: several that were decided as one follow each other in the order of the decision. */
function approvedBy(change: 'changes' | 'other') {
  return sql.raw(`(select max(d.id) from decisions d where d.change_id = ${change}.id and d.verb = 'approve')`);
}

/** Ids sort by when a change was made: of all that ever touched a resource, only those from here on matter. */
const firstAtWork = sql.raw(`select min(id) from (select min(id) as id from changes where status = 'approved'
  union all select min(id) from changes where status = 'dispatched'
  union all select min(id) from changes where status = 'unknown') first`);

/**
 * What an executor may have to do, in the words of the index that holds just this. A partial change is at rest until
 * somebody asks to take it up again, which makes it due from then on.
 */
export const atWork = sql<boolean>`(status in ('planning', 'approved', 'dispatched', 'unknown')
  or (status = 'partial' and lease_until is not null))`;

/**
 * No other change that touches the same resource goes before this one: none is under way or in doubt, and none was
 * approved earlier. What is taken up again was approved before all of those that wait.
 */
const goesFirst = sql<boolean>`(changes.status not in ('approved', 'partial') or not exists (
  select 1 from touches mine
    join touches theirs on theirs.resource = mine.resource and theirs.change_id <> mine.change_id
    join changes other on other.id = theirs.change_id
  where mine.change_id = changes.id and theirs.change_id >= (${firstAtWork})
    and (other.status in ('dispatched', 'unknown')
      or (changes.status = 'approved' and other.status = 'approved'
        and ${approvedBy('other')} < ${approvedBy('changes')}))))`;

/**
 * The restores of a set are carried out by a server one after the other, as they were approved: what one puts back may be
 * what the next one expects. One that is in doubt stops no other.
 */
const inSetOrder = sql<boolean>`(changes.status <> 'approved' or changes.restores is null
  or json_extract(changes.restores, '$.set') is null or not exists (
    select 1 from changes other
    where other.server = changes.server and other.status in ('approved', 'dispatched') and other.id <> changes.id
      and json_extract(other.restores, '$.set') = json_extract(changes.restores, '$.set')
      and (other.status = 'dispatched'
        or (other.status = 'approved' and ${approvedBy('other')} < ${approvedBy('changes')}))))`;

/** What a change comes after is applied first. */
const comesNext = sql<boolean>`(changes.status <> 'approved' or not exists (
  select 1 from earlier where earlier.change_id = changes.id and earlier.status <> 'applied'))`;

/** The kill switch holds back what would write; to plan a restore and to settle a doubt only reads. */
const notHeld = sql<boolean>`(changes.status in ('planning', 'unknown') or not ${stopped})`;

/** What the executors of a server have to do and nobody holds, in the order in which it became due. */
export async function dueWork(db: LedgerDb, server: string, now: number): Promise<DueWork[]> {
  const rows = await db
    .selectFrom('changes')
    .select(['id', 'status'])
    .where('server', '=', server)
    .where(atWork)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    // A proposal is planned by the face in one transaction; restores, and what people ask for, wait for the executor.
    .where((eb) => eb.or([eb('status', '<>', 'planning'), eb('restores', 'is not', null), eb('agent', 'is', null)]))
    .where(goesFirst)
    .where(inSetOrder)
    .where(comesNext)
    .where(notHeld)
    .orderBy('updated_at')
    .orderBy('id')
    .execute();
  return rows as DueWork[];
}

/**
 * Takes a change up, unless somebody else holds it, another change goes first, or it is stopped. Answers whether it is ours.
 */
export async function takeLease(
  tx: LedgerTx,
  lease: { id: string; status: Status; executor: string; now: number; until: number },
): Promise<boolean> {
  const result = await tx
    .updateTable('changes')
    .set({ claimed_by: lease.executor, lease_until: lease.until })
    .where('id', '=', lease.id)
    .where('status', '=', lease.status)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', lease.now)]))
    .where(goesFirst)
    .where(inSetOrder)
    .where(comesNext)
    .where(notHeld)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Holds on to changes for longer; a change that somebody took over is not taken back. */
export async function renewLeases(
  tx: LedgerTx,
  executor: string,
  ids: readonly string[],
  until: number,
): Promise<void> {
  await tx
    .updateTable('changes')
    .set({ lease_until: until })
    .where('id', 'in', [...ids])
    .where('claimed_by', '=', executor)
    .execute();
}

/** Lets a change go so that it may be taken up again from the given time on. */
export async function releaseLease(tx: LedgerTx, executor: string, id: string, until: number): Promise<void> {
  await tx
    .updateTable('changes')
    .set({ lease_until: until })
    .where('id', '=', id)
    .where('claimed_by', '=', executor)
    .execute();
}
