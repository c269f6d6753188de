import { chmodSync, copyFileSync, existsSync, linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError } from '#shared/errors.ts';
import { damagesOf } from './integrity.ts';

/**
 * Copies the ledger in a file, as it is at one moment, while others write to it. The copy is one file, for nobody else to
 * read, and there only when it is whole. Throws AppError `bad_configuration` or `ledger_unavailable`.
 */
export async function backupLedger(path: string, to: string): Promise<void> {
  if (existsSync(to)) throw new AppError('bad_configuration', `${to} is there already.`);
  const part = `${to}.part`;
  const source = openCopy(path, { readonly: true });
  try {
    writeFileSync(part, '', { mode: 0o600, flag: 'wx' });
    // A read that stays open keeps the copy to one moment; without it every commit of others would begin it anew.
    source.exec('begin; select 1 from changes limit 1');
    await source.backup(part);
    singleFile(part);
    // Unlike a rename, a link replaces nothing that came there in the meantime.
    linkSync(part, to);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('ledger_unavailable', `The backup could not be written to ${to}.`, { cause });
  } finally {
    source.close();
    rmSync(part, { force: true });
  }
}

/**
 * Puts a backup in the place of a ledger that nobody has open, after `prepare` has done its work on the copy. What was
 * there is kept beside it; answers under which name, or null when there was nothing. Until the last moment everything is
 * as before. Throws AppError `ledger_unavailable`.
 */
export async function installBackup(
  from: string,
  path: string,
  prepare: (copy: string) => Promise<void>,
): Promise<string | null> {
  openCopy(from, { readonly: true }).close();
  const copy = `${path}.new`;
  for (const end of ['', '-wal', '-shm']) rmSync(copy + end, { force: true });
  copyFileSync(from, copy);
  chmodSync(copy, 0o600);
  await prepare(copy);
  singleFile(copy);
  const aside = `${path}.before-restore-${new Date().toISOString().replace(/[^0-9]/g, '')}`;
  const was = existsSync(path);
  for (const end of ['-wal', '-shm', '']) if (existsSync(path + end)) renameSync(path + end, aside + end);
  renameSync(copy, path);
  return was ? aside : null;
}

/** Folds the write-ahead log in, so that the file alone is all of it; and looks whether it is whole. */
function singleFile(path: string): void {
  const database = openCopy(path, {});
  database.pragma('journal_mode = DELETE');
  database.close();
}

function openCopy(path: string, options: Database.Options): Database.Database {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { ...options, fileMustExist: true, timeout: 10_000 });
    const [damage] = damagesOf(database);
    if (damage !== undefined) throw new Error(damage);
    database.prepare('select 1 from changes limit 1').get();
    return database;
  } catch (cause) {
    database?.close();
    throw new AppError('ledger_unavailable', `There is no whole ledger at ${path}.`, { cause });
  }
}
