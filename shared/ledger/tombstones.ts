import { canonical, digest } from '#shared/crypto/canonical.ts';
import type { JsonObject } from '#shared/tools/index.ts';
import { appendEvent, type EventActor } from './events.ts';
import type { LedgerDb, LedgerTx, Timestamp } from './schema.ts';

/** What was forgotten, and is not to be taken in again. */
export type Tombstone = {
  readonly id: number;
  readonly server: string;
  /** The backend's host. */
  readonly backend: string;
  readonly thing: string;
  readonly name: string;
  /** SHA-256 of each text that it had, in hex and in their own order. */
  readonly digests: readonly string[];
  readonly reason: string;
  readonly actor: EventActor;
  readonly at: Timestamp;
};

/**
 * Notes that a thing was forgotten, with the digests of all texts that it had, so that neither comes again. Answers its
 * number. A thing may have several: what it had until then is added.
 */
export async function insertTombstone(tx: LedgerTx, stone: Omit<Tombstone, 'id'>): Promise<number> {
  const { digests: all, actor, ...row } = stone;
  const digests = [...new Set(all)].sort();
  const { id } = await tx
    .insertInto('tombstones')
    .values({ ...row, actor: canonical(actor) })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (let from = 0; from < digests.length; from += most) {
    const texts = digests.slice(from, from + most).map((sha256) => ({ tombstone_id: id, sha256 }));
    await tx.insertInto('tombstone_texts').values(texts).execute();
  }
  await appendEvent(tx, {
    at: row.at,
    type: 'entry.forgotten',
    changeId: null,
    actor,
    body: tombstoneBody({ ...row, id, digests }),
  });
  return id;
}

const most = 500;

/** What the event of a tombstone tells of it. */
export function tombstoneBody({ id, digests, at: _at, ...what }: Omit<Tombstone, 'actor'>): JsonObject {
  return { tombstone: id, ...what, texts: digests.length, digest: digest([...digests]) };
}

/** What was forgotten, oldest first; of one server, where one is named. */
export async function listTombstones(
  db: LedgerDb,
  { server }: { readonly server?: string } = {},
): Promise<readonly Tombstone[]> {
  const rows = await db
    .selectFrom('tombstones')
    .selectAll()
    .$if(server !== undefined, (query) => query.where('server', '=', server ?? ''))
    .orderBy('id')
    .execute();
  const texts = await db
    .selectFrom('tombstone_texts as t')
    .innerJoin('tombstones as s', 's.id', 't.tombstone_id')
    .select(['t.tombstone_id', 't.sha256'])
    .$if(server !== undefined, (query) => query.where('s.server', '=', server ?? ''))
    .orderBy('t.tombstone_id')
    .orderBy('t.sha256')
    .execute();
  const digests = new Map<number, string[]>();
  for (const { tombstone_id: id, sha256 } of texts) {
    const known = digests.get(id);
    if (known) known.push(sha256);
    else digests.set(id, [sha256]);
  }
  return rows.map((row) => ({ ...row, actor: JSON.parse(row.actor), digests: digests.get(row.id) ?? [] }) as Tombstone);
}

/** Which of these things of a server, and which of these digests of texts, were forgotten. */
export async function forgottenAmong(
  db: LedgerDb,
  server: string,
  { things, digests }: { readonly things: readonly string[]; readonly digests: readonly string[] },
): Promise<ReadonlySet<string>> {
  const stones = db.selectFrom('tombstones as s').where('s.server', '=', server);
  const found = things.length === 0 ? [] : await stones.select('s.thing').where('s.thing', 'in', things).execute();
  const texts = stones.innerJoin('tombstone_texts as t', 't.tombstone_id', 's.id').select('t.sha256');
  const same = digests.length === 0 ? [] : await texts.where('t.sha256', 'in', digests).execute();
  return new Set([...found.map(({ thing }) => thing), ...same.map(({ sha256 }) => sha256)]);
}

/** Whether anything of a server was forgotten. */
export async function isAnyForgotten(db: LedgerDb, server: string): Promise<boolean> {
  const query = db.selectFrom('tombstones').select('id').where('server', '=', server).limit(1);
  return (await query.executeTakeFirst()) !== undefined;
}
