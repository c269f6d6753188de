import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { readEnvironment } from '#servers/suite/config.ts';
import type { SuiteFlags } from '#servers/suite/settings.ts';
import { CommandFailed, exitCodes } from './exit.ts';
import { keptSession } from './kept-session.ts';

/** Where the console is, and what to sign in with; `isKept` when that is what "countersign sign-in" keeps. */
export type Connection = { readonly origin: string; readonly token: string; readonly isKept?: boolean };

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
const defaultUrl = 'http://127.0.0.1:7200';

/** Reads how to reach the console: from the options, else from the environment. Throws CommandFailed. */
export function readConnection(
  options: { readonly url?: string | undefined; readonly tokenFile?: string | undefined },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Connection {
  const origin = readOrigin(options, environment);
  const token =
    options.tokenFile === undefined ? environment['COUNTERSIGN_APPROVER_TOKEN'] : readToken(options.tokenFile);
  if (token === undefined || token === '') {
    const kept = options.tokenFile === undefined ? keptSession(sessionFile(environment), origin) : undefined;
    if (kept !== undefined) return { origin, token: kept, isKept: true };
    const next =
      'Sign in with "countersign sign-in"; or set COUNTERSIGN_APPROVER_TOKEN to the one that the suite was started with, or use --token-file.';
    throw new CommandFailed(exitCodes.usage, 'No token is given to sign in with.', next);
  }
  // Anything else could not be sent in a header, and no message may quote it.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new CommandFailed(exitCodes.usage, 'The token has characters that no token has; is it the right file?');
  }
  return { origin, token };
}

/** Where the console is: from the option, else from the environment. Throws CommandFailed. */
export function readOrigin(
  options: { readonly url?: string | undefined },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return originOf(options.url ?? environment['COUNTERSIGN_CONSOLE_URL'] ?? defaultUrl);
}

/** Where it is kept what this user's terminals are signed in with (XDG base directories). */
export function sessionFile(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const given = environment['XDG_CONFIG_HOME'];
  const folder = given !== undefined && isAbsolute(given) ? given : join(environment['HOME'] || homedir(), '.config');
  return join(folder, 'countersign', 'sessions.json');
}

/** Where the environment says that the ledger is; a URL there may hold a password. */
export function readLedgerVariable(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  return environment['COUNTERSIGN_LEDGER'] || undefined;
}

/** What PostgreSQL's own programs get of the environment: where they are, and how they sign in. */
export function programEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string>> {
  const wanted = Object.entries(environment).filter(([name]) => /^(?:PATH|HOME|LANG|LC_ALL|TZ|PG[A-Z]+)$/.test(name));
  return Object.fromEntries(wanted.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** What every process gets of the environment: where programs and homes are, and nothing of a server. */
export function readBasics(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string>> {
  return readEnvironment(environment).basics;
}

/** By which variable the own settings of a server are known to be there. */
const marks = {
  github: 'COUNTERSIGN_GITHUB_URL',
  tickets: 'COUNTERSIGN_TICKETS_BACKEND',
  knowledge: 'COUNTERSIGN_KNOWLEDGE_BACKEND',
};

/**
 * The environment of one server: the settings that are in this one, where the server's own are and no file is named, else
 * those that a suite gives it. Throws AppError `bad_configuration`.
 */
export async function readServerEnvironment(
  server: keyof typeof marks,
  flags: SuiteFlags,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Readonly<Record<string, string>>> {
  const own = flags.configFile === undefined && flags.data === undefined;
  if (own && environment[marks[server]] !== undefined) {
    const settings = Object.entries(environment).filter(
      ([name]) => name.startsWith('COUNTERSIGN_') && name !== 'COUNTERSIGN_APPROVER_TOKEN',
    );
    const given = settings.filter((entry): entry is [string, string] => entry[1] !== undefined);
    return { ...readBasics(environment), ...Object.fromEntries(given) };
  }
  // What reads a suite's settings loads much, for this one command.
  const { serverEnvironment } = await import('#servers/suite/server-environment.ts');
  return serverEnvironment(server, flags, readEnvironment(environment));
}

function originOf(text: string): string {
  const wrong = (why: string) => new CommandFailed(exitCodes.usage, `The console URL ${why}.`);
  if (!URL.canParse(text)) throw wrong('is not a URL');
  const { protocol, hostname, origin, pathname, search, hash, username, password } = new URL(text);
  if (username !== '' || password !== '') throw wrong('must not hold a user name or password');
  if (pathname !== '/' || search !== '' || hash !== '') throw wrong('must be a host alone, without a path');
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback.has(hostname))) {
    throw wrong('must begin with https:// (http:// is for a loopback address only)');
  }
  return origin;
}

function readToken(path: string): string {
  const [mode, text] = readFile(path);
  // Windows has no such bits; there the folder's access list protects the file.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new CommandFailed(exitCodes.usage, `${path} can be read by other users.`, `chmod 600 ${path}`);
  }
  return text.trim();
}

function readFile(path: string): [mode: number, text: string] {
  try {
    return [statSync(path).mode, readFileSync(path, 'utf8')];
  } catch {
    throw new CommandFailed(exitCodes.usage, `The token file ${path} cannot be read.`);
  }
}
