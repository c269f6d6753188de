import { chainStart, eventHash } from '#shared/ledger/events.ts';
import type { EventsTable, LedgerDb } from '#shared/ledger/schema.ts';
import { auditSealed } from './audit-sealed.ts';
import type { VerificationKeys } from './keys.ts';
import { settledEvent, verifySettlement } from './settlement.ts';
import { findMove, type Status } from './transitions.ts';

/** Something in the ledger that cannot have come about by itself. */
export type Finding = {
  readonly code:
    | 'event_edited'
    | 'chain_broken'
    | 'events_missing'
    | 'illegal_move'
    | 'status'
    | 'seal'
    | 'snapshot'
    | 'decision'
    | 'settlement';
  /** The event or change that it is about. */
  readonly where: string;
  readonly message: string;
};

export type Audit = {
  readonly events: number;
  readonly changes: number;
  readonly decisions: number;
  /** Whoever can write the file can cut off its end and make the chain anew from any point: only a copy elsewhere shows. */
  readonly truncation: 'not proven';
  readonly findings: readonly Finding[];
};

type Row = { readonly [K in keyof EventsTable]: EventsTable[K] extends string | null ? EventsTable[K] : number };

const page = 1000;

/** Reads the whole ledger and checks it against itself and the public keys. */
export async function auditLedger(db: LedgerDb, keys: VerificationKeys): Promise<Audit> {
  const findings: Finding[] = [];
  const found = (code: Finding['code'], where: string, message: string): void => {
    findings.push({ code, where, message });
  };
  const told = new Map<string, Status>();
  let previous = chainStart;
  let events = 0;
  let last = 0;
  for await (const row of eventsIn(db)) {
    const { seq, hash, ...content } = row;
    if (eventHash(content) !== hash)
      found('event_edited', `event ${seq}`, 'It does not say what its hash was made of.');
    if (row.previous !== previous) {
      found('chain_broken', `event ${seq}`, 'It does not follow the one before it: one was deleted, put in or moved.');
    }
    previous = hash;
    last = seq;
    events += 1;
    follow(row, told, found);
    if (row.type === settledEvent && !isSigned(row, keys)) {
      found('settlement', `event ${seq}`, 'It is not signed by a key that was given.');
    }
  }
  const counted = await lastCounted(db);
  if (counted > last) found('events_missing', `event ${last + 1}`, `${counted - last} events at the end are gone.`);
  const changes = await compareStatuses(db, told, found);
  const decisions = await auditSealed(db, keys, found);
  return { events, changes, decisions, truncation: 'not proven', findings };
}

export type Found = (code: Finding['code'], where: string, message: string) => void;

async function* eventsIn(db: LedgerDb): AsyncGenerator<Row> {
  for (let last = 0; ; ) {
    const rows = await db.selectFrom('events').selectAll().where('seq', '>', last).orderBy('seq').limit(page).execute();
    for (const row of rows) {
      last = row.seq;
      yield row;
    }
    if (rows.length < page) return;
  }
}

/** Keeps where the events say that each change is, and finds moves that the transition table does not have. */
function follow({ seq, type, change_id: id, body }: Row, told: Map<string, Status>, found: Found): void {
  if (id === null) return;
  if (type === 'change.asked') {
    if (told.has(id)) found('illegal_move', `event ${seq}`, `${id} was asked for twice.`);
    told.set(id, 'planning');
    return;
  }
  const { from, to } = JSON.parse(body) as { from?: Status; to?: Status };
  if (!type.startsWith('change.') || from === undefined || to === undefined) return;
  if (type !== `change.${to}` || told.get(id) !== from || findMove(from, to) === null) {
    found('illegal_move', `event ${seq}`, `${id} cannot have gone from ${told.get(id) ?? 'nowhere'} to ${to}.`);
  }
  told.set(id, to);
}

function isSigned({ body }: Row, keys: VerificationKeys): boolean {
  try {
    verifySettlement(keys, (JSON.parse(body) as { envelope: string }).envelope);
    return true;
  } catch {
    return false;
  }
}

/** The highest number that SQLite gave to an event, whatever became of the event. */
async function lastCounted(db: LedgerDb): Promise<number> {
  const counters = db.withTables<{ sqlite_sequence: { name: string; seq: number } }>();
  const row = await counters
    .selectFrom('sqlite_sequence')
    .select('seq')
    .where('name', '=', 'events')
    .executeTakeFirst();
  return row?.seq ?? 0;
}

async function compareStatuses(db: LedgerDb, told: Map<string, Status>, found: Found): Promise<number> {
  let changes = 0;
  for (let last = ''; ; ) {
    const wanted = db.selectFrom('changes').select(['id', 'status']).where('id', '>', last).orderBy('id').limit(page);
    const rows = await wanted.execute();
    for (const { id, status } of rows) {
      last = id;
      changes += 1;
      const said = told.get(id);
      if (said !== status) found('status', id, `It is ${status}, but its events say ${said ?? 'nothing'}.`);
      told.delete(id);
    }
    if (rows.length < page) break;
  }
  for (const id of told.keys()) found('status', id, 'Events tell of it, but it is gone.');
  return changes;
}
