import { Buffer } from 'node:buffer';
import { AppError } from '#shared/errors.ts';

/** What ends a section of packet lines. */
export const flushPacket = Buffer.from('0000');

/** The most data that one packet line carries, in bytes; gitprotocol-common(5). */
export const mostInPacket = 65_516;

/** One packet line. */
export function packet(data: string | Uint8Array): Buffer {
  const bytes = Buffer.from(data as Uint8Array);
  if (bytes.byteLength > mostInPacket) throw new RangeError('too much for one packet line');
  return Buffer.concat([Buffer.from((bytes.byteLength + 4).toString(16).padStart(4, '0')), bytes]);
}

/** The packet lines from a place up to a flush, and where what follows it begins. */
export type Section = { readonly lines: readonly Buffer[]; readonly end: number };

/** Reads a section. Throws AppError `invalid_arguments` for what is none, `too_large` for more than so many lines. */
export function readSection(bytes: Uint8Array, from: number, most: number): Section {
  const lines: Buffer[] = [];
  for (let at = from; ; ) {
    const length = lengthAt(bytes, at);
    if (length === 0) return { lines, end: at + 4 };
    if (length < 4 || at + length > bytes.byteLength) throw malformed();
    if (lines.length === most) throw new AppError('too_large', `A push may have ${most} lines here and no more.`);
    lines.push(Buffer.from(bytes.subarray(at + 4, at + length)));
    at += length;
  }
}

function lengthAt(bytes: Uint8Array, at: number): number {
  const digits = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
  if (!/^[0-9a-f]{4}$/i.test(digits)) throw malformed();
  return Number.parseInt(digits, 16);
}

function malformed(): AppError {
  return new AppError('invalid_arguments', 'This is not what git sends: a packet line is cut short or has no length.');
}
