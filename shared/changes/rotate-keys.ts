import { generateKeyPairSync } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '#shared/errors.ts';
import {
  addPublicKey,
  readSigningKey,
  readVerificationKeys,
  type VerificationKeys,
  writeSigningKey,
  writeVerificationKeys,
} from './keys.ts';

/** The private key that decisions are signed with, and the public ones that executors verify them with. */
export type KeyFiles = { readonly key: string; readonly keys: string };

/** Where keys are that verify what was decided once, and that executors take no more. */
export function earlierKeysBeside(keys: string): string {
  return join(dirname(keys), 'earlier-keys.json');
}

/** Where a key waits that was prepared and does not sign yet. */
function nextKeyBeside(key: string): string {
  return `${key}.next`;
}

/**
 * Makes a key, if none waits already, and gives executors its public half. It signs once {@link rotateKey} is called: until
 * then, executors on other machines can be given the file too. Answers its id.
 */
export function prepareKey({ key, keys }: KeyFiles): string {
  const signing = readSigningKey(key);
  const next = nextKeyBeside(key);
  if (!existsSync(next)) writeSigningKey(next, generateKeyPairSync('ed25519').privateKey);
  const fresh = readSigningKey(next);
  addPublicKey(keys, signing);
  addPublicKey(keys, fresh);
  return fresh.id;
}

/**
 * Has a new key sign from now on, the one that was prepared if there is one. The private half of the old one is gone then;
 * what it signed holds until it is retired. A crash leaves the old key or the new one, and executors with both.
 */
export function rotateKey(files: KeyFiles): { readonly from: string; readonly to: string } {
  const from = readSigningKey(files.key).id;
  const to = prepareKey(files);
  renameSync(nextKeyBeside(files.key), files.key);
  return { from, to };
}

/** Throws AppError unless a key is one that executors take and that does not sign any more. */
export function assertMayRetire({ key, keys }: KeyFiles, id: string): void {
  if (readSigningKey(key).id === id) {
    throw new AppError('wrong_state', `The key ${id} is the one that signs.`, {
      next: 'Have another one sign first: countersign keys rotate',
    });
  }
  if (!readVerificationKeys(keys).has(id)) throw new AppError('not_found', `Executors know no key ${id}.`);
}

/** Takes a key from executors, and keeps it for those who look into what it signed. */
export function retireKey(files: KeyFiles, id: string): void {
  assertMayRetire(files, id);
  const known = readVerificationKeys(files.keys);
  const retired = known.get(id);
  const earlier = earlierKeysBeside(files.keys);
  if (retired) writeVerificationKeys(earlier, new Map([...earlierKeys(files.keys), [id, retired]]));
  writeVerificationKeys(files.keys, new Map([...known].filter(([one]) => one !== id)));
}

/** Keys that were retired; none when there is no such file. */
export function earlierKeys(keys: string): VerificationKeys {
  const path = earlierKeysBeside(keys);
  return existsSync(path) ? readVerificationKeys(path) : new Map();
}
