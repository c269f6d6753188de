import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stageContents } from '#shared/changes/contents.ts';
import { sha256 } from '#shared/crypto/canonical.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('contents', () => {
  test('are given back byte for byte, and named by what they are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const contents = stageContents();
        const ref = contents.put(bytes);
        expect(ref).toEqual({ sha256: sha256(bytes), bytes: bytes.byteLength });
        expect(contents.get(ref)).toEqual(bytes);
        expect(contents.putBase64(contents.base64(ref))).toEqual(ref);
        const text = contents.text(ref);
        if (text !== null) expect(contents.putText(text)).toEqual(ref);
      }),
    );
  });

  test('are text when they are well-formed UTF-8, a byte order mark included', () => {
    const contents = stageContents();
    expect(contents.text(contents.put(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)))).toBe('\ufeffa');
    for (const bytes of [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0x61, 0x80]]) {
      expect(contents.text(contents.put(Uint8Array.from(bytes)))).toBeNull();
    }
  });

  test.each(['YQ', 'YQ=', 'YQ===', 'YR==', ' YQ==', 'YQ==\n', 'Y-_=', 'Y Q==', 'ä', 'YQ==YQ=='])(
    'in base64 are refused in the spelling %j',
    (base64) => {
      expect(stageContents().putBase64(base64)).toBeNull();
    },
  );

  test('in base64 may be empty', () => {
    expect(stageContents().putBase64('')).toEqual({ sha256: sha256(''), bytes: 0 });
  });

  test('that are damaged, of another length or were never kept are not given out', () => {
    const kept = new Map([[sha256('good'), bytesOf('evil')]]);
    const contents = stageContents(kept);
    expect(() => contents.get({ sha256: sha256('good'), bytes: 4 })).toThrow('damaged');
    expect(() => contents.text({ sha256: sha256('good'), bytes: 4 })).toThrow('damaged');
    expect(() => contents.base64({ sha256: sha256('good'), bytes: 4 })).toThrow('damaged');
    const ref = contents.putText('other');
    expect(() => contents.get({ ...ref, bytes: 6 })).toThrow('damaged');
    expect(() => contents.get({ sha256: 'f'.repeat(64), bytes: 4 })).toThrow('never kept');
  });

  test('that somebody altered after they were put are not given out', () => {
    const contents = stageContents();
    const bytes = bytesOf('text');
    const ref = contents.put(bytes);
    bytes[0] = 0;
    expect(() => contents.get(ref)).toThrow('damaged');
  });
});
