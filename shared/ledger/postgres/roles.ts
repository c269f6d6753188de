import { sql } from 'kysely';
import { AppError } from '#shared/errors.ts';
import { appendOnlyTables } from '../append-only.ts';
import { isCallSql } from '../calls.ts';
import { openPostgresLedger } from './open.ts';

/** The server that takes people's decisions; every other one proposes and carries out changes of its own backend. */
const decider = 'approvals';

/** No server, but a user who sees everything and writes nothing. */
const auditor = 'auditor';

/** Whose users a ledger needs, and the one that checks it. */
export const usualRoles = ['github', 'tickets', 'knowledge', decider, auditor] as const;

const tables = ['changes', 'receivers', 'quarantined', ...appendOnlyTables] as const;

/** Tables that tell of one change each row, and are seen and written by those who may see the change. */
const ofAChange = [
  'sealed',
  'snapshots',
  'content_uses',
  'touches',
  'decisions',
  'attempts',
  'outcomes',
  'idempotency_keys',
  'restored',
  'requested',
  'quarantined',
  'differences',
  'afters',
  'versions',
  'things_left',
  'grant_uses',
  'reviews_seen',
] as const;

const views = 'last_event, latest_time, proposed, standings, earlier, earlier_receipts';

/** What a change is while it lives; everything else about it is fixed when it is asked for. */
const moving = 'status, updated_at, note, claimed_by, lease_until';

const eventColumns = 'at, type, change_id, actor, body, previous, hash';
const stopColumns = 'scope, value, reason, actor, at';
const thingColumns = 'server, thing, version, made, change_id, agent, blueprint, at';
const reviewColumns = 'change_id, phase, review, state, head, account, login, may_write, submitted_at, seen_at';
const readColumns = 'first_at, at, agent, blueprint, server, tool, thing, name, revision, rank, trust, event';
const tombstoneColumns = 'server, backend, thing, name, reason, actor, at';
const assignmentColumns = 'change_id, assignee, actor, at';
const decisionColumns = 'change_id, verb, issuer, subject, seal, decided_at, expires_at, envelope';

/** The user of the database that a server signs in as. */
function roleOf(server: string): string {
  return `countersign_${server}`;
}

/**
 * Makes a user for each server, or brings the rights of one that is there to just what its server needs: `approvals` may
 * decide and see everything; `auditor`, no server, may see everything and write nothing; any other sees and writes the
 * changes of its own backend, and can decide nothing. Nobody
 * owns a table, alters or deletes what is kept, or switches a trigger off. The users have no password: the operator sets
 * one, or how else they sign in.
 * @param url the ledger, as its owner, who may make users
 * @throws AppError `bad_configuration`, `ledger_unavailable`
 */
export async function createRoles(url: string, servers: readonly string[]): Promise<void> {
  assertNames(servers);
  const ledger = await openPostgresLedger(url);
  try {
    await ledger.db.transaction().execute(async (tx) => {
      for (const statement of servers.flatMap(makeRole)) await sql.raw(statement).execute(tx);
      const names = servers.map(roleOf);
      const above = sql<{ rolname: string }>`select rolname from pg_roles
        where rolname = any(${names}) and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)`;
      if ((await above.execute(tx)).rows.length > 0) {
        throw new AppError('bad_configuration', 'A user with the name of a server’s has rights over all others.');
      }
      for (const statement of rightsOf(servers)) await sql.raw(statement).execute(tx);
    });
  } finally {
    await ledger.close();
  }
}

/** What {@link createRoles} does, for whoever wants to read or run it: in the ledger's database, as its owner. */
export function rolesAsSql(servers: readonly string[]): string {
  assertNames(servers);
  return [...servers.flatMap(makeRole), ...rightsOf(servers)].map((statement) => `${statement};\n`).join('');
}

function assertNames(servers: readonly string[]): void {
  if (servers.every((server) => /^[a-z][a-z0-9_]{0,40}$/.test(server))) return;
  throw new AppError('bad_configuration', 'The name of a server is small letters and digits.');
}

function makeRole(server: string): string[] {
  const role = roleOf(server);
  return [
    `do $$ begin
       if not exists (select from pg_roles where rolname = '${role}') then create role ${role} login noinherit; end if;
     end $$`,
  ];
}

/** Every statement that gives the servers' users their rights, whatever they had before. */
function rightsOf(servers: readonly string[]): string[] {
  return [
    'revoke create on schema public from public',
    "do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$",
    ...tables.map((table) => `alter table ${table} enable row level security`),
    ...servers.flatMap((server) => [...reading(roleOf(server)), ...ofServer(server)]),
  ];
}

function ofServer(server: string): string[] {
  const role = roleOf(server);
  if (server === auditor) return tables.map((table) => policy(role, table, 'select', 'using (true)'));
  return [...writing(role), ...(server === decider ? ofDecider(role) : ofExecutor(role, server))];
}

/** Rights and policies begin from nothing, so that they are the same after an update. */
function reading(role: string): string[] {
  return [
    `revoke all on all tables in schema public from ${role}`,
    `do $$ declare one record; begin
       for one in select policyname, tablename from pg_policies where schemaname = 'public' and roles = array['${role}'::name]
       loop execute format('drop policy %I on %I', one.policyname, one.tablename); end loop;
     end $$`,
    `grant usage on schema public to ${role}`,
    `grant select on ${tables.join(', ')}, ${views}, kysely_migration, kysely_migration_lock to ${role}`,
  ];
}

function writing(role: string): string[] {
  return [
    `grant insert on changes to ${role}`,
    `grant update (${moving}) on changes to ${role}`,
    `grant insert (${eventColumns}) on events to ${role}`,
  ];
}

const deciderInserts = [
  'receivers',
  'decisions',
  'stops',
  'stop_ends',
  'holds',
  'hold_ends',
  'assignments',
  'events',
  'idempotency_keys',
  'restored',
  'requested',
  'sets',
  'set_members',
  'set_seals',
  'grants',
  'grant_ends',
  'grant_uses',
  'tombstones',
  'tombstone_texts',
];

/** Sees everything, and asks for restores and for people alone: a proposal comes from the server that has the backend. */
function ofDecider(role: string): string[] {
  return [
    `grant insert (${decisionColumns}) on decisions to ${role}`,
    `grant insert (${stopColumns}) on stops to ${role}`,
    `grant insert (${stopColumns}) on holds to ${role}`,
    `grant insert (${assignmentColumns}) on assignments to ${role}`,
    `grant insert (${tombstoneColumns}) on tombstones to ${role}`,
    `grant insert on tombstone_texts to ${role}`,
    `grant insert on stop_ends, hold_ends, idempotency_keys, restored, requested, sets, set_members, set_seals, grants, grant_ends, grant_uses to ${role}`,
    ...tables.map((table) => policy(role, table, 'select', 'using (true)')),
    policy(role, 'changes', 'insert', 'with check (restores is not null or agent is null)'),
    policy(role, 'changes', 'update', 'using (true) with check (true)'),
    `grant insert, update on receivers to ${role}`,
    policy(role, 'receivers', 'update', 'using (true) with check (true)'),
    ...deciderInserts.map((table) => policy(role, table, 'insert', 'with check (true)')),
  ];
}

/** What is in a change is seen and written through the change, and of changes only the server's own are seen. */
function ofExecutor(role: string, server: string): string[] {
  const own = 'exists (select 1 from changes c where c.id = change_id)';
  const used = (table: string): string => `exists (select 1 from content_uses u where u.sha256 = ${table}.sha256)`;
  const said = `json_extract(actor, '$.kind') = 'agent'
    or (json_extract(actor, '$.kind') = 'server' and json_extract(actor, '$.server') = '${server}')`;
  // A call that made no change is of no change, and says of which server it was.
  const ofCall = `change_id is null and ${isCallSql} and json_extract(actor, '$.kind') = 'agent'
    and json_extract(body, '$.server') = '${server}'`;
  return [
    `grant insert on sealed, snapshots, contents, content_chunks, content_uses, touches, attempts, outcomes, idempotency_keys, differences, afters, versions, search, quarantined to ${role}`,
    `grant update (waits) on quarantined to ${role}`,
    `grant insert (${thingColumns}) on things_left to ${role}`,
    `grant insert (${reviewColumns}) on reviews_seen to ${role}`,
    `grant insert (${readColumns}) on reads to ${role}`,
    policy(role, 'search', 'insert', `with check (${own})`),
    policy(role, 'changes', 'all', `using (server = '${server}') with check (server = '${server}')`),
    ...ofAChange.map((table) => policy(role, table, 'all', `using (${own}) with check (${own})`)),
    ...['contents', 'content_chunks', 'content_drops'].map((table) =>
      policy(role, table, 'select', `using (${used(table)})`),
    ),
    policy(role, 'content_chunks', 'insert', `with check (${used('content_chunks')})`),
    policy(role, 'contents', 'insert', 'with check (true)'),
    policy(role, 'events', 'select', `using (${own})`),
    policy(role, 'events', 'insert', `with check ((${own} and (${said})) or (${ofCall}))`),
    policy(role, 'grants', 'select', `using (server = '${server}')`),
    policy(role, 'grant_ends', 'select', 'using (exists (select 1 from grants g where g.id = grant_id))'),
    policy(role, 'reads', 'insert', `with check (server = '${server}')`),
    // What a change seals of its agent's session is of all servers, and of what was untrusted there alone.
    policy(role, 'reads', 'select', `using (server = '${server}' or trust = 'untrusted')`),
    policy(role, 'tombstones', 'select', `using (server = '${server}')`),
    policy(role, 'tombstone_texts', 'select', 'using (exists (select 1 from tombstones t where t.id = tombstone_id))'),
    ...['stops', 'stop_ends'].map((table) => policy(role, table, 'select', 'using (true)')),
  ];
}

function policy(role: string, table: string, verb: string, rule: string): string {
  return `create policy ${role}_${verb} on ${table} for ${verb} to ${role} ${rule}`;
}
