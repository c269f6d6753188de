import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reveal } from '#servers/approvals/view/reveal.ts';

describe('reveal', () => {
  test.each([
    ['a right-to-left override', 'a\u202eb', 'a⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩b'],
    ['an isolate', '\u2066x\u2069', '⟨U+2066 LEFT-TO-RIGHT ISOLATE⟩x⟨U+2069 POP DIRECTIONAL ISOLATE⟩'],
    ['a zero-width space', 'a\u200bb', 'a⟨U+200B ZERO WIDTH SPACE⟩b'],
    ['a joiner between letters', 'a\u200db', 'a⟨U+200D ZERO WIDTH JOINER⟩b'],
    ['a byte order mark', '\ufeffx', '⟨U+FEFF BYTE ORDER MARK⟩x'],
    ['a tag', '\u{e0041}', '⟨U+E0041 TAG A⟩'],
    ['a variation selector', 'a\u{e0100}', 'a⟨U+E0100 VARIATION SELECTOR⟩'],
    ['an escape', '\u001b[31m', '⟨U+001B ESCAPE⟩[31m'],
    ['a backspace', 'ab\b', 'ab⟨U+0008 BACKSPACE⟩'],
    ['a lone carriage return', 'a\rb', 'a⟨U+000D CARRIAGE RETURN⟩b'],
    ['a line separator', 'a\u2028b', 'a⟨U+2028 LINE SEPARATOR⟩b'],
    ['a no-break space', '1\u00a0000', '1⟨U+00A0 NO-BREAK SPACE⟩000'],
    ['a filler', 'const \u3164 = 1', 'const ⟨U+3164 HANGUL FILLER⟩ = 1'],
    ['a private character', '\ue000', '⟨U+E000 PRIVATE USE⟩'],
    ['half a character', 'a\ud800', 'a⟨U+D800 LONE SURROGATE⟩'],
    ['marks piled up', 'e\u0301\u0301\u0301\u0301', 'e\u0301\u0301\u0301⟨U+0301 COMBINING MARK⟩'],
    ['a Cyrillic letter in a Latin word', 'p\u0430y', 'p⟨U+0430 LOOKS LIKE a⟩y'],
    ['a Greek letter in a Latin word', 'g\u03bfogle', 'g⟨U+03BF LOOKS LIKE o⟩ogle'],
    ['a word that is all look-alikes', '\u0441\u0440', '⟨U+0441 LOOKS LIKE c⟩⟨U+0440 LOOKS LIKE p⟩'],
    ['a mathematical letter', '\u{1d41a}dmin', '⟨U+1D41A LOOKS LIKE a⟩dmin'],
    ['a wide letter among narrow ones', '\uff41dmin', '⟨U+FF41 LOOKS LIKE a⟩dmin'],
    ['a Greek question mark', 'return\u037e', 'return⟨U+037E LOOKS LIKE ;⟩'],
    ['a slash that is none', 'a\u2215b', 'a⟨U+2215 LOOKS LIKE /⟩b'],
    ['a mark that somebody wrote', '⟨U+202E X⟩', '⟨U+27E8 ANGLE BRACKET⟩U+202E X⟩'],
  ])('spells out %s', (_name, text, shown) => {
    expect(reveal(text)).toBe(shown);
  });

  test.each([
    ['ASCII with tabs and lines', 'if (a) {\n\treturn "<b>";\n}\n'],
    ['accents', 'café, naïve, Ångström'],
    ['Russian, short words and all', 'Он пошёл с ней в парк, а я нет'],
    ['Greek', 'Ο άνθρωπος και το νερό'],
    ['Japanese with wide signs', '日本語のテスト：「ＡＢＣ」、　終わり。'],
    ['Arabic and Hebrew', 'مرحبا שלום'],
    ['emoji with joiners and selectors', '👨‍👩‍👧 ❤️ ok'],
    ['quotes, dashes, an ellipsis', '“Yes” – no — it’s…'],
    ['angle brackets', '⟨x, y⟩'],
  ])('leaves %s as it is', (_name, text) => {
    expect(reveal(text)).toBe(text);
  });

  test('marks every character of a text that is nothing else, and names the first of them', () => {
    const shown = reveal('\u202e'.repeat(20_000));
    expect(shown.startsWith('⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩⟨')).toBe(true);
    expect(shown.endsWith('⟩⟨U+202E …⟩')).toBe(true);
    expect(shown.match(/⟨U\+202E [^⟩]+⟩/gu)).toHaveLength(20_000);
    // Not as many times the text as a name is long: it has to get to a browser.
    expect(shown.length).toBeLessThan(300_000);
  });

  test('lets nothing hidden through, whatever the text', () => {
    const units = fc.array(fc.oneof(fc.nat(0xffff), fc.constantFrom(0x202e, 0x200b, 0xfeff, 0x0430, 0x61, 0x27e8)));
    fc.assert(
      fc.property(units, (codes) => {
        const shown = reveal(String.fromCharCode(...codes)).replace(/[\t\n]/g, '');
        expect(shown.search(/[\p{Bidi_Control}\p{Cc}\p{Cs}\u200b\ufeff\u2028\u2029\u00ad]/u)).toBe(-1);
      }),
      { numRuns: 300 },
    );
  });
});
