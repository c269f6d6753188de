import { openStatuses } from '#shared/changes/transitions.ts';
import { type Refusal, refuse } from './refusal.ts';

/** Tables whose rows come and stay as they are. */
export const appendOnlyTables = [
  'sealed',
  'snapshots',
  'contents',
  'content_uses',
  'touches',
  'decisions',
  'attempts',
  'outcomes',
  'events',
  'stops',
  'stop_ends',
  'idempotency_keys',
];

/**
 * What makes a row of a table the same row. SQLite's `insert or replace` deletes the row it replaces without any delete
 * trigger, so an insert that meets one of these has to be refused before.
 */
const identities: Readonly<Record<string, readonly string[]>> = {
  changes: [
    'id = new.id',
    'agent = new.agent and blueprint = new.blueprint and idempotency_key = new.idempotency_key',
    `fingerprint = new.fingerprint and status in (${openStatuses.map((status) => `'${status}'`).join(', ')})`,
  ],
  sealed: ['change_id = new.change_id', 'seal = new.seal'],
  snapshots: ['change_id = new.change_id and phase = new.phase'],
  touches: ['resource = new.resource and change_id = new.change_id'],
  decisions: ['id = new.id', 'change_id = new.change_id and issuer = new.issuer and subject = new.subject'],
  attempts: ['change_id = new.change_id and step = new.step and attempt = new.attempt'],
  outcomes: [
    'change_id = new.change_id and step = new.step and attempt = new.attempt',
    "change_id = new.change_id and step = new.step and outcome in ('done', 'landed') and new.outcome in ('done', 'landed')",
  ],
  events: ['seq = new.seq', 'hash = new.hash'],
  stops: ['id = new.id'],
  stop_ends: ['stop_id = new.stop_id'],
  idempotency_keys: ['agent = new.agent and blueprint = new.blueprint and idempotency_key = new.idempotency_key'],
  contents: ['rowid = new.rowid and sha256 <> new.sha256'],
};

/** One an identity, so that each is a look-up in its index. */
function neverReplaced(): Refusal[] {
  return Object.entries(identities).flatMap(([table, same]) =>
    same.map((one, index) =>
      refuse(
        `${table}_no_replace_${index}`,
        `insert on ${table}`,
        `exists (select 1 from ${table} where ${one})`,
        `countersign: this is in ${table} already`,
      ),
    ),
  );
}

/** Contents are kept once, whoever needs them: keeping them again does nothing. */
function keptOnce(table: string, same: string): string {
  return `create trigger ${table}_kept before insert on ${table}
    when exists (select 1 from ${table} where ${same}) begin select raise(ignore); end`;
}

/** What makes the database itself refuse to lose or alter what it was given. */
export function appendOnly(): Refusal[] {
  return appendOnlyTables.flatMap((table) =>
    ['update', 'delete'].map((verb) =>
      refuse(`${table}_no_${verb}`, `${verb} on ${table}`, 'true', `countersign: ${table} is append-only`),
    ),
  );
}

/** What SQLite needs besides, because of the forms that an insert can have there. */
export function sqliteInserts(): { refusals: Refusal[]; statements: string[] } {
  return {
    refusals: neverReplaced(),
    statements: [
      keptOnce('contents', 'sha256 = new.sha256'),
      keptOnce('content_uses', 'change_id = new.change_id and sha256 = new.sha256'),
    ],
  };
}
