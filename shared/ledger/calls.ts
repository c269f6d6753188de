import { sql } from 'kysely';
import type { JsonObject } from '#shared/tools/index.ts';
import { callsMigration } from './migrations/0014-calls.ts';
import type { LedgerDb, Timestamp } from './schema.ts';

/** Events of calls that made no change: those that only read, whatever came of them, and those that were refused. */
export const callTypes = ['tool.read', 'tool.denied'] as const;
export type CallType = (typeof callTypes)[number];

/** Holds for such an event. Spelt out as its index is: SQLite uses an index of some rows only for the same words. */
export const isCallSql = "type in ('tool.read', 'tool.denied')";

/** What an event of calls tells. Each is of one call, or of several of the same within a moment. */
export type CallBody = JsonObject & {
  readonly server: string;
  readonly tool: string;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  readonly times: number;
  /** When the first of several was; the event's own time is that of the last. */
  readonly first?: Timestamp;
};

export type CallRow = {
  readonly seq: number;
  readonly at: Timestamp;
  readonly type: CallType;
  readonly body: CallBody;
};

const page = 1_000;

/** An agent's calls since a time, the newest first, page by page. */
export async function* callsOf(
  db: LedgerDb,
  { agent, since }: { readonly agent: string; readonly since: Timestamp },
): AsyncGenerator<readonly CallRow[]> {
  for (let last: { at: Timestamp; seq: number } | undefined; ; ) {
    let query = db
      .selectFrom('events')
      .select(['seq', 'at', 'type', 'body'])
      .where(sql<boolean>`${sql.raw(isCallSql)}`)
      .where(sql<boolean>`json_extract(actor, '$.agent') = ${agent}`)
      .where('at', '>=', since);
    if (last) query = query.where(sql<boolean>`(at, seq) < (${last.at}, ${last.seq})`);
    const rows = await query.orderBy('at', 'desc').orderBy('seq', 'desc').limit(page).execute();
    yield rows.map((row) => ({ ...row, type: row.type as CallType, body: JSON.parse(row.body) as CallBody }));
    last = rows.at(-1);
    if (rows.length < page) return;
  }
}

/** Since when this ledger can hold calls. */
export async function callsRecordedSince(db: LedgerDb): Promise<Timestamp> {
  const known = db.withTables<{ kysely_migration: { name: string; timestamp: string } }>();
  const row = await known
    .selectFrom('kysely_migration')
    .select('timestamp')
    .where('name', '=', callsMigration)
    .executeTakeFirstOrThrow();
  return row.timestamp;
}
