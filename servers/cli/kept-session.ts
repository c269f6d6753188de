import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { CommandFailed, exitCodes } from './exit.ts';

/** What this user's terminals are signed in with, by the origin of the console. */
const file = z.record(z.string(), z.string().regex(/^[\w-]{43}$/));

/**
 * The secret with which this user is signed in at a console; undefined when with none. Throws CommandFailed for a file
 * that others can read, or that is none of ours.
 */
export function keptSession(path: string, origin: string): string | undefined {
  return read(path)[origin];
}

/** Keeps a secret for this user alone, or forgets the one there is. */
export function keepSession(path: string, origin: string, secret: string | null): void {
  const { [origin]: _before, ...others } = read(path);
  const all = secret === null ? others : { ...others, [origin]: secret };
  if (Object.keys(all).length === 0) {
    rmSync(path, { force: true });
    return;
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  // What the umask took away was not too much; a file that is there already keeps nothing of its own.
  chmodSync(fresh, 0o600);
  renameSync(fresh, path);
}

function read(path: string): Readonly<Record<string, string>> {
  const text = textOf(path);
  if (text === null) return {};
  // Windows has no such bits; there the folder's access list protects the file.
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new CommandFailed(exitCodes.usage, `${path} can be read by other users.`, `chmod 600 ${path}`);
  }
  const parsed = file.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new CommandFailed(
    exitCodes.usage,
    `${path} is not what "countersign sign-in" keeps.`,
    'Move it away, and sign in again.',
  );
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CommandFailed(exitCodes.usage, `${path} cannot be read.`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
