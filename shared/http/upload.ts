import { Buffer } from 'node:buffer';

/** Bytes that go into a request as base64. `token` stands for them until the request leaves, and is like no other text. */
export type Upload = { readonly token: string; readonly bytes: Uint8Array };

/** So many bytes are turned into base64 at once: a multiple of three, so that the pieces follow one another unpadded. */
const piece = 96 * 1024;

/**
 * A `fetch` that puts uploads in the place of their tokens while the body leaves, so that a large commit is never in
 * memory as text. The length is declared: GitHub takes no body of an unknown one.
 */
export function uploading(fetch: typeof globalThis.fetch, uploads: readonly Upload[]): typeof globalThis.fetch {
  return (input, init = {}) => {
    const parts = partsOf(String(init.body), uploads);
    const length = parts.reduce((sum, part) => sum + lengthOf(part), 0);
    const headers = new Headers(init.headers);
    headers.set('content-length', String(length));
    const body = ReadableStream.from(pieces(parts));
    return fetch(input, { ...init, headers, body, duplex: 'half' });
  };
}

type Part = string | Uint8Array;

/** The text around the tokens, and the bytes in their places, in the order in which they come. */
function partsOf(text: string, uploads: readonly Upload[]): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { token, bytes } of uploads) {
    const at = text.indexOf(token, from);
    if (at === -1) throw new TypeError('an upload has no place in its request');
    parts.push(text.slice(from, at), bytes);
    from = at + token.length;
  }
  return [...parts, text.slice(from)];
}

function lengthOf(part: Part): number {
  return typeof part === 'string' ? Buffer.byteLength(part) : Math.ceil(part.byteLength / 3) * 4;
}

function* pieces(parts: readonly Part[]): Generator<Uint8Array> {
  for (const part of parts) {
    if (typeof part === 'string') yield Buffer.from(part);
    else {
      for (let at = 0; at < part.byteLength; at += piece) {
        yield Buffer.from(base64(part.subarray(at, at + piece)), 'latin1');
      }
    }
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
