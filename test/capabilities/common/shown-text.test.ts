import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findHidden } from '#capabilities/common/hidden-characters.ts';
import { shownText } from '#capabilities/common/shown-text.ts';

describe('a text as a model sees it', () => {
  test.each([
    ['plain\r\ntext\twith 👍🏽 and שלום', 'plain\r\ntext\twith 👍🏽 and שלום', 0],
    ['a\u200bb\u{e0041}c', 'abc', 2],
    ['\u202eevil\u202c', 'evil', 2],
    ['one\u2028two\rthree\u0085four', 'one two three four', 3],
    ['\ufeffbegins', '\ufeffbegins', 0],
    ['', '', 0],
  ])('%j', (text, shown, leftOut) => {
    expect(shownText(text)).toEqual({ text: shown, leftOut });
  });

  test('has nothing hidden, keeps all that shows, in order, and is shown as it is when shown again', () => {
    const odd = fc.constantFrom(
      '\u200b',
      '\u202e',
      '\u2066',
      '\0',
      '\r',
      '\n',
      '\r\n',
      '\ufeff',
      '\u{e0061}',
      '\u2029',
      'x',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 6 }))), (parts) => {
        const text = parts.join('').toWellFormed();
        const { text: shown, leftOut } = shownText(text);
        expect(findHidden(shown)).toEqual([]);
        expect(shownText(shown)).toEqual({ text: shown, leftOut: 0 });
        expect(leftOut === 0).toBe(shown === text);
        expect(Array.from(shown).length).toBeLessThanOrEqual(Array.from(text).length);
      }),
    );
  });
});
