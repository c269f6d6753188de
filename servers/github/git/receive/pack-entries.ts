import { Buffer } from 'node:buffer';
import { inflateSync } from 'node:zlib';
import { AppError } from '#shared/errors.ts';
import type { Budget } from './budget.ts';
import { damaged } from './damaged.ts';

type Kind = 'commit' | 'tree' | 'blob' | 'tag';

/** One entry of a pack: an object, or a delta of the object at another place of the pack or of another id. */
export type Entry = { readonly offset: number; readonly bytes: Uint8Array } & (
  | { readonly type: Kind; readonly base: null }
  | { readonly base: number | string }
);

const kinds: Readonly<Record<number, Kind>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };

/** The entries of a pack one after the other, gitformat-pack(5). What each comes to is spent before it is inflated. */
export function* entriesOf(pack: Uint8Array, mostObjects: number, spend: Budget): Generator<Entry> {
  const view = Buffer.from(pack.buffer, pack.byteOffset, pack.byteLength);
  const version = view.readUInt32BE(4);
  if (view.toString('latin1', 0, 4) !== 'PACK' || (version !== 2 && version !== 3)) throw damaged('an unknown form');
  const count = view.readUInt32BE(8);
  if (count > mostObjects) {
    throw new AppError('too_large', `The push has ${count} objects, and ${mostObjects} is the most.`, {
      next: 'Push fewer or smaller commits.',
    });
  }
  const end = view.byteLength - 20;
  let at = 12;
  for (let index = 0; index < count; index += 1) {
    const header = headerAt(view, at, end);
    spend(header.size);
    const { bytes, used } = inflate(view.subarray(header.data, end), header.size);
    yield { offset: at, bytes, ...header.is };
    at = header.data + used;
  }
  if (at !== end) throw damaged('something after its last object');
}

type Header = {
  readonly size: number;
  /** Where the deflated bytes begin. */
  readonly data: number;
  readonly is: { readonly type: Kind; readonly base: null } | { readonly base: number | string };
};

function headerAt(view: Buffer, from: number, end: number): Header {
  let at = from;
  const next = (): number => {
    if (at >= end) throw damaged('an object that is cut short');
    at += 1;
    return view.readUInt8(at - 1);
  };
  let byte = next();
  const kind = (byte >> 4) & 7;
  let size = byte & 15;
  for (let factor = 16; byte & 0x80; factor *= 128) {
    byte = next();
    size += (byte & 0x7f) * factor;
    if (size > 2 ** 40) throw damaged('an object of an impossible size');
  }
  const type = kinds[kind];
  if (type !== undefined) return { size, data: at, is: { type, base: null } };
  if (kind === 7) {
    if (at + 20 > end) throw damaged('an object that is cut short');
    return { size, data: at + 20, is: { base: view.toString('hex', at, at + 20) } };
  }
  if (kind !== 6) throw damaged('an object of an unknown kind');
  byte = next();
  let back = byte & 0x7f;
  while (byte & 0x80) {
    byte = next();
    back = (back + 1) * 128 + (byte & 0x7f);
    if (back > from) throw damaged('a delta of what is before its beginning');
  }
  if (back === 0 || back > from) throw damaged('a delta of what is before its beginning');
  return { size, data: at, is: { base: from - back } };
}

const largestChunk = 1024 * 1024;

/** Never makes more than an object says that it has. */
function inflate(deflated: Uint8Array, size: number): { readonly bytes: Uint8Array; readonly used: number } {
  // Small objects would each keep a chunk of the usual size.
  const chunkSize = Math.min(Math.max(size + 1, 64), largestChunk);
  const bounds = { info: true, chunkSize, maxOutputLength: Math.max(size, 1) };
  try {
    const { buffer, engine } = inflateSync(deflated, bounds) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    if (buffer.byteLength === size) return { bytes: buffer, used: engine.bytesWritten };
  } catch {
    throw damaged('an object that cannot be inflated, or is larger than it says');
  }
  throw damaged('an object that is smaller than it says');
}
