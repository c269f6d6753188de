import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '#shared/errors.ts';

export type Db = Database.Database;

const schema = `
  create table if not exists account (
    id integer primary key, login text not null unique collate nocase, type text not null, name text not null, email text not null
  ) strict;
  create table if not exists repository (
    id integer primary key, owner text not null references account (login), name text not null collate nocase,
    description text not null, default_branch text not null, created_at text not null, last_number integer not null default 0,
    unique (owner, name)
  ) strict;
  create table if not exists collaborator (
    repository integer not null references repository (id), login text not null references account (login),
    permission text not null, primary key (repository, login)
  ) strict;
  create table if not exists installation (
    id integer primary key, account text not null unique references account (login), created_at text not null
  ) strict;
  create table if not exists token (
    hash text primary key, id integer not null unique, installation integer not null references installation (id),
    repositories text not null, permissions text not null, expires_at integer not null
  ) strict;
  create table if not exists pull (
    id integer primary key, repository integer not null references repository (id), number integer not null,
    title text not null, body text not null, state text not null check (state in ('open', 'closed')),
    draft integer not null, head_ref text not null, head_oid text not null, base_ref text not null, base_oid text not null,
    author text not null, created_at text not null, updated_at text not null, closed_at text,
    unique (repository, number)
  ) strict;
  create unique index if not exists one_open_pull on pull (repository, head_ref, base_ref) where state = 'open';
  create table if not exists comment (
    id integer primary key autoincrement, pull integer not null references pull (id), body text not null, author text not null,
    editor text, created_at text not null, updated_at text not null
  ) strict;
  create index if not exists comments_of_pull on comment (pull);
  create table if not exists locked_pull (pull integer primary key references pull (id)) strict;
  create table if not exists merged_pull (
    pull integer primary key references pull (id), oid text not null, before text not null, by text not null, at text not null
  ) strict;
  create table if not exists review_request (
    pull integer not null references pull (id), reviewer text not null collate nocase, asked_at text not null,
    primary key (pull, reviewer)
  ) strict;
  create table if not exists review_thread (
    id integer primary key autoincrement, pull integer not null references pull (id), path text not null, line integer not null,
    start_line integer, commit_oid text not null, resolved_by text
  ) strict;
  create index if not exists threads_of_pull on review_thread (pull);
  create table if not exists review_comment (
    id integer primary key autoincrement, thread integer not null references review_thread (id), body text not null,
    author text not null, created_at text not null
  ) strict;
  create index if not exists comments_of_thread on review_comment (thread);
  create table if not exists made_app (
    id integer primary key autoincrement, slug text not null unique, name text not null, public_key text not null,
    permissions text not null
  ) strict;
  create table if not exists check_run (
    id integer primary key autoincrement, repository integer not null references repository (id), name text not null,
    commit_oid text not null, status text not null, conclusion text, details_url text, external_id text not null,
    title text, summary text, started_at text not null
  ) strict;
  create index if not exists check_runs_of_repository on check_run (repository);
  create table if not exists mark (name text primary key, value text not null) strict;
`;

/**
 * Opens forge's database. It is held exclusively, so that a second forge on the same data is refused.
 * @throws AppError `bad_configuration` where another process has it.
 */
export function openDatabase(dataDir: string): Db {
  const path = join(dataDir, 'forge.sqlite');
  closeSync(openSync(path, 'a', 0o600));
  const db = new Database(path, { timeout: 500 });
  try {
    db.pragma('locking_mode = exclusive');
    db.pragma('journal_mode = wal');
    db.pragma('synchronous = full');
    db.pragma('foreign_keys = on');
    db.exec('begin exclusive');
    db.exec(schema);
    db.exec('commit');
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY')) {
      throw new AppError('bad_configuration', `COUNTERSIGN_DATA: another forge already uses ${dataDir}`);
    }
    throw error;
  }
  return db;
}
