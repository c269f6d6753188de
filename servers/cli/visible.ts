/**
 * Characters that a terminal obeys or does not show: controls (escape sequences begin with one), bidirectional and
 * zero-width formatting, lone surrogates, the line breaks that only some programs see, tags and fillers. What holds an
 * emoji together is the first alternative, and stays. The console has made texts safe to look at before; this is so that
 * a terminal is safe even from what it did not know.
 */
const unseen = new RegExp(
  [
    '((?<=\\p{Extended_Pictographic}\\ufe0f?)\\u200d(?=\\p{Extended_Pictographic})|(?<=\\p{Extended_Pictographic})\\ufe0f)',
    '(?![\\n\\t])[\\p{C}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800]',
  ].join('|'),
  'gu',
);

/** A text in which everything can be seen: what could not is named, as `⟨U+202E⟩`. Line feeds and tabs stay. */
export function visible(text: string): string {
  return text.replace(unseen, (char, emoji?: string) => emoji ?? named(char));
}

/** The same, on one line. */
export function visibleLine(text: string): string {
  return visible(text).replace(/[\n\t]/g, named);
}

function named(char: string): string {
  return `⟨U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
