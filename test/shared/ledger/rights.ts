import type { Raw } from './engines.ts';

/**
 * What each user may do to each table and view. `own`: to the rows of its own changes, or those that a policy names
 * more narrowly; `all`: to all rows. Nobody may delete or truncate, so neither is named.
 */
type Rights = Readonly<Record<string, Readonly<Record<'github' | 'approvals' | 'auditor', string>>>>;

const rights = (github: string, approvals: string) => ({ github, approvals, auditor: 'select all' });

export const rightsWanted: Rights = {
  afters: rights('select own, insert own', 'select all'),
  assignments: rights('select none', 'select all, insert all'),
  attempts: rights('select own, insert own', 'select all'),
  changes: rights('select own, insert own, update own', 'select all, insert own, update all'),
  content_chunks: rights('select own, insert own', 'select all'),
  content_drops: rights('select own', 'select all'),
  content_uses: rights('select own, insert own', 'select all'),
  contents: rights('select own, insert all', 'select all'),
  decisions: rights('select own', 'select all, insert all'),
  differences: rights('select own, insert own', 'select all'),
  earlier: rights('select all', 'select all'),
  earlier_receipts: rights('select all', 'select all'),
  events: rights('select own, insert own', 'select all, insert all'),
  hold_ends: rights('select none', 'select all, insert all'),
  grant_ends: rights('select own', 'select all, insert all'),
  grant_uses: rights('select own', 'select all, insert all'),
  grants: rights('select own', 'select all, insert all'),
  holds: rights('select none', 'select all, insert all'),
  idempotency_keys: rights('select own, insert own', 'select all, insert all'),
  kysely_migration: rights('select all', 'select all'),
  kysely_migration_lock: rights('select all', 'select all'),
  last_event: rights('select all', 'select all'),
  latest_time: rights('select all', 'select all'),
  outcomes: rights('select own, insert own', 'select all'),
  proposed: rights('select all', 'select all'),
  quarantined: rights('select own, insert own, update own', 'select all'),
  read_drops: rights('select none', 'select all'),
  reads: rights('select own, insert own', 'select all'),
  receivers: rights('select none', 'select all, insert all, update all'),
  requested: rights('select own', 'select all, insert all'),
  restored: rights('select own', 'select all, insert all'),
  search: rights('select none, insert own', 'select all'),
  reviews_seen: rights('select own, insert own', 'select all'),
  sealed: rights('select own, insert own', 'select all'),
  set_members: rights('select none', 'select all, insert all'),
  set_seals: rights('select none', 'select all, insert all'),
  sets: rights('select none', 'select all, insert all'),
  snapshots: rights('select own, insert own', 'select all'),
  standings: rights('select all', 'select all'),
  stop_ends: rights('select all', 'select all, insert all'),
  stops: rights('select all', 'select all, insert all'),
  things_left: rights('select own, insert own', 'select all'),
  tombstone_texts: rights('select own', 'select all, insert all'),
  tombstones: rights('select own', 'select all, insert all'),
  touches: rights('select own, insert own', 'select all'),
  versions: rights('select own, insert own', 'select all'),
};

const verbs = ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'] as const;

/** The same, from what the database has in force. */
export async function rightsInForce(raw: Raw): Promise<Rights> {
  const relations =
    await raw.all(`select relname as name, relkind = 'v' as view, relrowsecurity as secured from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'p', 'f') order by relname`);
  const found: Record<string, Record<string, string>> = {};
  for (const { name, view, secured } of relations) {
    const free = view === true || secured === false;
    found[String(name)] = {
      github: await rightsOf(raw, 'countersign_github', String(name), free),
      approvals: await rightsOf(raw, 'countersign_approvals', String(name), free),
      auditor: await rightsOf(raw, 'countersign_auditor', String(name), free),
    };
  }
  return found as Rights;
}

async function rightsOf(raw: Raw, role: string, table: string, free: boolean): Promise<string> {
  const rights: string[] = [];
  for (const verb of verbs) {
    const byColumn = ['select', 'insert', 'update', 'references'].includes(verb);
    const granted = byColumn
      ? 'select has_any_column_privilege(?, ?, ?) or has_table_privilege(?, ?, ?)'
      : 'select has_table_privilege(?, ?, ?)';
    const asked = [role, `public.${table}`, verb];
    if (!(await raw.get(granted, ...asked, ...(byColumn ? asked : [])))) continue;
    rights.push(`${verb} ${free ? 'all' : await rowsOf(raw, role, table, verb)}`);
  }
  return rights.join(', ') || 'nothing';
}

/** To which rows the policies let a user do something. */
async function rowsOf(raw: Raw, role: string, table: string, verb: string): Promise<string> {
  const policies = await raw.all(
    `select coalesce(qual, 'true') = 'true' and coalesce(with_check, 'true') = 'true' as all from pg_policies
      where schemaname = 'public' and tablename = ? and roles = array[?::name] and lower(cmd) in (?, 'all')`,
    table,
    role,
    verb,
  );
  if (policies.length === 0) return 'none';
  return policies.some(({ all }) => all === true) ? 'all' : 'own';
}
