import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findHidden } from '#capabilities/common/hidden-characters.ts';
import { shorten, utf8Length } from '#capabilities/common/text.ts';
import { blobOid } from '#capabilities/repo/blob.ts';
import { decodeUtf8, encodeBase64, isBinary } from '#capabilities/repo/encoding.ts';
import { blobId } from '#test/fakes/repository.ts';

function platformDecode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

describe('encodings', () => {
  test('bytes are decoded, or refused, as the platform does', () => {
    const lead = fc.constantFrom(
      0x00,
      0x41,
      0x7f,
      0x80,
      0xbf,
      0xc0,
      0xc2,
      0xdf,
      0xe0,
      0xed,
      0xef,
      0xf0,
      0xf4,
      0xf5,
      0xff,
      0x9f,
      0xa0,
      0x8f,
      0x90,
    );
    fc.assert(
      fc.property(fc.array(lead, { maxLength: 8 }), (values) => {
        const bytes = Uint8Array.from(values);
        expect(decodeUtf8(bytes)).toBe(platformDecode(bytes));
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        const bytes = Buffer.from(text, 'utf8');
        expect(decodeUtf8(bytes)).toBe(text.toWellFormed());
        expect(utf8Length(text.toWellFormed())).toBe(bytes.length);
        expect(encodeBase64(bytes)).toBe(bytes.toString('base64'));
        expect(blobOid(bytes)).toBe(blobId(bytes));
      }),
    );
  });

  test('long text is decoded whole', () => {
    const text = 'aé日😀'.repeat(5000);
    expect(decodeUtf8(Buffer.from(text))).toBe(text);
  });

  test('a NUL makes text binary', () => {
    expect(isBinary('a\0b')).toBe(true);
    expect(isBinary(null)).toBe(true);
    expect(isBinary('')).toBe(false);
  });

  test('a text is cut between characters', () => {
    expect(shorten('😀😀😀', 2)).toBe('😀…');
    expect(shorten('abc', 3)).toBe('abc');
  });
});

describe('hidden characters', () => {
  const found: readonly (readonly [text: string, codePoint: string])[] = [
    ['a\u202eb', 'U+202E'],
    ['a\u2066b', 'U+2066'],
    ['a\u200bb', 'U+200B'],
    ['a\u200db', 'U+200D'],
    ['a\u00adb', 'U+00AD'],
    ['a\ufeffb', 'U+FEFF'],
    ['a\u{e0041}b', 'U+E0041'],
    ['a\u{e0100}b', 'U+E0100'],
    ['a\ufe00b', 'U+FE00'],
    ['a\u3164b', 'U+3164'],
    ['a\u2028b', 'U+2028'],
    ['a\u001bb', 'U+001B'],
    ['a\u009bb', 'U+009B'],
    ['a\rb', 'U+000D'],
    ['a\0b', 'U+0000'],
  ];
  test.each(found)('%j has %s', (text, codePoint) => {
    expect(findHidden(text)).toEqual([{ codePoint, lines: [1] }]);
  });

  test.each(['plain\ttext\r\nand more\n', '\ufeffa file with a byte order mark', 'ok ✔️', 'héllo 日本 😀', ''])(
    '%j has none',
    (text) => {
      expect(findHidden(text)).toEqual([]);
    },
  );

  test('names each line once, and passes over lines that were known', () => {
    expect(findHidden('\u200b\u200b\nx\n\u200b')).toEqual([{ codePoint: 'U+200B', lines: [1, 3] }]);
    expect(findHidden('old\u200b\nnew\u200b', new Set(['old\u200b']))).toEqual([{ codePoint: 'U+200B', lines: [2] }]);
  });
});
