import type { Selectable } from 'kysely';
import { canonical, sha256 } from '#shared/crypto/canonical.ts';
import type { Json, JsonObject } from '#shared/tools/index.ts';
import type { EventsTable, LedgerDb, LedgerTx, Timestamp } from './schema.ts';

/** Who did something: an agent, a person, or a server by itself. */
export type EventActor =
  | { readonly kind: 'agent'; readonly agent: string; readonly blueprint: string }
  | { readonly kind: 'person'; readonly issuer: string; readonly subject: string }
  | { readonly kind: 'server'; readonly server: string };

export type LedgerEvent = {
  readonly at: Timestamp;
  readonly type: string;
  readonly changeId: string | null;
  readonly actor: EventActor;
  readonly body: JsonObject;
};

/** What the first event carries on. */
export const chainStart = '0'.repeat(64);

/**
 * Records an event in the transaction of what it tells of. Each carries the hash of the one before it, so that an
 * edited, removed or reordered event shows.
 */
export async function appendEvent(tx: LedgerTx, event: LedgerEvent): Promise<void> {
  await appendEvents(tx, [event]);
}

/** Records several events, in their order, with one statement. Answers their hashes. */
export async function appendEvents(tx: LedgerTx, events: readonly LedgerEvent[]): Promise<readonly string[]> {
  if (events.length === 0) return [];
  const last = await tx.selectFrom('last_event').select('hash').executeTakeFirst();
  let previous = last?.hash ?? chainStart;
  const rows = events.map((event) => {
    const row = {
      at: event.at,
      type: event.type,
      change_id: event.changeId,
      actor: canonical(event.actor),
      body: canonical(event.body),
      previous,
    };
    const hash = eventHash(row);
    previous = hash;
    return { ...row, hash };
  });
  await tx.insertInto('events').values(rows).execute();
  return rows.map(({ hash }) => hash);
}

/** What an event is chained by. */
export function eventHash(row: { readonly [key: string]: Json }): string {
  return sha256(canonical(row));
}

/** A change's events, oldest first. */
export async function eventsOf(
  db: LedgerDb,
  changeId: string,
): Promise<readonly { at: Timestamp; type: string; actor: EventActor; body: JsonObject }[]> {
  const rows = await db
    .selectFrom('events')
    .select(['at', 'type', 'actor', 'body'])
    .where('change_id', '=', changeId)
    .orderBy('seq')
    .execute();
  return rows.map((row) => ({ ...row, actor: JSON.parse(row.actor), body: JSON.parse(row.body) }));
}

/** An event as it is kept. */
export type EventRow = Selectable<EventsTable>;

const page = 1000;

/** Every event after one, in order, page by page. */
export async function* eventsIn(db: LedgerDb, after: number): AsyncGenerator<EventRow> {
  for (let last = after; ; ) {
    const rows = await db.selectFrom('events').selectAll().where('seq', '>', last).orderBy('seq').limit(page).execute();
    yield* rows;
    last = rows.at(-1)?.seq ?? last;
    if (rows.length < page) return;
  }
}

/** Follows the chain from its start. Answers the first event that does not fit, or null. */
export async function verifyEvents(db: LedgerDb): Promise<{ seq: number } | null> {
  let previous = chainStart;
  for await (const { seq, hash, ...row } of eventsIn(db, 0)) {
    if (row.previous !== previous || eventHash(row) !== hash) return { seq };
    previous = hash;
  }
  return null;
}

/** The bodies of all events of a type that belong to no change, unread. */
export async function bodiesOf(db: LedgerDb, type: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('events')
    .select('body')
    .where('change_id', 'is', null)
    .where('type', '=', type)
    .execute();
  return rows.map(({ body }) => body);
}
