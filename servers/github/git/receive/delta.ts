import { damaged } from './damaged.ts';

type Cursor = { readonly bytes: Uint8Array; at: number };

/** How long what a delta is for, and what it makes, are; and where its instructions begin. */
export function deltaSizes(delta: Uint8Array): { readonly base: number; readonly result: number; readonly at: number } {
  const cursor: Cursor = { bytes: delta, at: 0 };
  const base = readSize(cursor);
  const result = readSize(cursor);
  return { base, result, at: cursor.at };
}

function readSize(cursor: Cursor): number {
  let size = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = next(cursor);
    size += (byte & 0x7f) * factor;
    // Nothing that is this long is ever taken.
    if (size > 2 ** 40) throw damaged('a delta of an impossible size');
    if ((byte & 0x80) === 0) return size;
  }
}

/** Makes an object from another one, gitformat-pack(5) "Deltified representation". */
export function applyDelta(base: Uint8Array, delta: Uint8Array): Uint8Array {
  const sizes = deltaSizes(delta);
  if (sizes.base !== base.byteLength) throw damaged('a delta for an object of another size');
  const result = new Uint8Array(sizes.result);
  const cursor: Cursor = { bytes: delta, at: sizes.at };
  let made = 0;
  while (cursor.at < delta.byteLength) {
    const piece = nextPiece(cursor, base);
    if (made + piece.length > result.byteLength) throw damaged('a delta that makes more than it says');
    put(result, made, piece);
    made += piece.length;
  }
  if (made !== result.byteLength) throw damaged('a delta that makes less than it says');
  return result;
}

type Piece = { readonly of: Uint8Array; readonly from: number; readonly length: number };

/** Up to this length, bytes are copied faster one by one; whoever made the delta chose how many pieces there are. */
const short = 32;

function put(result: Uint8Array, at: number, { of, from, length }: Piece): void {
  if (length > short) result.set(of.subarray(from, from + length), at);
  else for (let index = 0; index < length; index += 1) result[at + index] = of[from + index] ?? 0;
}

function nextPiece(cursor: Cursor, base: Uint8Array): Piece {
  const instruction = next(cursor);
  if (instruction === 0) throw damaged('a delta with an unknown instruction');
  if ((instruction & 0x80) === 0) return take(cursor.bytes, advance(cursor, instruction), instruction);
  let offset = 0;
  let size = 0;
  for (let bit = 0; bit < 4; bit += 1) if (instruction & (1 << bit)) offset += next(cursor) * 2 ** (8 * bit);
  for (let bit = 0; bit < 3; bit += 1) if (instruction & (0x10 << bit)) size += next(cursor) * 2 ** (8 * bit);
  return take(base, offset, size === 0 ? 0x10000 : size);
}

function advance(cursor: Cursor, by: number): number {
  const from = cursor.at;
  cursor.at += by;
  return from;
}

function take(of: Uint8Array, from: number, length: number): Piece {
  if (from + length > of.byteLength) throw damaged('a delta that reads past an end');
  return { of, from, length };
}

function next(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) throw damaged('a delta that is cut short');
  cursor.at += 1;
  return byte;
}
