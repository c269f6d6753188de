/** What an image says of itself at its beginning. */
export type Image = {
  readonly type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  readonly width: number;
  readonly height: number;
};

/** A few bytes can claim to be an image that fills all memory when it is drawn. */
const mostPixels = 40_000_000;
const mostBytes = 10_000_000;

/**
 * The kind and size of an image that a browser may be asked to draw, by its bytes and not its name; null for any other.
 * SVG is none: it is a document that can load things and run code.
 */
export function imageOf(bytes: Uint8Array): Image | null {
  if (bytes.byteLength > mostBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const image = png(view) ?? gif(view) ?? webp(view) ?? jpeg(view);
    return image && image.width > 0 && image.height > 0 && image.width * image.height <= mostPixels ? image : null;
  } catch (error) {
    // It ended before it said its size.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function text(view: DataView, at: number, length: number): string {
  return String.fromCharCode(...Array.from({ length }, (_, index) => view.getUint8(at + index)));
}

function png(view: DataView): Image | null {
  if (text(view, 0, 8) !== '\x89PNG\r\n\x1a\n' || text(view, 12, 4) !== 'IHDR') return null;
  return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
}

function gif(view: DataView): Image | null {
  if (!/^GIF8[79]a$/.test(text(view, 0, 6))) return null;
  return { type: 'image/gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

function webp(view: DataView): Image | null {
  if (text(view, 0, 4) !== 'RIFF' || text(view, 8, 4) !== 'WEBP') return null;
  const size24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536 + 1;
  switch (text(view, 12, 4)) {
    case 'VP8X':
      return { type: 'image/webp', width: size24(24), height: size24(27) };
    case 'VP8 ':
      return {
        type: 'image/webp',
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { type: 'image/webp', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    default:
      return null;
  }
}

/** The size stands in the frame header, behind segments of any length. */
function jpeg(view: DataView): Image | null {
  if (view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { type: 'image/jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}
