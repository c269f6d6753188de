import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '#shared/errors.ts';
import { addContentKey } from '#shared/ledger/content-keys.ts';

/** Makes the data directory, for nobody else to read. Throws AppError `bad_configuration` when it cannot be used. */
export function prepareData(data: string): void {
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AppError('bad_configuration', `The data directory ${data} cannot be made (${code}).`, { cause });
  }
  // Windows has no such bits; there the folder's access list protects it.
  if (process.platform === 'win32' || (statSync(data).mode & 0o077) === 0) return;
  const next = `If nothing else uses it: chmod 700 ${data}`;
  throw new AppError('bad_configuration', `The data directory ${data} can be read by other users.`, { next });
}

/** Where the two halves of the embedded GitHub App's key are. */
export type AppKey = { readonly privateKey: string; readonly publicKey: string };

/** Makes the key with which the GitHub server shows the stand-in who it is, at first start. */
export function openAppKey(data: string): AppKey {
  const paths = {
    privateKey: join(data, 'github', 'app-key.pem'),
    publicKey: join(data, 'forge', 'app-public-key.pem'),
  };
  if (!existsSync(paths.privateKey)) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    write(paths.privateKey, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
  }
  const half = createPublicKey(readFileSync(paths.privateKey)).export({ type: 'spki', format: 'pem' }).toString();
  write(paths.publicKey, half, 0o644);
  return paths;
}

/** Where the keys of contents are unless another place is configured. */
export function contentKeysIn(data: string): string {
  return join(data, 'keys', 'contents.keys');
}

/** The file of keys, made with a first one where there is none and there is to be; undefined where contents stay plain. */
export function openContentKeys({ path, wanted }: { path: string; wanted: boolean }): string | undefined {
  if (existsSync(path)) return path;
  if (!wanted) return undefined;
  addContentKey(path, new Date());
  return path;
}

/** Writes a file so that a crash leaves the old one or the new one, never half of it. */
function write(path: string, text: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const next = `${path}.${process.pid}.new`;
  writeFileSync(next, text, { mode, flush: true });
  renameSync(next, path);
}

/** The folder of a server's compiled code, made where it is not there yet. */
export function openCache(data: string, server: string): string {
  const path = join(data, 'cache', server);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
