import type { Sql } from '#shared/sqlite/sql.ts';

/** Who does something, and for which change of ours, if for one. */
export type Actor = { readonly person: number; readonly changeId: string | null };

/** One field before and after, as people read it. */
export type FieldChange = { readonly field: string; readonly before: string | null; readonly after: string | null };

/** Adds one event to a ticket's history, in the transaction that makes the change, and makes it the latest version. */
export function record(
  sql: Sql,
  { ticket, at, actor, changes }: { ticket: number; at: number; actor: Actor; changes: readonly FieldChange[] },
): void {
  if (changes.length === 0) return;
  const { id } = sql.run(
    'insert into event (ticket, at, person, change_id) values (?, ?, ?, ?)',
    ticket,
    at,
    actor.person,
    actor.changeId,
  );
  changes.forEach(({ field, before, after }, position) => {
    sql.run('insert into event_change values (?, ?, ?, ?, ?)', id, position, field, before, after);
  });
  sql.run('update ticket set updated_at = max(updated_at, ?), version = version + 1 where id = ?', at, ticket);
}
