/** The code points that a lead byte announces: how many bytes follow it, and the least code point of that length. */
function sequence(lead: number): { readonly follow: number; readonly bits: number; readonly least: number } | null {
  if (lead >= 0xc2 && lead <= 0xdf) return { follow: 1, bits: lead & 0x1f, least: 0x80 };
  if (lead >= 0xe0 && lead <= 0xef) return { follow: 2, bits: lead & 0x0f, least: 0x800 };
  if (lead >= 0xf0 && lead <= 0xf4) return { follow: 3, bits: lead & 0x07, least: 0x10000 };
  return null;
}

/** Bytes as text, or null when they are not well-formed UTF-8 (this folder knows no platform, so no TextDecoder). */
export function decodeUtf8(bytes: Uint8Array): string | null {
  const chunks: string[] = [];
  let codes: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const decoded = codePointAt(bytes, at);
    if (decoded === null) return null;
    codes.push(decoded.code);
    at += decoded.length;
    if (codes.length === 4096) {
      chunks.push(String.fromCodePoint(...codes));
      codes = [];
    }
  }
  chunks.push(String.fromCodePoint(...codes));
  return chunks.join('');
}

function codePointAt(bytes: Uint8Array, at: number): { readonly code: number; readonly length: number } | null {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return { code: lead, length: 1 };
  const form = sequence(lead);
  if (form === null) return null;
  let code = form.bits;
  for (let offset = 1; offset <= form.follow; offset += 1) {
    const byte = bytes[at + offset];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return null;
    code = (code << 6) | (byte & 0x3f);
  }
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < form.least || code > 0x10ffff || surrogate ? null : { code, length: form.follow + 1 };
}

/** Longer text is not shown as text: nobody would read it. Bytes. */
export const mostShown = 5_400_000;

/** Tab, line feed, form feed, carriage return and escape: the control characters that text has. */
const textControls: ReadonlySet<number> = new Set([9, 10, 12, 13, 27]);

/** Whether bytes are better not shown as text: not UTF-8, with a NUL as git's own rule has it, or a tenth of controls. */
export function isBinary(text: string | null): boolean {
  if (text === null || text.includes('\0')) return true;
  let controls = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code < 32 && !textControls.has(code)) || code === 127) controls += 1;
  }
  return controls > text.length / 10;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Canonical base64 (RFC 4648 §4, with padding). */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [one = 0, two = 0, three = 0] = bytes.subarray(at, at + 3);
    const group = (one << 16) | (two << 8) | three;
    const four = [18, 12, 6, 0].map((shift) => alphabet.charAt((group >> shift) & 63)).join('');
    const missing = Math.max(0, at + 3 - bytes.length);
    text += four.slice(0, 4 - missing) + '='.repeat(missing);
  }
  return text;
}
