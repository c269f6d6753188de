import { openStatuses } from '#shared/changes/transitions.ts';
import { type Refusal, refuse } from './refusal.ts';

/** Tables whose rows come and stay as they are, but for what {@link exceptions} says. */
export const appendOnlyTables = [
  'sealed',
  'snapshots',
  'contents',
  'content_uses',
  'content_chunks',
  'content_drops',
  'touches',
  'decisions',
  'attempts',
  'outcomes',
  'events',
  'stops',
  'stop_ends',
  'holds',
  'hold_ends',
  'assignments',
  'reviews_seen',
  'idempotency_keys',
  'restored',
  'requested',
  'differences',
  'sets',
  'set_members',
  'set_seals',
  'afters',
  'versions',
  'things_left',
  'grants',
  'grant_ends',
  'grant_uses',
  'search',
  'reads',
  'read_drops',
  'tombstones',
  'tombstone_texts',
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
  content_drops: ['id = new.id'],
  holds: ['id = new.id'],
  hold_ends: ['hold_id = new.hold_id'],
  assignments: ['id = new.id'],
  reviews_seen: ['id = new.id'],
  afters: ['change_id = new.change_id'],
  versions: ['change_id = new.change_id', 'supersedes = new.supersedes'],
  things_left: ['id = new.id'],
  grants: ['id = new.id', 'change_id = new.change_id'],
  grant_ends: ['grant_id = new.grant_id'],
  grant_uses: ['change_id = new.change_id', 'grant_id = new.grant_id and number = new.number'],
  idempotency_keys: ['agent = new.agent and blueprint = new.blueprint and idempotency_key = new.idempotency_key'],
  restored: ['original = new.original and change_id = new.change_id'],
  requested: ['change_id = new.change_id'],
  differences: ['change_id = new.change_id'],
  sets: ['id = new.id'],
  set_members: ['set_id = new.set_id and position = new.position', 'change_id = new.change_id'],
  set_seals: ['set_id = new.set_id', 'seal = new.seal'],
  reads: ['id = new.id'],
  read_drops: ['id = new.id'],
  tombstones: ['id = new.id'],
  tombstone_texts: ['tombstone_id = new.tombstone_id and sha256 = new.sha256'],
  search: ['position = new.position', 'change_id = new.change_id'],
  contents: ['rowid = new.rowid and sha256 <> new.sha256'],
  content_chunks: ['rowid = new.rowid and (sha256 <> new.sha256 or position <> new.position)'],
};

/** Holds for a change `c` whose contents may not be dropped, however long ago it ended. */
export const needsContents = `c.status in (${[...openStatuses, 'partial'].map((status) => `'${status}'`).join(', ')})
  or exists (select 1 from holds h where not exists (select 1 from hold_ends e where e.hold_id = h.id)
    and ((h.scope = 'change' and h.value = c.id) or (h.scope = 'agent' and h.value = c.agent)))
  or exists (select 1 from changes r where r.status = 'planning' and r.restores like '%' || c.id || '%')`;

/**
 * When a chunk may be altered: to be the same under another key. When it may be deleted: after it is on record that its
 * contents are dropped, and when no change needs them.
 */
const chunkExceptions: Readonly<Record<string, string>> = {
  update: `new.key_id is distinct from old.key_id and new.key_id is not null and new.sha256 = old.sha256
    and new.position = old.position and new.bytes = old.bytes and new.encoding = old.encoding`,
  delete: `exists (select 1 from content_drops d where d.sha256 = old.sha256)
    and not exists (select 1 from content_uses u join changes c on c.id = u.change_id
      where u.sha256 = old.sha256 and (${needsContents}))`,
};

/** When a row may be altered or deleted all the same. A read goes once it is on record that none of its time are kept. */
const exceptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  content_chunks: chunkExceptions,
  reads: { delete: 'exists (select 1 from read_drops d where old.at < d.until)' },
};

/** Whether rows of a table can be deleted at all. */
export function canBeDeleted(table: string): boolean {
  return exceptions[table]?.['delete'] !== undefined;
}

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
      refuse(
        `${table}_no_${verb}`,
        `${verb} on ${table}`,
        refusedOf(table, verb),
        `countersign: ${table} is append-only`,
      ),
    ),
  );
}

function refusedOf(table: string, verb: string): string {
  const exception = exceptions[table]?.[verb];
  return exception === undefined ? 'true' : `not coalesce(${exception}, false)`;
}

/** What SQLite needs besides, because of the forms that an insert can have there. */
export function sqliteInserts(): { refusals: Refusal[]; statements: string[] } {
  return {
    refusals: neverReplaced(),
    statements: [
      keptOnce('contents', 'sha256 = new.sha256'),
      keptOnce('content_chunks', 'sha256 = new.sha256 and position = new.position'),
      keptOnce('content_uses', 'change_id = new.change_id and sha256 = new.sha256'),
    ],
  };
}
