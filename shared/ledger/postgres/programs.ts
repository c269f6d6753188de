import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { AppError } from '#shared/errors.ts';

/** Where programs are, and how they find passwords; see `PG…` in PostgreSQL's documentation of libpq. */
export type ProgramEnvironment = Readonly<Record<string, string>>;

/** What of a URL goes to programs in the environment, where other users of the machine cannot read it. */
const parameters: Readonly<Record<string, string>> = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
};

/** The parts of a `postgres://` URL, also of one without a host, which is no URL to others. */
export function connectionOf(url: string): { readonly database: string; readonly environment: ProgramEnvironment } {
  const parts =
    /^[^:]+:\/\/(?:(?<who>[^@/?#]*)@)?(?<where>[^/?#]*)(?:\/(?<database>[^?#]*))?(?:\?(?<query>[^#]*))?/.exec(url);
  const { who = '', where = '', database = '', query = '' } = parts?.groups ?? {};
  const [user = '', password = ''] = who.split(/:(.*)/s).map(decodeURIComponent);
  const { host = '', port = '' } = /^(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>\d+))?$/.exec(where)?.groups ?? {};
  const given = {
    user,
    password,
    host: host.replace(/^\[|\]$/g, ''),
    port,
    ...Object.fromEntries(new URLSearchParams(query)),
  };
  const entries = Object.entries(given).flatMap(([name, value]) => {
    const variable = parameters[name];
    return variable === undefined || value === '' ? [] : [[variable, value] as const];
  });
  return { database: decodeURIComponent(database) || user, environment: Object.fromEntries(entries) };
}

/**
 * Runs one of PostgreSQL's own programs to its end; what it complains of goes to our standard error. Answers what it
 * printed. Throws AppError `bad_configuration` when it is not installed, `ledger_unavailable` when it fails.
 */
export async function runProgram(
  name: 'pg_dump' | 'pg_restore',
  args: readonly string[],
  environment: ProgramEnvironment,
): Promise<string> {
  const child = spawn(name, [...args], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((cause: unknown) => {
    throw new AppError('bad_configuration', `${name} is not installed here, or not in PATH.`, {
      next: 'Install the client programs of PostgreSQL, of the server’s version or newer.',
      cause,
    });
  });
  const [printed, code] = await Promise.all([text(child.stdout), ended]);
  if (code === 0) return printed;
  throw new AppError('ledger_unavailable', `${name} failed; what it said is above.`);
}
