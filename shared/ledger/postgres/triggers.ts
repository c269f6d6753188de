import { sql } from 'kysely';
import { moves } from '#shared/changes/transitions.ts';
import { appendOnlyTables, canBeDeleted } from '../append-only.ts';
import { refusals } from '../constraints.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { LedgerDb } from '../schema.ts';
import { writeLock } from './pool.ts';

type Trigger = { readonly name: string; readonly text: string; readonly body: string };

/** Temporary tables come last, so that nobody's own `sealed` stands in for ours. */
const settings = 'search_path=public, pg_temp';

/** Every trigger that makes PostgreSQL itself refuse what must not be. */
function triggers(): readonly Trigger[] {
  const tables = ['changes', ...appendOnlyTables];
  return [
    ...refusals().map((one) => trigger(one, 'row')),
    trigger(moveByRight(), 'row'),
    ...tables.map((table) =>
      trigger(
        refuse(`${table}_no_truncate`, `truncate on ${table}`, 'true', `countersign: ${table} is kept`),
        'statement',
      ),
    ),
    ...tables.map(oneAtATime),
  ];
}

function trigger({ name, on, when, why }: Refusal, each: 'row' | 'statement'): Trigger {
  const row = on.startsWith('delete') ? 'old' : 'new';
  const body = `begin if ${when} then raise exception using message = '${why}'; end if; return ${each === 'row' ? row : 'null'}; end`;
  return { name, body, text: `create trigger ${name} before ${on} for each ${each} execute function ${name}()` };
}

/**
 * The conditions look at other rows, so they only hold when writers come one after the other: also for a program that
 * does not take the lock, or looks at an old state of the database.
 */
function oneAtATime(table: string): Trigger {
  const isolation = "current_setting('transaction_isolation') <> 'read committed'";
  const name = `${table}_alone`;
  const body = `begin if ${isolation} then raise exception using message = 'countersign: only read committed'; end if;
    perform pg_advisory_xact_lock(${writeLock}); return null; end`;
  // In the order in which PostgreSQL gives it back. What is never deleted needs no lock for that.
  const verbs = canBeDeleted(table) ? 'insert or delete or update' : 'insert or update';
  const text = `create trigger ${name} before ${verbs} on ${table} for each statement execute function ${name}()`;
  return { name, body, text };
}

/** Who may not write a decision makes no move that only people and rules make; who may not begin a step, none of an executor's. */
function moveByRight(): Refusal {
  const people = moves.filter(({ by }) => by.every((actor) => actor === 'person' || actor === 'rule'));
  const executors = moves.filter(({ by }) => by.every((actor) => actor === 'executor'));
  const without = (table: string, list: typeof moves): string =>
    `(not has_any_column_privilege('${table}', 'insert') and (${list
      .map(({ from, to }) => `(old.status = '${from}' and new.status = '${to}')`)
      .join(' or ')}))`;
  return refuse(
    'changes_move_right',
    'update of status on changes',
    `${without('decisions', people)} or ${without('attempts', executors)}`,
    'countersign: this user may not make this move',
  );
}

/**
 * Puts the triggers in force that this version's transition table says, in place of any others. What is compared is
 * what the database really has; only the tables' owner can change it.
 */
export async function constrainPostgres(db: LedgerDb): Promise<void> {
  const wanted = triggers();
  const same = (found: readonly Found[]): boolean => {
    const texts = new Set(found.map(({ text, body }) => `${text}\n${body}`));
    return found.length === wanted.length && wanted.every(({ text, body }) => texts.has(`${text}\n${body}`));
  };
  if (same(await triggersInForce(db))) return;
  await db.transaction().execute(async (tx) => {
    const found = await triggersInForce(tx);
    if (same(found)) return;
    for (const { name, table } of found) await sql`drop trigger ${sql.ref(name)} on ${sql.table(table)}`.execute(tx);
    for (const { name, text, body } of wanted) {
      const made = `create or replace function public.${name}() returns trigger language plpgsql
        set ${settings} as $countersign$${body}$countersign$`;
      await sql.raw(made).execute(tx);
      await sql.raw(text).execute(tx);
    }
  });
}

type Found = { readonly name: string; readonly table: string; readonly text: string; readonly body: string };

/** A trigger that is switched off, or whose function has other settings than ours, counts as another one. */
async function triggersInForce(db: LedgerDb): Promise<readonly Found[]> {
  const { rows } = await sql<Found & { as_ours: boolean }>`
    select t.tgname as name, c.relname as table, lower(pg_get_triggerdef(t.oid, true)) as text, p.prosrc as body,
      t.tgenabled = 'O' and not p.prosecdef and p.proconfig = array[${sql.lit(settings)}] as as_ours
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
    where not t.tgisinternal and c.relnamespace = 'public'::regnamespace`.execute(db);
  return rows.map(({ as_ours, ...found }) => (as_ours ? found : { ...found, body: '' }));
}
