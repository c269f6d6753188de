import { closeSync, existsSync, linkSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { AppError } from '#shared/errors.ts';
import { ledgerName } from '../location.ts';
import type { LedgerDb, LedgerSchema } from '../schema.ts';
import { postgresDialect } from './pool.ts';
import { connectionOf, type ProgramEnvironment, runProgram } from './programs.ts';
import { readPostgresLedger } from './read-only.ts';

/**
 * Copies the ledger in a database to a file, as it is at one moment, while others write to it: `pg_dump`'s own format,
 * for nobody else to read, and there only when it is whole. Needs the owner of the tables. Throws AppError
 * `bad_configuration` or `ledger_unavailable`.
 */
export async function dumpPostgres(url: string, to: string, environment: ProgramEnvironment): Promise<void> {
  if (existsSync(to)) throw new AppError('bad_configuration', `${to} is there already.`);
  await readPostgresLedger(url, async () => {});
  const part = `${to}.part`;
  const { database, environment: ours } = connectionOf(url);
  try {
    writeFileSync(part, '', { mode: 0o600, flag: 'wx' });
    const format = ['--format=custom', '--no-owner', '--no-privileges', '--no-password'];
    await runProgram('pg_dump', [...format, `--file=${part}`, `--dbname=${database}`], { ...environment, ...ours });
    // Unlike a rename, a link replaces nothing that came there in the meantime.
    linkSync(part, to);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('ledger_unavailable', `The backup could not be written to ${to}.`, { cause });
  } finally {
    rmSync(part, { force: true });
  }
}

/**
 * Puts a backup into an empty database, all of it or nothing. Who may do what is left out, since the users of servers may
 * not be there: until they have their rights, they see nothing. Throws AppError `bad_configuration` or
 * `ledger_unavailable`.
 */
export async function loadPostgres(from: string, url: string, environment: ProgramEnvironment): Promise<void> {
  if (!isDump(from)) throw new AppError('ledger_unavailable', `There is no backup of a PostgreSQL ledger at ${from}.`);
  await assertEmpty(url);
  const { database, environment: ours } = connectionOf(url);
  const folder = mkdtempSync(join(tmpdir(), 'countersign-restore-'));
  try {
    const everything = await runProgram('pg_restore', ['--list', from], environment);
    const wanted = everything.split('\n').filter((line) => !/^\d+; \d+ \d+ (?:POLICY|ACL|DEFAULT ACL) /.test(line));
    writeFileSync(join(folder, 'list'), wanted.join('\n'));
    const how = ['--single-transaction', '--exit-on-error', '--no-owner', '--no-privileges', '--no-password'];
    const what = [`--use-list=${join(folder, 'list')}`, `--dbname=${database}`, from];
    await runProgram('pg_restore', [...how, ...what], { ...environment, ...ours });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether a file begins as those of `pg_dump --format=custom` do. */
function isDump(path: string): boolean {
  try {
    const file = openSync(path, 'r');
    const start = Buffer.alloc(5);
    try {
      readSync(file, start, 0, start.length, 0);
    } finally {
      closeSync(file);
    }
    return start.toString('latin1') === 'PGDMP';
  } catch {
    return false;
  }
}

async function assertEmpty(url: string): Promise<void> {
  const db: LedgerDb = new Kysely<LedgerSchema>({ dialect: postgresDialect(url) });
  try {
    const { rows } = await sql`select from pg_class where relnamespace = 'public'::regnamespace limit 1`.execute(db);
    if (rows.length === 0) return;
  } finally {
    await db.destroy();
  }
  throw new AppError('bad_configuration', `The database ${ledgerName(url)} is not empty.`, {
    next: 'Make a new one, restore into that, and point the servers to it; what was there stays as it is.',
  });
}
