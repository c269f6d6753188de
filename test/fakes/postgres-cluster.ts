import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const superuser = 'postgres';

/** Where PostgreSQL's programs are, or null. Debian keeps them out of PATH. */
export const programFolder: string | null = findPrograms();

/** True where tests with PostgreSQL are to run: wherever it is, and wherever they must not be passed over. */
export const withPostgres = programFolder !== null || process.env['COUNTERSIGN_REQUIRE_POSTGRES'] === '1';

function findPrograms(): string | null {
  const root = '/usr/lib/postgresql';
  const debian = existsSync(root)
    ? readdirSync(root)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(root, version, 'bin'))
    : [];
  const folders = [...debian, ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.find((one) => existsSync(join(one, 'initdb')) && existsSync(join(one, 'postgres'))) ?? null;
}

/** PostgreSQL refuses to run as root: there, Debian's own user for it runs it. */
function runAs(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const number = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  known ??= { uid: number('-u'), gid: number('-g') };
  return known;
}

/** Who that is does not change; to ask costs two processes. */
let known: { uid: number; gid: number } | undefined;

function program(name: 'initdb' | 'postgres'): string {
  if (programFolder === null) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  return join(programFolder, name);
}

/** Tables that live as long as a test need neither a disk nor cleaning up behind them. */
const settings = {
  listen_addresses: '',
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
  jit: 'off',
  max_connections: '60',
  shared_buffers: '16MB',
};

/** A cluster in a folder of its own, which may be run as often as one likes. */
export type Cluster = {
  readonly dir: string;
  /** The major version of PostgreSQL. */
  readonly version: number;
  readonly url: (database: string, user?: string) => string;
  /** Runs the server, and resolves when it takes connections. */
  readonly run: () => Promise<ChildProcess>;
};

const env = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TZ: 'UTC' };

/** A new cluster: a copy of the one that was kept before under that path, or one from the beginning. */
export function newCluster(kept?: string): Cluster {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-pg-'));
  const user = runAs();
  if (user) chownSync(dir, user.uid, user.gid);
  const data = join(dir, 'data');
  if (kept !== undefined) {
    execFileSync('cp', ['-a', kept, data]);
  } else {
    const flags = ['-D', data, '-U', superuser, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
    execFileSync(program('initdb'), [...flags, '--wal-segsize=1'], { ...user, env, cwd: dir, stdio: 'pipe' });
  }
  return {
    dir,
    version: Number(readFileSync(join(data, 'PG_VERSION'), 'utf8')),
    url: (database, as = superuser) => `postgres://${as}@/${database}?host=${encodeURIComponent(dir)}`,
    run: async () => {
      const options = Object.entries({ ...settings, unix_socket_directories: dir });
      const words = options.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      const child = spawn(program('postgres'), ['-D', data, ...words], { ...user, env, cwd: dir, stdio: 'pipe' });
      // Should a test's own cleaning up fail, the server still ends with it.
      const last = (): void => void child.kill('SIGQUIT');
      process.once('exit', last);
      child.once('exit', () => process.off('exit', last));
      await ready(child);
      return child;
    },
  };
}

/** Keeps a cluster that nobody runs under a path. Where another process was first, what it kept stays. */
export function keep(cluster: Cluster, path: string): void {
  try {
    renameSync(join(cluster.dir, 'data'), path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
  rmSync(cluster.dir, { recursive: true, force: true });
}

/** Ends a server: `SIGINT` in good order, `SIGQUIT` at once, with nothing written out, as after a crash. */
export async function end(child: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
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
