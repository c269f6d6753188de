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
    base64: (ref) => Buffer.from(get(ref)).toString('base64'),
    put,
    putText: (text) => {
      // A lone surrogate would silently become another character.
      if (!text.isWellFormed()) throw new AppError('invalid_arguments', 'The text is not well-formed Unicode.');
      return put(Buffer.from(text, 'utf8'));
    },
    putBase64: (base64) => {
      const bytes = Buffer.from(base64, 'base64');
      return bytes.toString('base64') === base64 ? put(bytes) : null;
    },
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
