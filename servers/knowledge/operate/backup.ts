import { closeSync, linkSync, openSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '#shared/errors.ts';
import type { Store } from '../embedded/store/store.ts';

export type BackupReport = { readonly file: string; readonly bytes: number };

/**
 * Copies the knowledge base as it is at one moment, while others write to it, into one file that nobody else can read, and
 * that is there only when it is whole. Throws AppError `bad_configuration`.
 */
export function backupTo(store: Store, file: string): BackupReport {
  const to = resolve(file);
  const part = `${to}.part`;
  let isMine = false;
  try {
    // SQLite takes an empty file for a new one.
    closeSync(openSync(part, 'wx', 0o600));
    isMine = true;
    store.copyTo(part);
    // Unlike a rename, a link replaces nothing that came there in the meantime.
    linkSync(part, to);
    return { file: to, bytes: statSync(to).size };
  } catch (cause) {
    const next = 'The file, and one with .part at its end, must not be there yet, and its folder has to be.';
    throw new AppError('bad_configuration', `The backup could not be written to ${to}.`, { next, cause });
  } finally {
    if (isMine) rmSync(part, { force: true });
  }
}
