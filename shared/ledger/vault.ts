import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { AppError } from '#shared/errors.ts';

/** Keys of 256 bits by their ids. */
export type ContentKeys = ReadonlyMap<string, KeyObject>;

/** Which piece of which contents some bytes are. It is bound to them, so that no other piece can stand in its place. */
export type ChunkName = {
  readonly sha256: string;
  readonly position: number;
  readonly bytes: number;
  readonly encoding: 'raw' | 'zstd';
};

/** A piece as it is kept; without a key it is not encrypted. */
export type Locked = {
  readonly key_id: string | null;
  readonly nonce: Uint8Array | null;
  readonly data: Uint8Array;
};

/** Encrypts contents before they are kept, and decrypts them when they are read. */
export type Vault = {
  /** The id of the key for what is kept from now on; null when that is not encrypted. */
  readonly current: () => string | null;
  readonly lock: (data: Uint8Array, name: ChunkName) => Locked;
  /** Throws AppError `ledger_unavailable` without the key, `seal_mismatch` when the bytes are not this very piece. */
  readonly unlock: (locked: Locked, name: ChunkName) => Uint8Array;
};

/** 96 bits at random, one for each piece: for one key, that is good for 2³² pieces (NIST SP 800-38D, 8.3). */
const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM under the first of the keys; all of them decrypt. Without keys nothing is encrypted. */
export function vaultOf(keys: () => ContentKeys): Vault {
  return {
    current: () => firstOf(keys())?.[0] ?? null,
    lock: (data, name) => {
      const first = firstOf(keys());
      return first === undefined ? { key_id: null, nonce: null, data } : encrypt(first, data, name);
    },
    unlock: ({ key_id: id, nonce, data }, name) => {
      if (id === null) return data;
      const key = keys().get(id);
      if (key === undefined) throw missingKey(id);
      return decrypt(key, { nonce, data }, bound(name, id));
    },
  };
}

/** Encrypts nothing, and reads what is not encrypted. */
export const noVault: Vault = vaultOf(() => new Map());

const firstOf = (keys: ContentKeys): [string, KeyObject] | undefined => keys.entries().next().value;

function encrypt([id, key]: [string, KeyObject], data: Uint8Array, name: ChunkName): Locked {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(bound(name, id));
  return { key_id: id, nonce, data: Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]) };
}

function decrypt(key: KeyObject, locked: Pick<Locked, 'nonce' | 'data'>, aad: Buffer): Uint8Array {
  const { nonce, data } = locked;
  if (nonce?.byteLength !== nonceBytes || data.byteLength < tagBytes) throw damagedChunk();
  const end = data.byteLength - tagBytes;
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(aad).setAuthTag(data.subarray(end));
  const plain = cipher.update(data.subarray(0, end));
  try {
    return Buffer.concat([plain, cipher.final()]);
  } catch (cause) {
    throw damagedChunk(cause);
  }
}

function bound({ sha256, position, bytes, encoding }: ChunkName, key: string): Buffer {
  return Buffer.from(JSON.stringify(['countersign/chunk@1', sha256, position, bytes, encoding, key]));
}

/** A piece of contents that is not what was kept. */
export function damagedChunk(cause?: unknown): AppError {
  const message = 'The change is refused: its contents are not what their digest says.';
  return new AppError('seal_mismatch', message, { cause });
}

/** Nothing is wrong with a change whose contents cannot be read for now, so it waits. */
function missingKey(id: string): AppError {
  return new AppError('ledger_unavailable', `The contents are encrypted with the key ${id}, which is not here.`, {
    next: 'Put the key back into the file of keys: see docs/operating.md.',
  });
}
