import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * Where packing begins anew: after the line that makes a part so long, in UTF-16 code units. Short, so that a passage is
 * unpacked without its page, and long enough for packing to bring something.
 */
const enough = 5_000;

/** A text as it is kept: one stream, and from where on parts of it can be unpacked by themselves. */
export type Packed = {
  readonly bytes: Uint8Array;
  /** JSON of the first line of each part and where it is in the bytes; null for one part. */
  readonly cuts: string | null;
};

type Cut = readonly [line: number, at: number];

export function packed(text: string): Packed {
  const parts = partsOf(text);
  if (parts.length === 1) return { bytes: deflateRawSync(text), cuts: null };
  let [line, at] = [1, 0];
  const cuts: Cut[] = [];
  const bytes = parts.map((part, index) => {
    const isLast = index === parts.length - 1;
    // A full flush ends a part at a whole byte, and what comes after it refers to nothing before.
    const piece = deflateRawSync(part, { finishFlush: isLast ? constants.Z_FINISH : constants.Z_FULL_FLUSH });
    cuts.push([line, at]);
    line += part.split('\n').length - 1;
    at += piece.length;
    return piece;
  });
  return { bytes: Buffer.concat(bytes), cuts: JSON.stringify(cuts) };
}

/** Some lines of a packed text. They count from 1. */
export function linesOf({ bytes, cuts }: Packed, { first, last }: { first: number; last: number }): string[] {
  const all = cuts === null ? [] : (JSON.parse(cuts) as Cut[]);
  const [line, from] = all.findLast(([begins]) => begins <= first) ?? [1, 0];
  const to = all.find(([begins]) => begins > last)?.[1] ?? bytes.length;
  const text = inflateRawSync(bytes.subarray(from, to), { finishFlush: constants.Z_SYNC_FLUSH }).toString();
  return text.split('\n').slice(first - line, last - line + 1);
}

/** One at least. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let at = 0;
  do {
    const found = text.indexOf('\n', at + enough);
    const end = found === -1 ? text.length : found + 1;
    parts.push(text.slice(at, end));
    at = end;
  } while (at < text.length);
  return parts;
}
