import type { Selectable } from 'kysely';
import type { Status } from '#shared/changes/transitions.ts';
import { canonical } from '#shared/crypto/canonical.ts';
import type { Owner } from './changes.ts';
import { appendEvent, type EventActor } from './events.ts';
import type { GrantEndsTable, GrantsTable, GrantUsesTable, LedgerDb, LedgerTx, Timestamp } from './schema.ts';
import type { StopScope } from './stops.ts';

export type GrantRow = Selectable<GrantsTable>;
export type GrantEnd = Omit<GrantEndsTable, 'grant_id' | 'actor'> & { readonly actor: EventActor };
export type GrantUse = Selectable<GrantUsesTable>;

/** A grant with what became of it. */
export type GrantStanding = GrantRow & {
  /** Where the change stands that it was given with: nothing comes under the grant before that is applied. */
  readonly origin_status: Status;
  readonly end: GrantEnd | null;
  /** In order. */
  readonly uses: readonly GrantUse[];
};

/** Keeps a grant with the decision that it was given with. */
export async function insertGrant(tx: LedgerTx, grant: GrantRow): Promise<void> {
  await tx.insertInto('grants').values(grant).execute();
  const { id, change_id: changeId, changes, bytes, granted_at: at, expires_at, issuer, subject } = grant;
  const actor = { kind: 'person', issuer, subject } as const;
  await appendEvent(tx, { at, type: 'grant.given', changeId, actor, body: { grant: id, changes, bytes, expires_at } });
}

/** Puts a change under a grant; the ledger refuses what the grant does not go so far as. */
export async function insertGrantUse(tx: LedgerTx, use: GrantUse): Promise<void> {
  await tx.insertInto('grant_uses').values(use).execute();
}

/** Ends a grant from the commit of this transaction on, unless it has ended already. Answers whether this ended it. */
export async function endGrant(
  tx: LedgerTx,
  grant: Pick<GrantRow, 'id' | 'change_id'>,
  end: GrantEnd,
): Promise<boolean> {
  const known = tx.selectFrom('grant_ends').select('why').where('grant_id', '=', grant.id);
  if (await known.executeTakeFirst()) return false;
  const { why, change_id, note, actor, at } = end;
  await tx
    .insertInto('grant_ends')
    .values({ grant_id: grant.id, why, change_id, note, at, actor: canonical(actor) })
    .execute();
  const body = { grant: grant.id, why, note, ...(change_id !== null && { change: change_id }) };
  await appendEvent(tx, { at, type: 'grant.ended', changeId: grant.change_id, actor, body });
  return true;
}

/**
 * Ends every grant that a stop is about: when the stop ends, none of them comes back. The stop of a tool holds what is
 * under them and ends none.
 */
export async function endGrantsOf(tx: LedgerTx, stop: StopScope, end: GrantEnd): Promise<void> {
  if (stop.scope === 'tool') return;
  let query = unended(tx).where('g.expires_at', '>', end.at);
  if (stop.scope === 'server') query = query.where('g.server', '=', stop.value);
  if (stop.scope === 'agent') query = query.where('g.agent', '=', stop.value);
  for (const grant of await query.orderBy('g.id').execute()) await endGrant(tx, grant, end);
}

/** Grants that last, of an agent and blueprint on a server or of all, with those that are used up; oldest first. */
export function lastingGrants(
  db: LedgerDb,
  of: { readonly agent: string; readonly blueprint: string; readonly server: string } | 'all',
  at: Timestamp,
): Promise<GrantRow[]> {
  const all = unended(db).where('g.expires_at', '>', at).orderBy('g.id');
  if (of === 'all') return all.execute();
  return all
    .where('g.agent', '=', of.agent)
    .where('g.blueprint', '=', of.blueprint)
    .where('g.server', '=', of.server)
    .execute();
}

function unended(db: LedgerDb) {
  return db
    .selectFrom('grants as g')
    .selectAll('g')
    .where((eb) =>
      eb.not(eb.exists(eb.selectFrom('grant_ends as e').select('e.why').whereRef('e.grant_id', '=', 'g.id'))),
    );
}

/** The grant of an id, or the one that was given with a change. */
export function findGrant(
  db: LedgerDb,
  by: { readonly id: string } | { readonly change: string },
): Promise<GrantRow | undefined> {
  const all = db.selectFrom('grants').selectAll();
  const one = 'id' in by ? all.where('id', '=', by.id) : all.where('change_id', '=', by.change);
  return one.executeTakeFirst();
}

/** The changes that were decided under a grant, in order. */
export function usesOf(db: LedgerDb, grant: string): Promise<GrantUse[]> {
  return db.selectFrom('grant_uses').selectAll().where('grant_id', '=', grant).orderBy('number').execute();
}

/** Under which grant a change was decided; undefined for any other. */
export function useOf(db: LedgerDb, changeId: string): Promise<GrantUse | undefined> {
  return db.selectFrom('grant_uses').selectAll().where('change_id', '=', changeId).executeTakeFirst();
}

/**
 * What a change left, and what else is named, each with the versions in which its owner's changes left it. What others
 * left it as is not among them.
 */
export async function thingsOf(
  db: LedgerDb,
  of: { readonly server: string; readonly owner: Owner; readonly origin: string; readonly also: readonly string[] },
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { server, owner, origin, also } = of;
  const left = await db.selectFrom('things_left').select('thing').where('change_id', '=', origin).execute();
  const things = new Map<string, ReadonlySet<string>>();
  for (const thing of new Set([...left.map((one) => one.thing), ...also])) {
    const rows = await db
      .selectFrom('things_left')
      .select('version')
      .where('server', '=', server)
      .where('thing', '=', thing)
      .where('agent', '=', owner.agent)
      .where('blueprint', '=', owner.blueprint)
      .execute();
    things.set(thing, new Set(rows.flatMap(({ version }) => version ?? [])));
  }
  return things;
}

/** Why a grant ended before its time; null when it did not. */
async function endOf(db: LedgerDb, grant: string): Promise<GrantEnd | null> {
  const row = await db.selectFrom('grant_ends').selectAll().where('grant_id', '=', grant).executeTakeFirst();
  if (!row) return null;
  const { grant_id: _grant, actor, ...end } = row;
  return { ...end, actor: JSON.parse(actor) as EventActor };
}

/** Whether the grant under which a change was decided has ended since. */
export async function isTakenBack(db: LedgerDb, changeId: string): Promise<boolean> {
  const ended = db
    .selectFrom('grant_uses as u')
    .innerJoin('grant_ends as e', 'e.grant_id', 'u.grant_id')
    .select('e.why')
    .where('u.change_id', '=', changeId);
  return (await ended.executeTakeFirst()) !== undefined;
}

/** A grant with what became of it; undefined when there is none. */
export async function grantStanding(db: LedgerDb, id: string): Promise<GrantStanding | undefined> {
  const grant = await findGrant(db, { id });
  if (!grant) return undefined;
  const origin = db.selectFrom('changes').select('status').where('id', '=', grant.change_id);
  const { status: origin_status } = await origin.executeTakeFirstOrThrow();
  return { ...grant, origin_status, end: await endOf(db, id), uses: await usesOf(db, id) };
}

/** The newest grants, or those of them that last at a time. */
export async function listGrants(
  db: LedgerDb,
  { lasting, limit }: { readonly lasting: Timestamp | null; readonly limit: number },
): Promise<readonly GrantStanding[]> {
  const all =
    lasting === null ? db.selectFrom('grants as g').selectAll('g') : unended(db).where('g.expires_at', '>', lasting);
  const rows = await all.orderBy('g.id', 'desc').limit(limit).execute();
  const found: GrantStanding[] = [];
  for (const { id } of rows) {
    const one = await grantStanding(db, id);
    if (one) found.push(one);
  }
  return found;
}
