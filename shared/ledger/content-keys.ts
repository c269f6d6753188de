import { Buffer } from 'node:buffer';
import { createSecretKey, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '#shared/errors.ts';
import { type ContentKeys, type Vault, vaultOf } from './vault.ts';

const keyBytes = 32;

/** A key: its id, and 32 bytes in base64. */
const keyLine = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63}) ([A-Za-z0-9+/]{43}=)$/;

/**
 * Reads a file of keys: one a line, an id and 32 bytes in base64; empty lines and those that begin with `#` say nothing.
 * The first encrypts, all decrypt. Throws AppError `bad_configuration`; no message quotes the file.
 */
export function readContentKeys(path: string): ContentKeys {
  const lines = readSecret(path)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const keys = lines.map((line, at) => {
    const [, id, base64] = keyLine.exec(line) ?? [];
    if (id === undefined || base64 === undefined)
      throw unusable(path, `key ${at + 1} is not an id and 32 bytes in base64`);
    return [id, createSecretKey(Buffer.from(base64, 'base64'))] as const;
  });
  if (keys.length === 0) throw unusable(path, 'it holds no key');
  if (new Set(keys.map(([id]) => id)).size < keys.length) throw unusable(path, 'two keys have one id');
  return new Map(keys);
}

function readSecret(path: string): string {
  let mode: number;
  let text: string;
  try {
    [mode, text] = [statSync(path).mode, readFileSync(path, 'utf8')];
  } catch (cause) {
    throw unusable(path, 'it cannot be read', cause);
  }
  // Windows has no such bits; there the folder's access list protects the file.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw unusable(path, 'others can read it: chmod 600');
  return text;
}

function unusable(path: string, why: string, cause?: unknown): AppError {
  return new AppError('bad_configuration', `The contents keys in ${path} cannot be used: ${why}.`, { cause });
}

/**
 * Puts a new key before those that a file has, which is made (0600) if it is not there. Answers the new key's id. A crash
 * leaves the old file or the new one.
 */
export function addContentKey(path: string, now: Date): string {
  const there = existsSync(path);
  // What cannot be read as it is would not become better by a line more.
  if (there) readContentKeys(path);
  const old = there ? readFileSync(path, 'utf8') : '';
  const id = `contents-${now.toISOString().slice(0, 10)}-${randomBytes(4).toString('hex')}`;
  const next = `${path}.${process.pid}.new`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(next, `${id} ${randomBytes(keyBytes).toString('base64')}\n${old}`, { mode: 0o600, flush: true });
  renameSync(next, path);
  return id;
}

/**
 * Encrypts and decrypts with the keys of a file as it is at that moment, so that a running server has a new key as soon as
 * it is in the file. Throws AppError `bad_configuration` when the file cannot be used now; later, what needs a key fails
 * with `ledger_unavailable` as long as it cannot.
 */
export function fileVault(path: string): Vault {
  let seen = stampOf(path);
  let known = readContentKeys(path);
  return vaultOf(() => {
    const stamp = stampOf(path);
    if (stamp === seen) return known;
    try {
      known = readContentKeys(path);
      seen = stamp;
      return known;
    } catch (cause) {
      throw new AppError('ledger_unavailable', 'The file of contents keys cannot be used.', { cause });
    }
  });
}

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
}
