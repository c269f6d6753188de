import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';

/** A PostgreSQL server of a test's own: on a socket in a folder, gone when it is stopped. */
export type PostgresServer = {
  /** The URL of a database of this server, for a user. */
  readonly url: (database: string, user?: string) => string;
  /** Makes a database, as a copy of the one at a URL if there is one; answers its URL. */
  readonly create: (original?: string) => Promise<string>;
  /** Runs statements as the superuser, one after the other, in a database by its name or URL. */
  readonly run: (database: string, ...statements: readonly string[]) => Promise<void>;
  /** Stops at once, as a crash would. */
  readonly crash: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const superuser = 'postgres';

/** Where PostgreSQL's programs are, or null. Debian keeps them out of PATH. */
const postgresFolder: string | null = findPrograms();

/** True where tests with PostgreSQL are to run: wherever it is, and wherever they must not be passed over. */
export const withPostgres = postgresFolder !== null || process.env['COUNTERSIGN_REQUIRE_POSTGRES'] === '1';

function findPrograms(): string | null {
  const root = '/usr/lib/postgresql';
  const debian = existsSync(root)
    ? readdirSync(root)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(root, version, 'bin'))
    : [];
  const folders = [...debian, ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null;
}

/** PostgreSQL refuses to run as root: there, Debian's own user for it runs it. */
function runAs(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const number = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: number('-u'), gid: number('-g') };
}

const settings = {
  listen_addresses: '',
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '60',
  shared_buffers: '16MB',
};

export async function startPostgres(): Promise<PostgresServer> {
  if (postgresFolder === null) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  const programs = postgresFolder;
  const dir = mkdtempSync(join(tmpdir(), 'countersign-pg-'));
  const user = runAs();
  if (user) chownSync(dir, user.uid, user.gid);
  const data = join(dir, 'data');
  const env = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  const flags = ['-D', data, '-U', superuser, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(programs, 'initdb'), flags, { ...user, env, cwd: dir, stdio: 'pipe' });

  const url = (database: string, as = superuser): string =>
    `postgres://${as}@/${database}?host=${encodeURIComponent(dir)}`;
  let child: ChildProcess | undefined;
  let made = 0;

  const run = async (database: string, ...statements: readonly string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: database.includes(':') ? database : url(database) });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  const start = async (): Promise<void> => {
    const options = Object.entries({ ...settings, unix_socket_directories: dir });
    const words = options.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const started = spawn(join(programs, 'postgres'), ['-D', data, ...words], {
      ...user,
      env,
      cwd: dir,
      stdio: 'pipe',
    });
    child = started;
    // Should a test's own cleaning up fail, the server still ends with it.
    process.once('exit', () => started.kill('SIGQUIT'));
    await ready(started);
  };
  const end = async (): Promise<void> => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null) return;
    const gone = once(ending, 'exit');
    // An immediate shutdown: nothing is written out, as after a crash.
    ending.kill('SIGQUIT');
    await gone;
  };
  await start();
  return {
    url,
    run,
    start,
    create: async (original) => {
      made += 1;
      const template = original === undefined ? 'template1' : /\/(\w+)\?/.exec(original)?.[1];
      await run('postgres', `create database ledger_${made} template ${template}`);
      return url(`ledger_${made}`);
    },
    crash: end,
    stop: async () => {
      await end();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Waits until the server says that it takes connections. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.resume();
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('database system is ready to accept connections')) resolve();
    });
    child.once('exit', () => reject(new Error(`PostgreSQL did not start: ${said}`)));
  });
}
