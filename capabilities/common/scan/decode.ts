const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const sextets = new Map([...alphabet, '-', '_'].map((character, at) => [character, at < 64 ? at : at - 2]));

/** Bytes of base64 in either alphabet, padded or not; other characters are passed over. */
export function base64Bytes(text: string): readonly number[] {
  const bytes: number[] = [];
  let [bits, width] = [0, 0];
  for (const character of text) {
    const sextet = sextets.get(character);
    if (sextet === undefined) continue;
    bits = ((bits << 6) | sextet) & 0xffff;
    width += 6;
    if (width < 8) continue;
    width -= 8;
    bytes.push((bits >> width) & 0xff);
  }
  return bytes;
}

/** Bytes of numbers in the base, each of which stands for one. */
export function numbersIn(text: string, pattern: RegExp, base: 2 | 10 | 16): readonly number[] {
  return (text.match(pattern) ?? []).map((digits) => Number.parseInt(digits, base)).filter((byte) => byte < 256);
}

/** Bytes as UTF-8; null where they are none. A character that was cut off at the end is left out. */
export function textOf(bytes: readonly number[]): string | null {
  for (const cut of [0, 1, 2, 3]) {
    const kept = bytes.slice(0, bytes.length - cut);
    try {
      return decodeURIComponent(kept.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
    } catch {
      // Not UTF-8 up to here: that is what is asked.
    }
  }
  return null;
}

/** Bytes whose every second one is zero are UTF-16, as PowerShell encodes its commands. */
export function utf16Of(bytes: readonly number[]): string | null {
  const isWide = bytes.length >= 8 && bytes.every((byte, at) => at % 2 === 0 || byte === 0);
  return isWide ? String.fromCharCode(...bytes.filter((_, at) => at % 2 === 0)) : null;
}

/** Whether it is something to read: three words in a row, or a run of Japanese, and hardly anything else than text. */
export function isReadable(text: string | null): text is string {
  if (text === null || /[\p{Cc}\ufffd]/u.test(text.replace(/[\t\r\n]/gu, ''))) return false;
  return (
    /\p{L}{2,20}[,.:;!?]?\s{1,2}[\p{L}\p{N}'’]{1,20}[,.:;!?]?\s{1,2}\p{L}{2,20}/u.test(text) ||
    /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー]{6}/u.test(text)
  );
}
