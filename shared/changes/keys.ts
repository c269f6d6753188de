import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { stampOf } from '#shared/blueprints/stamp.ts';
import { AppError } from '#shared/errors.ts';

/** The key that decisions are signed with; only the approvals server holds it. */
export type SigningKey = { readonly id: string; readonly privateKey: KeyObject };

/** Public keys by id, as executors are configured with them. */
export type VerificationKeys = ReadonlyMap<string, KeyObject>;

const keyFile = z.strictObject({ keys: z.array(z.strictObject({ id: z.string(), public_key: z.string() })).min(1) });

/** Reads the Ed25519 key at a path, made there (0600) if there is none. */
export function openSigningKey(path: string): SigningKey {
  if (!existsSync(path)) writeSigningKey(path, generateKeyPairSync('ed25519').privateKey);
  return readSigningKey(path);
}

/** Keeps a private key, for its owner alone. */
export function writeSigningKey(path: string, privateKey: KeyObject): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeWhole(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
}

/** Reads the Ed25519 key at a path. Throws AppError `bad_configuration` when there is none that can be used. */
export function readSigningKey(path: string): SigningKey {
  if (!existsSync(path)) throw new AppError('bad_configuration', `There is no key at ${path}.`);
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new AppError('bad_configuration', `${path} can be read by others.`, { next: `chmod 600 ${path}` });
  }
  const privateKey = createPrivateKey(readFileSync(path));
  if (privateKey.asymmetricKeyType !== 'ed25519') {
    throw new AppError('bad_configuration', `${path} is not an Ed25519 key.`);
  }
  return { id: keyId(createPublicKey(privateKey)), privateKey };
}

/**
 * The key that is at a path at that moment, so that a running server signs with a new one as soon as it is there. What takes
 * the id and then the key, without waiting in between, has both of one key.
 */
export function currentSigningKey(path: string): SigningKey {
  let key = openSigningKey(path);
  let seen = stampOf(path);
  return {
    get id() {
      const stamp = stampOf(path);
      if (stamp !== seen) key = readSigningKey(path);
      seen = stamp;
      return key.id;
    },
    get privateKey() {
      return key.privateKey;
    },
  };
}

/** The public half of a key, to verify with. */
export function publicHalves(key: SigningKey): VerificationKeys {
  return new Map([[key.id, createPublicKey(key.privateKey)]]);
}

/** Writes the public half of a key, and no other, where executors read it. */
export function publishKey(path: string, key: SigningKey): void {
  writeVerificationKeys(path, publicHalves(key));
}

/** Adds the public half of a key to those that executors read; the file is made if it is not there. */
export function addPublicKey(path: string, key: SigningKey): void {
  const there: VerificationKeys = existsSync(path) ? readVerificationKeys(path) : new Map();
  if (!there.has(key.id)) writeVerificationKeys(path, new Map([...there, ...publicHalves(key)]));
}

/** Writes public keys where executors read them. */
export function writeVerificationKeys(path: string, keys: VerificationKeys): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const list = [...keys].map(([id, key]) => ({
    id,
    public_key: key.export({ type: 'spki', format: 'pem' }).toString(),
  }));
  writeWhole(path, `${JSON.stringify({ keys: list }, null, 2)}\n`, 0o644);
}

/** Reads the file that {@link writeVerificationKeys} writes. Throws AppError `bad_configuration`. */
export function readVerificationKeys(path: string): VerificationKeys {
  try {
    const { keys } = keyFile.parse(JSON.parse(readFileSync(path, 'utf8')));
    return new Map(
      keys.map(({ id, public_key: pem }) => {
        const key = createPublicKey(pem);
        if (keyId(key) !== id) throw new Error(`key ${id} has another id`);
        return [id, key];
      }),
    );
  } catch (cause) {
    throw new AppError('bad_configuration', `The decision keys in ${path} cannot be read.`, { cause });
  }
}

/** The first 128 bits of the SHA-256 of the key's SPKI form, in hex. */
function keyId(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 32);
}

/** Writes a file so that a crash leaves the old one or the new one, never half of it. */
function writeWhole(path: string, text: string, mode: number): void {
  const next = `${path}.${process.pid}.new`;
  writeFileSync(next, text, { mode, flush: true });
  renameSync(next, path);
}
