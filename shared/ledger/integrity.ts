import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { AppError } from '#shared/errors.ts';

/** Up to this size every page is looked at when a ledger is opened, which takes well under a second; in bytes. */
const mostBytes = 128 * 1024 * 1024;

/** What SQLite finds wrong with a database, page by page; nothing when it is whole. */
export function damagesOf(database: Database.Database): string[] {
  try {
    const found = database.pragma('quick_check(10)') as { quick_check: string }[];
    return found.map((row) => row.quick_check).filter((text) => text !== 'ok');
  } catch (error) {
    if (isDamage(error)) return [String(error)];
    throw error;
  }
}

/**
 * Throws AppError `ledger_unavailable` when a ledger is damaged. One that is larger than can be looked at in a moment is
 * believed: the tables are looked for, and `countersign audit verify` reads all of it.
 */
export function assertIntact(database: Database.Database, path: string, tables: readonly string[]): void {
  const known = new Set(database.prepare("select name from sqlite_master where type = 'table'").pluck().all());
  const missing = tables.filter((table) => !known.has(table));
  const damages = statSync(path).size <= mostBytes ? damagesOf(database) : [];
  if (missing.length > 0 || damages.length > 0) throw damaged(path, new Error([...missing, ...damages].join('; ')));
}

/** Whether SQLite says that a file is no database, or a broken one. */
export function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^SQLITE_(?:CORRUPT|NOTADB)(?:_|$)/.test(code);
}

export function damaged(path: string, cause: unknown): AppError {
  return new AppError('ledger_unavailable', `The ledger at ${path} is damaged, so nothing is started on it.`, {
    next: 'Keep the file, and put a backup in its place: see docs/operating.md.',
    cause,
  });
}
