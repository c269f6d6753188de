import { Buffer } from 'node:buffer';
import { sha256 } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import type { Contents } from '#shared/tools/index.ts';

/** Contents of one change in memory, until they become durable with it; `all` is what was put or loaded. */
export type StagedContents = Contents & { readonly all: ReadonlyMap<string, Uint8Array> };

/** Stages contents, beginning with those that are already kept. */
export function stageContents(kept: ReadonlyMap<string, Uint8Array> = new Map()): StagedContents {
  const all = new Map(kept);
  const put: Contents['put'] = (bytes) => {
    const digest = sha256(bytes);
    all.set(digest, bytes);
    return { sha256: digest, bytes: bytes.byteLength };
  };
  const get: Contents['get'] = (ref) => {
    const bytes = all.get(ref.sha256);
    if (bytes === undefined) throw new Error(`contents ${ref.sha256} were never kept`);
    if (bytes.byteLength !== ref.bytes || sha256(bytes) !== ref.sha256) {
      throw new Error(`contents ${ref.sha256} are damaged`);
    }
    return bytes;
  };
  return {
    all,
    get,
    text: (ref) => decodeUtf8(get(ref)),
    base64: (ref) => encodeBase64(get(ref)),
    put,
    putText: (text) => {
      // A lone surrogate would silently become another character.
      if (!text.isWellFormed()) throw new AppError('invalid_arguments', 'The text is not well-formed Unicode.');
      return put(Buffer.from(text, 'utf8'));
    },
    putBase64: (base64) => {
      const bytes = decodeBase64(base64);
      return bytes === null ? null : put(bytes);
    },
  };
}

/** So many characters are compared at once: large contents are never there a third time, as text to compare with. */
const piece = 256 * 1024;

/** The bytes of canonical base64, or null when it is none: nothing else is encoded as it stands. */
function decodeBase64(base64: string): Uint8Array | null {
  const bytes = Buffer.from(base64, 'base64');
  if (Math.ceil(bytes.byteLength / 3) * 4 !== base64.length) return null;
  for (let at = 0; at < base64.length; at += piece) {
    const same = bytes.subarray((at / 4) * 3, ((at + piece) / 4) * 3).toString('base64');
    if (same !== base64.slice(at, at + piece)) return null;
  }
  return bytes;
}

function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
