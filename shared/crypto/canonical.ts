import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Json } from '#shared/tools/index.ts';

/** RFC 8785 canonical JSON: one text for one value, so that a hash over it means the value. */
export function canonical(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

/** SHA-256 of bytes, or of text as UTF-8, in lower-case hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 of a value's canonical JSON, in lower-case hex. */
export function digest(value: Json): string {
  return sha256(canonical(value));
}
