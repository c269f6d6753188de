import fc from 'fast-check';
import { expect, it } from 'vitest';
import { visible, visibleLine } from '#servers/cli/visible.ts';

it.each([
  ['an escape sequence', '\u001b[2Jgone', '⟨U+001B⟩[2Jgone'],
  ['an 8-bit control sequence', '\u009b2J', '⟨U+009B⟩2J'],
  ['a line that is written over', 'bad\rgood', 'bad⟨U+000D⟩good'],
  ['text that runs the other way', 'a\u202eb\u2066c', 'a⟨U+202E⟩b⟨U+2066⟩c'],
  ['characters without width', 'a\u200bb\ufeffc\u2060d', 'a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+2060⟩d'],
  ['tags', 'a\u{e0041}', 'a⟨U+E0041⟩'],
  ['fillers', 'a\u3164\u2800', 'a⟨U+3164⟩⟨U+2800⟩'],
  ['half a character', 'a\ud800', 'a⟨U+D800⟩'],
  ['a joiner that joins nothing', 'a\u200db', 'a⟨U+200D⟩b'],
])('shows %s', (_, text, shown) => {
  expect(visible(text)).toBe(shown);
});

it('leaves what can be read as it is', () => {
  for (const text of ['plain\n\ttext', '返品　について', 'Größe', '👩‍💻 ❤️']) expect(visible(text)).toBe(text);
});

it('keeps what must be one line on one line', () => {
  expect(visibleLine('one\ntwo\tthree')).toBe('one⟨U+000A⟩two⟨U+0009⟩three');
});

const obeyed = /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

it('never lets a control character through, and does nothing more the second time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = visible(text);
      expect(shown).not.toMatch(obeyed);
      expect(visible(shown)).toBe(shown);
    }),
  );
});
