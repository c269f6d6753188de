import { closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError } from '#shared/errors.ts';
import { withoutExtension } from './extension.ts';

/** The file of vectors, and the library that reads it. */
export type VectorFile = {
  /** `:memory:` for one that is gone with the process. */
  readonly path: string;
  readonly extension: string;
};

/**
 * Opens the file of vectors with the one of pages, under the name `vectors`, so that one transaction sees both. What is
 * in it can be made anew, so that a commit need not be on disk when it returns. Throws AppError `bad_configuration`.
 */
export function attachVectors(database: Database.Database, { path, extension }: VectorFile): void {
  try {
    database.loadExtension(extension);
  } catch (error) {
    throw withoutExtension(error);
  }
  try {
    // It is made before SQLite would, which would let others read it.
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
    database.prepare('attach ? as vectors').run(path);
    database.pragma('vectors.journal_mode = WAL');
    database.pragma('vectors.synchronous = NORMAL');
    database.exec(tables);
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    const message = `COUNTERSIGN_DATA: ${path} cannot be used as the file of vectors (${error.code})`;
    const next = 'Stop the suite and take the file away: it is made anew from the pages.';
    throw new AppError('bad_configuration', message, { next, cause: error });
  }
}

/** `vectored` has each passage that was dealt with, and of which revision it was; `taken` is 0 where there is no vector of it. */
const tables = `
  create table if not exists vectors.known (name text primary key, value text not null) strict;
  create table if not exists vectors.vectored (
    passage integer primary key, revision text not null, taken integer not null check (taken in (0, 1))
  ) strict;`;
