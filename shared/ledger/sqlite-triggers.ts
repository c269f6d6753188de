import { sql } from 'kysely';
import { sqliteInserts } from './append-only.ts';
import { refusals } from './constraints.ts';
import type { Refusal } from './refusal.ts';
import type { LedgerDb } from './schema.ts';

/** Every statement that makes SQLite itself refuse what must not be. */
export function sqliteTriggers(): string[] {
  const inserts = sqliteInserts();
  return [...[...refusals(), ...inserts.refusals].map(trigger), ...inserts.statements];
}

function trigger({ name, on, when, why }: Refusal): string {
  return `create trigger ${name} before ${on} when ${when} begin select raise(abort, '${why}'); end`;
}

/**
 * Puts the constraints in force that this version's transition table says, in place of any others. What is compared is
 * what the database really has, so that code and database cannot differ.
 */
export async function constrainSqlite(db: LedgerDb): Promise<void> {
  const wanted = sqliteTriggers().map(triggerText);
  await db.transaction().execute(async (tx) => {
    const triggers = sql<{ name: string; sql: string }>`select name, sql from sqlite_master where type = 'trigger'`;
    const { rows } = await triggers.execute(tx);
    const found = new Set(rows.map((row) => triggerText(row.sql)));
    if (rows.length === wanted.length && wanted.every((text) => found.has(text))) return;
    for (const { name } of rows) await sql`drop trigger ${sql.ref(name)}`.execute(tx);
    for (const statement of wanted) await sql.raw(statement).execute(tx);
  });
}

/** SQLite keeps the text of a trigger as it was given, but for the first two words. */
function triggerText(statement: string): string {
  return statement.replace(/^create trigger /i, 'create trigger ');
}
