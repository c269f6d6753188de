import type { ChangeRow } from './changes.ts';
import type { LedgerDb, LedgerTx, SetSealsTable, SetsTable, Timestamp } from './schema.ts';

export type SetRow = SetsTable;
export type SetSealRow = SetSealsTable;

/** Enters a set, still without members. */
export async function insertSet(tx: LedgerTx, row: SetRow): Promise<void> {
  await tx.insertInto('sets').values(row).execute();
}

/** Puts restores at the end of a set that is not sealed yet, in the order in which they are to be carried out. */
export async function insertMembers(tx: LedgerTx, setId: string, changeIds: readonly string[]): Promise<void> {
  const { count } = await tx
    .selectFrom('set_members')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('set_id', '=', setId)
    .executeTakeFirstOrThrow();
  for (const [index, change_id] of changeIds.entries()) {
    await tx
      .insertInto('set_members')
      .values({ set_id: setId, position: Number(count) + index, change_id })
      .execute();
  }
}

export async function insertSetSeal(tx: LedgerTx, row: SetSealRow): Promise<void> {
  await tx.insertInto('set_seals').values(row).execute();
}

export function findSet(db: LedgerDb, id: string): Promise<SetRow | undefined> {
  return db.selectFrom('sets').selectAll().where('id', '=', id).executeTakeFirst();
}

export function findSetSeal(db: LedgerDb, id: string): Promise<SetSealRow | undefined> {
  return db.selectFrom('set_seals').selectAll().where('set_id', '=', id).executeTakeFirst();
}

/** The restores of a set, in order. */
export function membersOf(db: LedgerDb, id: string): Promise<ChangeRow[]> {
  return db
    .selectFrom('set_members as m')
    .innerJoin('changes as c', 'c.id', 'm.change_id')
    .selectAll('c')
    .where('m.set_id', '=', id)
    .orderBy('m.position')
    .execute();
}

/** The restores of a set that were asked of a server before one of them, and that nobody has decided. */
export function earlierInSet(
  db: LedgerDb,
  { set, id, server }: { readonly set: string; readonly id: string; readonly server: string },
): Promise<ChangeRow[]> {
  // A server's own user of PostgreSQL sees its changes, and no sets: the ids of restores follow the order of their set.
  return (
    db
      .selectFrom('changes')
      .selectAll()
      .where('server', '=', server)
      .where('id', '<', id)
      // None of these is older than the set.
      .where('id', '>=', set.replace(/^set_(.{10}).*$/, 'chg_$1'))
      .where('status', 'in', ['planning', 'pending', 'failed'])
      .where('restores', 'is not', null)
      .where((eb) => eb(eb.fn('json_extract', ['restores', eb.val('$.set')]), '=', set))
      .execute()
  );
}

/** What changes left, and whether they made it. */
export async function thingsLeftBy(
  db: LedgerDb,
  changeIds: readonly string[],
): Promise<readonly { readonly change_id: string; readonly thing: string; readonly made: number }[]> {
  if (changeIds.length === 0) return [];
  return db
    .selectFrom('things_left')
    .select(['change_id', 'thing', 'made'])
    .where('change_id', 'in', [...changeIds])
    .execute();
}

/** What an agent's changes came to since a time, in the order in which they last moved. */
export function changesOfAgent(db: LedgerDb, agent: string, since: Timestamp): Promise<ChangeRow[]> {
  return db
    .selectFrom('changes')
    .selectAll()
    .where('agent', '=', agent)
    .where((eb) => eb.or([eb('updated_at', '>=', since), eb('created_at', '>=', since)]))
    .orderBy('updated_at')
    .orderBy('id')
    .execute();
}

/** What each of the changes writes to. */
export async function resourcesOf(db: LedgerDb, changeIds: readonly string[]): Promise<ReadonlyMap<string, string[]>> {
  const found = new Map<string, string[]>(changeIds.map((id) => [id, []]));
  if (changeIds.length === 0) return found;
  const rows = await db
    .selectFrom('touches')
    .selectAll()
    .where('change_id', 'in', [...changeIds])
    .execute();
  for (const { change_id, resource } of rows) found.get(change_id)?.push(resource);
  return found;
}
