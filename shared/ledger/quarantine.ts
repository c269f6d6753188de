import { type QueryExecutorProvider, type RawBuilder, type SqlBool, sql } from 'kysely';
import { automaticIssuers } from '#shared/changes/automatic-issuers.ts';
import type { ChangeRow } from './changes.ts';
import type { LedgerDb, LedgerTx } from './schema.ts';

/** What of a list can wait is looked up here first, so that it costs by what waits. */
const isAmong = sql.raw('changes.id in (select change_id from quarantined where waits = 1)');

/** A body that is no JSON any more is for the audit to find. */
const canWait = sql.raw(`exists (select 1 from sealed s where s.change_id = changes.id
  and case when json_valid(s.body) then json_extract(s.body, '$.quarantine') = 'possible' else 1 = 0 end)`);

/** Nobody looked at it: a rule or a task grant let it in. */
const isUnseen = sql.raw(`exists (select 1 from decisions d where d.change_id = changes.id and d.verb = 'approve'
  and d.issuer in ('${automaticIssuers.policy}', '${automaticIssuers.grant}'))`);

/** The last that was carried out of its acceptances, their restores, and the restores of these, lets others find it. */
const isAccepted = sql.raw(`coalesce((
  with recursive line (id, accepts) as (
    select r.change_id, 1 from requested r where r.about = changes.id
    union all select x.change_id, 1 - l.accepts from restored x join line l on l.id = x.original)
  select l.accepts from line l join changes a on a.id = l.id where a.status = 'applied'
  order by a.updated_at desc, a.id desc limit 1), 0) = 1`);

/**
 * The last that was carried out of its restores, and the restores of these, put it back; or brought it back as another
 * version, which a person decided.
 */
const isRestored = sql.raw(`coalesce((
  with recursive line (id, undoes) as (
    select x.change_id, 1 from restored x where x.original = changes.id
    union all select x.change_id, 1 - l.undoes from restored x join line l on l.id = x.original)
  select case when l.undoes = 0 and exists (select 1 from things_left mine
    join things_left theirs on theirs.server = mine.server and theirs.thing = mine.thing and theirs.version = mine.version
    where mine.change_id = changes.id and theirs.change_id = l.id) then 0 else 1 end
  from line l join changes r on r.id = l.id where r.status = 'applied'
  order by r.updated_at desc, r.id desc limit 1), 0) = 1`);

/**
 * What it left was left otherwise since, by a change that neither accepts nor restores anything. A version that was there
 * before takes nothing's place: it is what others see of a thing that was only moved, or put away.
 */
const isReplaced = sql.raw(`exists (select 1 from things_left mine
  join things_left theirs on theirs.server = mine.server and theirs.thing = mine.thing and theirs.id > mine.id
    and theirs.version is distinct from mine.version
    and not exists (select 1 from things_left known where known.server = theirs.server and known.thing = theirs.thing
      and known.version = theirs.version and known.id < mine.id)
  join changes c on c.id = theirs.change_id
  where mine.change_id = changes.id and theirs.change_id <> changes.id and c.restores is null
    and not exists (select 1 from requested r where r.change_id = c.id and r.about is not null))`);

/** Nobody looked at what could have been held back. */
const wasHeldBack = sql<SqlBool>`(changes.status in ('applied', 'partial') and ${isUnseen} and ${canWait})`;

/** Nobody has looked at it since, and nothing took its place. */
const isStillThere = sql<SqlBool>`(changes.status in ('applied', 'partial')
  and not ${isRestored} and not ${isReplaced} and not ${isAccepted})`;

/** Holds for the rows of `changes` that were carried out and wait for a person to accept them. */
export const waitsInQuarantine: RawBuilder<SqlBool> = sql<SqlBool>`(${isAmong} and ${isStillThere})`;

/**
 * Keeps which changes wait, after one was carried out, wholly or in part: that one, what it accepts or puts back, and
 * what waited on the things that it left.
 */
export async function followQuarantine(tx: LedgerTx, changeId: string): Promise<void> {
  await sql`insert into quarantined (change_id, waits) select id, 1 from changes
    where id = ${changeId} and ${wasHeldBack} on conflict (change_id) do nothing`.execute(tx);
  await sql`with recursive line (id) as (
      select id from changes where id = ${changeId}
      union select x.original from restored x join line l on l.id = x.change_id)
    update quarantined set waits = ${waitsNow} where change_id in (select l.id from line l
      union select (select r.about from requested r where r.change_id = l.id) from line l
      union select q.change_id from things_left mine
        join things_left theirs on theirs.server = mine.server and theirs.thing = mine.thing
        join quarantined q on q.change_id = theirs.change_id and q.waits = 1
        where mine.change_id = ${changeId})`.execute(tx);
}

const waitsNow = sql`(case when exists (select 1 from changes
  where changes.id = quarantined.change_id and ${isStillThere}) then 1 else 0 end)`;

/** The same of all that were carried out before any were kept. */
export async function followAllQuarantined(db: QueryExecutorProvider): Promise<void> {
  await sql`insert into quarantined (change_id, waits) select id, 1 from changes where ${wasHeldBack}`.execute(db);
  await sql`update quarantined set waits = ${waitsNow}`.execute(db);
}

/** Ended changes of which it is kept otherwise than it follows from the rest of the ledger whether they wait. */
export async function wronglyQuarantined(db: LedgerDb): Promise<readonly string[]> {
  const isKept = sql<SqlBool>`${isAmong} = (${wasHeldBack} and ${isStillThere})`;
  const ended = db.selectFrom('changes').select('id').where('status', 'in', ['applied', 'partial']);
  const rows = await ended.where(sql<SqlBool>`not (${isKept})`).orderBy('id').execute();
  return rows.map(({ id }) => id);
}

/** Where a change stands that can wait in quarantine: whether it does, and the changes by which people accept it. */
export type Quarantine = { readonly waits: boolean; readonly acceptances: readonly ChangeRow[] };

/** Null for a change that no rule and no task grant let in, or that puts nothing before others. */
export async function quarantineOf(db: LedgerDb, changeId: string): Promise<Quarantine | null> {
  const found = await db
    .selectFrom('changes')
    .select(sql<number>`case when ${isStillThere} then 1 else 0 end`.as('waits'))
    .where('id', '=', changeId)
    .where(wasHeldBack)
    .executeTakeFirst();
  if (!found) return null;
  const acceptances = db
    .selectFrom('requested as r')
    .innerJoin('changes as c', 'c.id', 'r.change_id')
    .selectAll('c')
    .where('r.about', '=', changeId)
    .orderBy('c.id', 'desc');
  return { waits: Number(found.waits) === 1, acceptances: await acceptances.execute() };
}

/** The names of the things that a change left. */
export async function thingsLeftBy(db: LedgerDb, changeId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('things_left')
    .select('thing')
    .where('change_id', '=', changeId)
    .orderBy('id')
    .execute();
  return rows.map(({ thing }) => thing);
}
